package dev.millrace.system.demo;

import dev.millrace.system.process.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Real text, logs, tables and binaries that others made, and what is known of them.
///
/// The folders `corpus` and `vitals` are looked for in the folder that the property `millrace.data`
/// names, by default beside the repository in `shared/data`.
final class Corpus {
  static final String PROPERTY = "millrace.data";

  private Corpus() {}

  /// What SOURCES.md says of a file.
  record Known(String file, long lines, long words, long bytes) {}

  /// A figure of -1 is not known.
  static final List<Known> KNOWN =
      List.of(
          new Known("silesia/dickens", 200_783, 1_789_837, 10_192_446),
          new Known("silesia/nci", 840_551, -1, 33_553_445),
          new Known("silesia/xml", -1, -1, 5_345_280),
          new Known("silesia/reymont", -1, -1, 6_627_202),
          new Known("silesia/osdb", -1, -1, 10_085_684),
          new Known("silesia/ooffice", -1, -1, 6_152_192),
          new Known("silesia/mr", -1, -1, 9_970_564),
          new Known("logs/elastic/apache_access.log", 10_000, -1, -1),
          new Known("logs/elastic/auth.log", 7_121, -1, -1));

  /// Unpacks everything into `target`.
  static void unpack(Path target) throws IOException {
    unpack(target, "");
  }

  /// Unpacks one folder or file into `target`; with no name, everything.
  static void unpack(Path target, String part) throws IOException {
    Path corpus = folder("corpus");
    for (Path file : filesOf(corpus.resolve(part))) {
      String name = file.getFileName().toString();
      Path place = target.resolve(corpus.relativize(file)).resolveSibling("");
      Files.createDirectories(place);
      if (name.endsWith(".zip")) {
        LoopDisk.run("unzip", "-q", "-o", file.toString(), "-d", place.toString());
      } else if (name.endsWith(".tar.xz")) {
        LoopDisk.run("tar", "-xJf", file.toString(), "--no-same-owner", "-C", place.toString());
      } else if (name.endsWith(".bz2") || name.endsWith(".xz")) {
        Path copy = place.resolve(name);
        Files.copy(file, copy);
        LoopDisk.run(name.endsWith(".xz") ? "xz" : "bzip2", "-d", copy.toString());
      } else {
        Files.copy(file, place.resolve(name));
      }
    }
  }

  /// The files whose names have this end in a folder of `vitals`, by name; they are not packed.
  static List<Path> vitals(String folder, String end) throws IOException {
    return filesOf(folder("vitals").resolve(folder)).stream()
        .filter(file -> file.toString().endsWith(end))
        .toList();
  }

  /// The page on what is known of the files of a folder.
  static String sources(String name) throws IOException {
    return Files.readString(folder(name).resolve("SOURCES.md"));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Path folder(String name) {
    Path data =
        Path.of(System.getProperty(PROPERTY, "../../shared/data")).toAbsolutePath().normalize();
    Path folder = data.resolve(name);
    if (!Files.isRegularFile(folder.resolve("SOURCES.md"))) {
      throw new AssertionError(
          "folder "
              + folder
              + ": no data there: give the folder that holds it with -D"
              + PROPERTY
              + "=FOLDER");
    }
    return folder;
  }
}
