package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Names what went wrong with a file of this machine.
public final class LocalErrors {
  private LocalErrors() {}

  /// The failure of reading `path`.
  public static MillraceException reading(Path path, IOException cause) {
    return of(path.toString(), cause, "check that it is readable and its disk is sound");
  }

  /// The failure of writing `path`.
  public static MillraceException writing(Path path, IOException cause) {
    return of(path.toString(), cause, "check that it is writable and its disk is sound");
  }

  /// The failure of writing to a stream called `name`.
  public static MillraceException writing(String name, IOException cause) {
    return of(name, cause, "check where it leads");
  }

  private static MillraceException of(String name, IOException cause, String remedy) {
    String reason = reason(cause);
    if (cause instanceof NoSuchFileException || reason.contains("No such file")) {
      return error(ErrorCode.NO_SUCH_FILE, name, "no such file or folder: check the name", cause);
    }
    if (cause instanceof AccessDeniedException || reason.contains("Permission denied")) {
      return error(
          ErrorCode.ACCESS_DENIED,
          name,
          "permission denied: change its permissions or run as its owner",
          cause);
    }
    if (reason.contains("No space left") || reason.contains("Disk quota")) {
      return error(
          ErrorCode.DISK_FULL, name, reason + ": make room there or choose another place", cause);
    }
    if (reason.contains("Read-only file system")) {
      return error(ErrorCode.READ_ONLY, name, "read-only file system: choose another place", cause);
    }
    if (cause instanceof FileSystemLoopException || reason.contains("Too many levels")) {
      return error(
          ErrorCode.INVALID_ARGUMENT,
          name,
          "symbolic links lead in a circle: correct the links",
          cause);
    }
    if (cause instanceof NotDirectoryException || reason.contains("Not a directory")) {
      return error(
          ErrorCode.INVALID_ARGUMENT,
          name,
          "a part of the path is a file and not a folder: check the name",
          cause);
    }
    if (reason.contains("File name too long")) {
      return error(
          ErrorCode.INVALID_ARGUMENT,
          name,
          "the file system takes no name that long: choose a shorter one",
          cause);
    }
    return error(ErrorCode.IO_ERROR, name, reason + ": " + remedy, cause);
  }

  private static MillraceException error(
      ErrorCode code, String name, String rest, IOException cause) {
    return new MillraceException(code, name + ": " + rest, cause);
  }

  private static String reason(IOException cause) {
    @Nullable String reason =
        cause instanceof FileSystemException inFileSystem
            ? inFileSystem.getReason()
            : cause.getMessage();
    if (reason != null && !reason.isBlank()) {
      return reason;
    }
    return switch (cause) {
      case FileAlreadyExistsException _ -> "it exists already";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      default -> "input/output error (" + cause.getClass().getSimpleName() + ")";
    };
  }
}
