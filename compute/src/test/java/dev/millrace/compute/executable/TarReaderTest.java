package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.compute.Tool;
import dev.millrace.compute.executable.TarReader.Entry;
import dev.millrace.compute.executable.TarReader.Kind;
import dev.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading what GNU tar writes, and refusing everything else.
final class TarReaderTest {
  private static final List<String> NAMES =
      List.of(
          "a",
          "b.txt",
          "ä",
          "\ud83d\ude00",
          "with space",
          "new\nline",
          " ",
          "-x",
          "x=y",
          "..c",
          "n".repeat(99),
          "m".repeat(100),
          "l".repeat(101),
          "k".repeat(255),
          "ü".repeat(127));

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(Seeds.seed("TarReaderTest"));

  private static byte[] tar(Path folder, String... options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("tar", "--create", "--format=pax", "--sort=name"));
    words.addAll(List.of(options));
    words.add(".");
    Tool.Outcome outcome = Tool.run(folder, new byte[0], words);
    assertThat(outcome.status()).isZero();
    return outcome.output();
  }

  /// All plain files with their bytes.
  private Map<String, byte[]> read(byte[] archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    for (Optional<Entry> next = reader.next(); next.isPresent(); next = reader.next()) {
      Entry entry = next.get();
      assertThat(entry.kind()).isIn(Kind.FILE, Kind.FOLDER);
      if (entry.kind() == Kind.FILE) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 + random.nextInt(600)];
        for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
          bytes.write(buffer, 0, n);
        }
        assertThat(bytes.size()).isEqualTo((int) entry.sizeBytes());
        assertThat(files.put(entry.name(), bytes.toByteArray())).isNull();
      }
    }
    return files;
  }

  private void fill(Path folder, String name, int depth, Map<String, byte[]> files)
      throws IOException {
    for (int i = random.nextInt(5); i > 0; i--) {
      String child = NAMES.get(random.nextInt(NAMES.size()));
      Path path = folder.resolve(child);
      if (Files.exists(path)) {
        continue;
      }
      if (depth < 4 && random.nextInt(3) == 0) {
        Files.createDirectory(path);
        fill(path, name + child + "/", depth + 1, files);
      } else {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(2000)];
        random.nextBytes(bytes);
        Files.write(path, bytes);
        files.put(name + child, bytes);
      }
    }
  }

  @Test
  void whatTarPacksIsReadBack() throws IOException, InterruptedException {
    for (int round = Seeds.rounds(40); round > 0; round--) {
      Path tree = Files.createTempDirectory(folder, "tree");
      Map<String, byte[]> files = new TreeMap<>();
      fill(tree, "", 0, files);
      String[] options =
          random.nextBoolean()
              ? new String[] {}
              : new String[] {"--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"};
      Map<String, byte[]> read = read(tar(tree, options));
      assertThat(read.keySet()).isEqualTo(files.keySet());
      read.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(files.get(name)));
    }
  }

  private List<Entry> entries(byte[] archive) throws IOException {
    List<Entry> entries = new ArrayList<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    for (Optional<Entry> next = reader.next(); next.isPresent(); next = reader.next()) {
      entries.add(next.get());
    }
    return entries;
  }

  @Test
  void linksAndPipesAreNamedAndFilesNotReadArePassedOver()
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("a"), "x".repeat(1000));
    Files.createLink(folder.resolve("b"), folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("c"), Path.of("n".repeat(200)));
    Files.createDirectory(folder.resolve("d"));
    assertThat(Tool.run(folder, new byte[0], List.of("mkfifo", "e")).status()).isZero();
    assertThat(entries(tar(folder)))
        .containsExactly(
            new Entry(Kind.FOLDER, "", true, 0),
            new Entry(Kind.FILE, "a", true, 1000),
            new Entry(Kind.HARD_LINK, "b", true, 0),
            new Entry(Kind.SYMBOLIC_LINK, "c", true, 0),
            new Entry(Kind.FOLDER, "d", true, 0),
            new Entry(Kind.PIPE, "e", true, 0));
  }

  @Test
  void aNameThatIsNotUnicodeIsKnownForIt() throws IOException, InterruptedException {
    List<String> touch = List.of("bash", "-c", "touch $'bad\\xff' $'\\xc0\\x80'");
    assertThat(Tool.run(folder, new byte[0], touch).status()).isZero();
    assertThat(entries(tar(folder))).filteredOn(entry -> !entry.unicode()).hasSize(2);
  }

  @Test
  void filesWithHolesAndOtherFormatsAreRefused() throws IOException, InterruptedException {
    Tool.run(folder, new byte[0], List.of("truncate", "-s", "10M", "holes"));
    byte[] sparse = tar(folder, "--sparse", "--hole-detection=seek");
    assertRefused(sparse, "a file has holes");
    Path names = Files.createDirectory(folder.resolve("names"));
    Files.createFile(names.resolve("n".repeat(200)));
    assertRefused(tar(names, "--format=gnu"), "a header is of another format");
    assertRefused(tar(names, "--format=v7", "--ignore-failed-read", "--exclude=n*"), "format");
  }

  private void assertRefused(byte[] archive, String message) {
    assertThatThrownBy(() -> read(archive))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private byte[] small() throws IOException, InterruptedException {
    Path tree = Files.createTempDirectory(folder, "small");
    Files.writeString(tree.resolve("a"), "one\n");
    Files.writeString(tree.resolve("ü".repeat(60)), "two\n".repeat(200));
    return tar(tree, "--mtime=@0");
  }

  @Test
  void anArchiveThatIsCutAnywhereIsRefused() throws IOException, InterruptedException {
    byte[] whole = small();
    int end = whole.length;
    while (whole[end - 1] == 0) {
      end--;
    }
    int padded = (end + 511) / 512 * 512;
    for (int length = 0; length < padded + 512; length += 1 + random.nextInt(40)) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aWrongBitInAHeaderIsNoticed() throws IOException, InterruptedException {
    byte[] whole = small();
    for (int bit = 0; bit < 512 * 8; bit++) {
      if (bit / 8 >= 148 && bit / 8 < 156) {
        continue; // of the checksum itself, what stands behind its digits has no meaning
      }
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> entries(flipped)).as("%d", bit).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whateverTheBytesAreThereIsAnEndOrARefusal() throws IOException, InterruptedException {
    byte[] whole = small();
    for (int round = Seeds.rounds(3000); round > 0; round--) {
      byte[] other = whole.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        other[random.nextInt(other.length)] = (byte) random.nextInt(256);
      }
      // Headers with right checksums, so that what stands in them is looked at.
      for (int at = 0; at < other.length; at += 512) {
        if (new String(other, at + 257, 5, ISO_8859_1).equals("ustar")) {
          sign(other, at);
        }
      }
      try {
        entries(other);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static void sign(byte[] archive, int at) {
    Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + 512; i++) {
      sum += archive[i] & 0xff;
    }
    byte[] octal = String.format("%06o\0 ", sum).getBytes(UTF_8);
    System.arraycopy(octal, 0, archive, at + 148, 8);
  }

  private static byte[] header(String name, char kind, long size) {
    byte[] header = new byte[512];
    System.arraycopy(name.getBytes(UTF_8), 0, header, 0, name.length());
    System.arraycopy(String.format("%011o", size).getBytes(UTF_8), 0, header, 124, 11);
    header[156] = (byte) kind;
    System.arraycopy("ustar\00000".getBytes(UTF_8), 0, header, 257, 8);
    sign(header, 0);
    return header;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void attributesStandForTheHeader() throws IOException {
    byte[] end = new byte[1024];
    byte[] records = Arrays.copyOf("12 path=b/c\n9 size=3\n12 comment=\n".getBytes(UTF_8), 512);
    byte[] archive =
        joined(
            header("x", 'x', 33),
            records,
            header("a", '0', 0),
            Arrays.copyOf("one".getBytes(UTF_8), 512),
            end);
    assertThat(read(archive)).containsOnlyKeys("b/c");
    assertThat(read(archive).get("b/c")).asString().isEqualTo("one");
  }

  @Test
  void whatWouldTakeMemoryOrMakesNoSenseIsRefused() {
    byte[] end = new byte[1024];
    assertRefused(joined(header("x", 'x', 1L << 31), end), "longer than 64.0 KiB");
    assertRefused(joined(header("x", 'x', 0), end), "ends behind attributes");
    assertRefused(joined(header("x", 'L', 3), end), "unknown kind");
    assertRefused(joined(header("x", '5', 3), end), "no file has bytes");
    assertRefused(header("x", '0', 5), "it ends within a file");
    assertRefused(joined(header("x", '0', 5), new byte[511]), "it ends within a file");
    assertRefused(joined(header("x", '0', 5), new byte[512]), "it has no end");
    for (String records : List.of("5 a\n", "99 path=x\n", "path=x\n", "0 a=b\n", "9 path=b/c\n")) {
      byte[] block = Arrays.copyOf(records.getBytes(UTF_8), 512);
      assertRefused(
          joined(header("x", 'x', records.length()), block, header("a", '0', 0), end), "malformed");
    }
    byte[] negative = Arrays.copyOf("11 size=-3\n".getBytes(UTF_8), 512);
    assertRefused(
        joined(header("x", 'x', 11), negative, header("a", '0', 0), end), "size of an entry");
  }
}
