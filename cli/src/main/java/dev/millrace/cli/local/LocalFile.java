package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file as it was when it was looked at, symbolic links followed. Reading it later notices when
/// it is no longer the same.
///
/// @param path as the person wrote it, resolved against the working folder
/// @param identity device and inode, where the system has them
/// @param regular false for pipes and devices, which are read to their end and not watched
public record LocalFile(
    Path path, long sizeBytes, FileTime modified, @Nullable Object identity, boolean regular) {

  /// Looks at `path`. NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT for a folder.
  public static LocalFile at(Path path) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw LocalErrors.reading(path, e);
    }
    if (attributes.isDirectory()) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          path + ": it is a folder, and a file is needed: name the files in it");
    }
    return of(path, attributes);
  }

  static LocalFile of(Path path, BasicFileAttributes attributes) {
    return new LocalFile(
        path,
        attributes.size(),
        attributes.lastModifiedTime(),
        attributes.fileKey(),
        attributes.isRegularFile());
  }

  /// How many bytes reading gives, when that can be known: not for pipes and devices, nor for files
  /// that say 0 and may be made up as they are read (those of `/proc`).
  public Optional<Long> expectedBytes() {
    return regular && sizeBytes > 0 ? Optional.of(sizeBytes) : Optional.empty();
  }

  /// Begins to read. NO_SUCH_FILE, ACCESS_DENIED.
  public WatchedInput open(Stop stop) {
    try {
      return new WatchedInput(this, Files.newInputStream(path), stop);
    } catch (IOException e) {
      throw LocalErrors.reading(path, e);
    }
  }

  /// Throws INPUT_CHANGED unless the path still leads to the same, unchanged file.
  ///
  /// @param readBytes what reading it gave
  void verifyUnchanged(long readBytes) {
    if (!regular) {
      return;
    }
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw changed("it vanished while it was read", e);
    }
    if (!Objects.equals(now.fileKey(), identity)) {
      throw changed("it was replaced while it was read", null);
    }
    boolean madeUp = sizeBytes == 0 && now.size() == 0;
    if (now.size() > readBytes) {
      throw changed("it grew while it was read", null);
    }
    if (now.size() < readBytes && !madeUp) {
      throw changed("it shrank while it was read", null);
    }
    if (!now.lastModifiedTime().equals(modified) && !(madeUp && readBytes > 0)) {
      throw changed("it was written to while it was read", null);
    }
  }

  MillraceException changed(String how, @Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INPUT_CHANGED,
        path + ": " + how + ": nothing was stored; try again when nobody writes to it",
        cause);
  }
}
