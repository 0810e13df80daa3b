package dev.millrace.node.recovery;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// The files of a flat folder as one stream: a ZIP, so that any tool can open it.
final class FolderArchive {
  private FolderArchive() {}

  static void write(Path folder, List<String> names, OutputStream sink) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(sink);
    // What is in the tables is sealed, random or compressed already: trying took half of all
    // processor time of a node that stored small objects.
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (String name : names) {
      zip.putNextEntry(new ZipEntry(name));
      Files.copy(folder.resolve(name), zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  /// Unpacks into `folder`, which is made.
  ///
  /// @throws IOException when an entry's name would leave the folder, or the archive is damaged
  static void read(InputStream source, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (ZipInputStream zip = new ZipInputStream(source)) {
      ZipEntry entry;
      while ((entry = zip.getNextEntry()) != null) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("entry " + entry.getName() + " leaves the folder");
        }
        Path parent = target.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.copy(zip, target);
      }
    }
  }

  /// Removes a folder with all that is in it; does nothing when it isn't there.
  ///
  /// @throws MillraceException IO_ERROR
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "folder " + folder + ": cannot be removed: " + e + ": remove it", e);
    }
  }
}
