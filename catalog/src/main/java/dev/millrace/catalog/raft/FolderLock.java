package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps a second process off a catalog's folder, from before the log is examined (and mended) to
/// the end.
final class FolderLock implements AutoCloseable {
  private final Path file;
  private final ProcessLock lock;

  private FolderLock(Path file, ProcessLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// @throws MillraceException HOME_IN_USE, IO_ERROR, DISK_FULL
  static FolderLock take(Path folder) {
    Path file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      ProcessLock lock =
          ProcessLock.take(file)
              .orElseThrow(() ->
                  new MillraceException(
                      ErrorCode.HOME_IN_USE,
                      "catalog " + folder + ": another process has it open: stop that one"));
      return new FolderLock(file, lock);
    } catch (IOException e) {
      throw Disk.failure(file, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw Disk.failure(file, e);
    }
  }
}
