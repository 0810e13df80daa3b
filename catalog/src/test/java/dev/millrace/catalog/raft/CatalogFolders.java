package dev.millrace.catalog.raft;

import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.TableDump;
import dev.millrace.model.NodeId;
import dev.millrace.net.CatalogCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Folders of catalogs under test.
final class CatalogFolders {
  private CatalogFolders() {}

  static CatalogConfig config(Path folder) {
    Clock clock = Clock.system();
    return CatalogConfig.of(
            folder,
            new NodeId(new Id128(1, 1)),
            clock,
            new IdSource(clock, new SplittableRandom(1)))
        .withFreeReserve(0)
        .withCheckpoints(1_000_000, 1L << 40, Duration.ofDays(1));
  }

  static RaftCatalog open(Path folder) {
    return RaftCatalog.open(config(folder));
  }

  static List<String> dump(RaftCatalog catalog) {
    return catalog.read(TableDump::of);
  }

  /// Executes a command; a refusal is as good as a result.
  static String outcome(RaftCatalog catalog, CatalogCommand<?> command) {
    try {
      return String.valueOf(catalog.execute(command));
    } catch (MillraceException e) {
      return e.code() + " " + e.getMessage();
    }
  }

  /// What a crash of the process leaves: the files as they are at this moment, more or less. The
  /// log first, so that nothing else is ahead of it by much; files that vanish meanwhile are left
  /// out.
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        try {
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.copy(file, target);
          }
        } catch (NoSuchFileException e) {
          System.out.println("replaced while the copy went on: " + file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static Path openSegment(Path folder) throws IOException {
    return files(folder).stream()
        .filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
        .findFirst()
        .orElseThrow();
  }

  static void flipBit(Path file, long offset, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }
}
