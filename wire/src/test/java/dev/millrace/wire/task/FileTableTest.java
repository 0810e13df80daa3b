package dev.millrace.wire.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.TaskFile;
import dev.millrace.model.VersionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FileTableTest {
  private static final List<String> NAMES =
      List.of(
          "x",
          "a/b.txt",
          "ä",
          "\u07ff",
          "\uffff",
          "\ud83d\ude00",
          "new\nline",
          "x".repeat(127),
          "x".repeat(128),
          "x".repeat(1023));

  private static TaskFile file(String name, long sizeBytes, int extents) {
    return new TaskFile(
        name, new VersionId(new Id128(-1, 7)), sizeBytes, "00ff" + "5a".repeat(14), extents);
  }

  private static List<TaskFile> files() {
    List<TaskFile> files = new ArrayList<>();
    for (int shift = 0; shift < 63; shift++) {
      String name = NAMES.get(shift % NAMES.size());
      files.add(file(name, Long.MAX_VALUE >> shift, Integer.MAX_VALUE >> (shift / 2)));
      files.add(file(name, (Long.MAX_VALUE >> shift) + (shift > 0 ? 1 : 0), 0));
    }
    return files;
  }

  @Test
  void aTableComesBackAsItWasWritten() {
    assertThat(FileTable.read(FileTable.write(List.of()))).isEmpty();
    assertThat(FileTable.read(FileTable.write(files()))).isEqualTo(files());
  }

  @Test
  void theSizeOfATableIsKnownBeforeItIsWritten() {
    int sum = 0;
    for (TaskFile file : files()) {
      sum += FileTable.sizeBytes(file);
      assertThat(FileTable.write(List.of(file)).length()).isEqualTo(2 + FileTable.sizeBytes(file));
    }
    assertThat(FileTable.write(files()).length()).isBetween(sum, sum + FileTable.HEAD_BYTES);
  }

  @Test
  void theBytesAreAsTheDocumentationSays() {
    TaskFile file =
        new TaskFile("ab", new VersionId(new Id128(1, 2)), 300, "0123456789abcdef".repeat(2), 1);
    assertThat(HexFormat.of().formatHex(FileTable.write(List.of(file)).toArray()))
        .isEqualTo(
            "01"
                + "01"
                + "02"
                + "6162"
                + "0000000000000001"
                + "0000000000000002"
                + "ac02"
                + "0123456789abcdef0123456789abcdef"
                + "01");
  }

  @Test
  void aTableThatIsCutAnywhereOrGoesOnIsRefused() {
    byte[] table = FileTable.write(files().subList(0, 24)).toArray();
    for (int length = 0; length < table.length; length++) {
      assertRefused(Arrays.copyOf(table, length));
    }
    assertRefused(Arrays.copyOf(table, table.length + 1));
  }

  @Test
  void aTableWithAWrongBitIsReadOrRefusedAndNothingElse() {
    byte[] table = FileTable.write(List.of(file("ä/b", 300, 1), file("c", 0, 0))).toArray();
    for (int bit = 0; bit < 8 * table.length; bit++) {
      byte[] flipped = table.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        FileTable.read(Bytes.copyOf(flipped));
      } catch (MillraceException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_CATALOG);
      }
    }
  }

  @Test
  void anotherFormatAndNumbersThatDoNotEndAreRefused() {
    assertRefused(new byte[] {2, 0});
    byte[] endless = new byte[40];
    Arrays.fill(endless, (byte) 0xff);
    endless[0] = 1;
    assertRefused(endless);
  }

  private static void assertRefused(byte[] table) {
    assertThatThrownBy(() -> FileTable.read(Bytes.copyOf(table)))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_CATALOG));
  }
}
