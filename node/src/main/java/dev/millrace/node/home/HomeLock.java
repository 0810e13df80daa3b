package dev.millrace.node.home;

import dev.millrace.base.MillraceException;
import dev.millrace.base.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The lock by which one process has a home to itself.
final class HomeLock implements AutoCloseable {
  private final Path file;
  private final ProcessLock lock;

  private HomeLock(Path file, ProcessLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Takes the lock.
  ///
  /// @return empty when another process, or this one, has it
  /// @throws MillraceException ACCESS_DENIED, READ_ONLY, IO_ERROR
  static Optional<HomeLock> acquire(Path file) {
    try {
      return ProcessLock.take(file).map(lock -> new HomeLock(file, lock));
    } catch (IOException e) {
      throw HomeFiles.failure("lock", file, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw HomeFiles.failure("unlock", file, e);
    }
  }
}
