package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Digests;
import dev.millrace.system.process.LoopDisk;
import dev.millrace.system.process.UpNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One flipped bit anywhere in a home: found and named, or of no consequence, and never served.
///
/// `-Dmillrace.flips=N` sets how many bits of each kind of file are tried, `-Dmillrace.seed=N`
/// which ones.
final class FlippedBitsTest {
  private static final int FLIPS = Integer.getInteger("millrace.flips", 2);
  private static final long SEED = Long.getLong("millrace.seed", 20261121L);

  /// What a command says of a fault: one line with what, why and what to do.
  private static final String COMPLAINT = "millrace: [^\\n]+: [^\\n]+: [^\\n]+";

  @TempDir Path temp;

  private Path sound;
  private Map<String, String> stored;

  /// What a flip has to lead to.
  private enum Duty {
    /// The damage is named, by reading or by the scrub.
    NAMED,
    /// It may be corrected, or be in what nobody needs; else it is named.
    NAMED_OR_HARMLESS
  }

  @BeforeEach
  void storeFilesOfAllShapes() throws Exception {
    sound = temp.resolve("sound");
    Path files = Files.createDirectories(temp.resolve("files"));
    SplittableRandom random = new SplittableRandom(3);
    for (int size : new int[] {0, 100, 5_000, 200_000, 9_500_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      Files.write(files.resolve("file-" + size), bytes);
    }
    stored = Digests.ofTree(files);
    Cli cli = Cli.of(sound, temp);
    assertThat(cli.run("mb", "lab").status()).isZero();
    assertThat(cli.run("put", files.toString(), "lab/").status()).isZero();
    assertThat(cli.run("scrub").status()).isZero();
  }

  @Test
  void inEachPartOfAVolumeFile() throws Exception {
    SplittableRandom random = seeded();
    Path segment = only("disk/volumes", ".seg");
    List<SegmentMap.Region> regions = SegmentMap.of(sound.resolve(segment));
    for (String part : SegmentMap.PARTS) {
      List<SegmentMap.Region> ofPart =
          regions.stream().filter(region -> region.part().equals(part)).toList();
      assertThat(ofPart).as(part).isNotEmpty();
      for (int i = 0; i < FLIPS; i++) {
        SegmentMap.Region region = ofPart.get(random.nextInt(ofPart.size()));
        long bit = region.from() * 8 + random.nextLong((region.to() - region.from()) * 8);
        Duty duty =
            part.equals("segment header") || part.equals("padding")
                ? Duty.NAMED_OR_HARMLESS
                : Duty.NAMED;
        flipAndLook(segment, bit, part, duty);
      }
    }
  }

  @Test
  void inTheOtherFilesOfTheDisk() throws Exception {
    SplittableRandom random = seeded();
    for (Path file : List.of(only("disk/volumes", "index"), Path.of("disk/disk"))) {
      for (int i = 0; i < FLIPS; i++) {
        flipAndLook(file, anyBit(file, random), "any", Duty.NAMED_OR_HARMLESS);
      }
    }
  }

  @Test
  void inTheTablesOfTheCatalog() throws Exception {
    SplittableRandom random = seeded();
    for (String kind : new String[] {".sst", "MANIFEST", "CURRENT", "OPTIONS"}) {
      for (int i = 0; i < FLIPS; i++) {
        List<Path> files = files("catalog/db", kind);
        Path file = files.get(random.nextInt(files.size()));
        Duty duty = kind.equals(".sst") ? Duty.NAMED : Duty.NAMED_OR_HARMLESS;
        flipAndLook(file, anyBit(file, random), kind, duty);
      }
    }
  }

  @Test
  void inTheLogOfTheCatalog() throws Exception {
    SplittableRandom random = seeded();
    for (String kind : new String[] {"log_inprogress", "log_", "raft-meta", "identity"}) {
      for (int i = 0; i < FLIPS; i++) {
        List<Path> files =
            files("catalog", kind).stream()
                .filter(file -> !file.endsWith("raft-meta.conf"))
                .toList();
        Path file = files.get(random.nextInt(files.size()));
        Duty duty = kind.startsWith("log_") ? Duty.NAMED : Duty.NAMED_OR_HARMLESS;
        flipAndLook(file, anyBit(file, random), kind, duty);
      }
    }
  }

  @Test
  void inTheKeysAndTheHomeFile() throws Exception {
    SplittableRandom random = seeded();
    for (Path file : List.of(Path.of("keys/master"), Path.of("home"))) {
      for (int i = 0; i < FLIPS; i++) {
        flipAndLook(file, anyBit(file, random), "any", Duty.NAMED_OR_HARMLESS);
      }
    }
  }

  /// The last entry of the log is there in part only, and was never executed: as after a power cut
  /// while it was written.
  @Test
  void aTornEndOfTheLogIsCutAndTheNodeStartsByItself() throws Exception {
    Cli cli = Cli.of(sound, temp);
    UpNode node = UpNode.start(cli);
    try {
      assertThat(cli.run("mb", "last").status()).isZero();
    } finally {
      node.process().destroyForcibly().waitFor();
    }
    Path log = sound.resolve(files("catalog", "log_inprogress").getFirst());
    cutShort(log);
    Cli.Result listed = cli.run("ls");
    assertThat(listed.status()).as(listed.err()).isZero();
    assertThat(listed.out()).contains("lab").doesNotContain("last");
    assertThatAllIsThere(cli);
    assertThat(cli.run("mb", "last").status()).isZero();
  }

  private void flipAndLook(Path file, long bit, String part, Duty duty) throws Exception {
    Path damaged = temp.resolve("damaged");
    LoopDisk.run("cp", "-a", "--reflink=auto", sound.toString(), damaged.toString());
    Path answer = temp.resolve("answer");
    try {
      flip(damaged.resolve(file), bit);
      Cli cli = Cli.of(damaged, temp);
      String where =
          "seed %d, %s, %s, bit %d of byte %d".formatted(SEED, file, part, bit % 8, bit / 8);
      Cli.Result got = cli.run("get", "lab/", "-o", answer.toString());
      // nothing that is damaged is ever read as if it was sound
      Map<String, String> read = Files.exists(answer) ? Digests.ofTree(answer) : Map.of();
      assertThat(stored.entrySet()).as(where).containsAll(read.entrySet());
      if (got.status() == 0) {
        assertThat(read).as(where).isEqualTo(stored);
        Cli.Result scrub = cli.run("scrub");
        assertThat(scrub.status()).as(where).isEqualTo(duty == Duty.NAMED ? 1 : scrub.status());
        assertThat(scrub.err()).as(where).doesNotContain("internal error");
        if (scrub.status() != 0) {
          assertThat(scrub.out() + scrub.err()).as(where).contains(damaged.toString());
        }
      } else {
        assertThat(got.err().lines())
            .as(where)
            .allMatch(line -> line.matches(COMPLAINT) && line.contains(damaged.toString()));
      }
    } finally {
      LoopDisk.run("rm", "-rf", damaged.toString(), answer.toString());
    }
  }

  private static void flip(Path file, long bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
    Files.write(file, bytes);
  }

  /// Takes the last bytes that were written; zeros behind them are space kept for more.
  private static void cutShort(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    Files.write(log, Arrays.copyOf(bytes, end - 5));
  }

  private void assertThatAllIsThere(Cli cli) throws Exception {
    Path answer = temp.resolve("answer");
    Cli.Result got = cli.run("get", "lab/", "-o", answer.toString());
    assertThat(got.status()).as(got.err()).isZero();
    assertThat(Digests.ofTree(answer)).isEqualTo(stored);
  }

  private long anyBit(Path file, SplittableRandom random) throws IOException {
    return random.nextLong(Files.size(sound.resolve(file)) * 8);
  }

  private Path only(String folder, String kind) throws IOException {
    List<Path> files = files(folder, kind);
    assertThat(files).hasSize(1);
    return files.getFirst();
  }

  /// The files of a kind that hold anything, by their paths in the home, outside of checkpoints.
  private List<Path> files(String folder, String kind) throws IOException {
    try (Stream<Path> walk = Files.walk(sound.resolve(folder))) {
      return walk.filter(file -> file.getFileName().toString().contains(kind))
          .filter(file -> Files.isRegularFile(file) && file.toFile().length() > 0)
          .map(sound::relativize)
          .filter(file -> !file.startsWith("catalog/checkpoints"))
          .sorted()
          .toList();
    }
  }

  private static SplittableRandom seeded() {
    return new SplittableRandom(SEED);
  }
}
