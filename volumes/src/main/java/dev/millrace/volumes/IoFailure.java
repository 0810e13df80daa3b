package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The kinds of failure of a file operation. The JDK gives the error number only as the C library's
/// text, which may be in any language: the texts are compared in English first, then as the library
/// itself would say it.
enum IoFailure {
  /// ENOSPC, EDQUOT.
  FULL("No space left on device", 28, "Disk quota exceeded", 122),
  /// EROFS, EACCES.
  READ_ONLY("Read-only file system", 30, "Permission denied", 13),
  /// EIO and all others: the disk can't be trusted with a write any more.
  BROKEN("Input/output error", 5, "Structure needs cleaning", 117);

  private final String text;
  private final int errno;
  private final String otherText;
  private final int otherErrno;

  IoFailure(String text, int errno, String otherText, int otherErrno) {
    this.text = text;
    this.errno = errno;
    this.otherText = otherText;
    this.otherErrno = otherErrno;
  }

  static IoFailure of(IOException e) {
    String message = text(e);
    for (IoFailure failure : values()) {
      if (message.contains(failure.text) || message.contains(failure.otherText)) {
        return failure;
      }
    }
    return NativeFiles.linux().map(calls -> ofLocalText(message, calls)).orElse(BROKEN);
  }

  private static IoFailure ofLocalText(String message, NativeFiles calls) {
    for (IoFailure failure : values()) {
      if (message.contains(calls.message(failure.errno))
          || message.contains(calls.message(failure.otherErrno))) {
        return failure;
      }
    }
    return BROKEN;
  }

  /// The failure of `doing` (as in `append to`) something with `file`.
  static MillraceException explain(String doing, Path file, IOException e) {
    String what = doing + " " + file + ": " + text(e) + ": ";
    return switch (of(e)) {
      case FULL ->
          new MillraceException(
              ErrorCode.DISK_FULL, what + "free space on this disk, or add another", e);
      case READ_ONLY ->
          new MillraceException(
              ErrorCode.READ_ONLY, what + "mount the disk writable, then restart the node", e);
      case BROKEN ->
          new MillraceException(
              ErrorCode.IO_ERROR,
              what + "the volume is read-only from now on; look at the disk (dmesg, smartctl)",
              e);
    };
  }

  /// The reason alone, without the file's name.
  static String text(IOException e) {
    @Nullable String message =
        e instanceof FileSystemException failed && failed.getReason() != null
            ? failed.getReason()
            : e.getMessage();
    return message == null ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT) : message;
  }
}
