package dev.millrace.node.home;

import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lock by which one process has a home to itself. The kernel drops it when the process ends,
/// however it ends.
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock.
  ///
  /// @return empty when another process, or this one, has it
  /// @throws MillraceException ACCESS_DENIED, READ_ONLY, IO_ERROR
  static Optional<HomeLock> acquire(Path file) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw HomeFiles.failure("open", file, e);
    }
    try {
      if (tryLock(channel) != null) {
        return Optional.of(new HomeLock(channel));
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw HomeFiles.failure("lock", file, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw HomeFiles.failure("unlock", Path.of("lock"), e);
    }
  }
}
