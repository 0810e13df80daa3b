package dev.millrace.catalog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeSpaceTest {
  @TempDir Path folder;

  @Test
  void aSmallDiskKeepsAnEighthAndALargeOneAFixedReserve() {
    assertThat(FreeSpace.reserveOf(400 * ByteUnits.MIB)).isEqualTo(50 * ByteUnits.MIB);
    assertThat(FreeSpace.reserveOf(2 * ByteUnits.GIB)).isEqualTo(256 * ByteUnits.MIB);
    assertThat(FreeSpace.reserveOf(4 * ByteUnits.TIB)).isEqualTo(256 * ByteUnits.MIB);
  }

  @Test
  void aCheckpointNeedsRoomForWhatTheTablesHaveInMemory() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace();
    FreeSpace plenty = new FreeSpace(folder, 0);
    plenty.admitCheckpoint(ByteUnits.TIB);
    FreeSpace none = new FreeSpace(folder, 4 * free + 4 * ByteUnits.GIB);
    assertThat(none.enoughForCheckpoint(0)).isFalse();
    assertThatThrownBy(() -> none.admitCheckpoint(0))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
        .hasMessageContaining("free space on this disk");
  }
}
