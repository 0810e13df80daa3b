package dev.millrace.node.home;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/// Small private files of a home: made with mode 0600, replaced whole or not at all.
public final class HomeFiles {
  private HomeFiles() {}

  /// Makes a folder of mode 0700 with its parents, unless it is there.
  public static void makePrivateFolder(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    } catch (IOException e) {
      throw failure("make the folder", folder, e);
    }
  }

  /// Replaces `file` by `text`, durably, readable by its owner only.
  public static void writeAtomically(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder = FileChannel.open(parentOf(file), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  private static Path parentOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  /// The failure to do something with a file of the home, classified.
  static MillraceException failure(String what, Path file, IOException e) {
    String reason = reason(e);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
      return new MillraceException(
          ErrorCode.ACCESS_DENIED,
          "cannot "
              + what
              + " "
              + file
              + ": permission denied: give this user rights to it, or"
              + " set MILLRACE_HOME to a folder of your own",
          e);
    }
    if (lower.contains("read-only file system")) {
      return new MillraceException(
          ErrorCode.READ_ONLY,
          "cannot "
              + what
              + " "
              + file
              + ": read-only file system: mount it writable, or set"
              + " MILLRACE_HOME to another folder",
          e);
    }
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new MillraceException(
          ErrorCode.DISK_FULL,
          "cannot " + what + " " + file + ": no space left on the disk: free some and try again",
          e);
    }
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "cannot " + what + " " + file + ": " + reason + ": look at the disk and try again",
        e);
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
