package dev.millrace.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A file of the machine's own file system.
///
/// An interrupt of a thread that is inside a [FileChannel] closes the channel for everyone. Reads
/// and writes are repeated on a new channel when that happens. A sync must not be repeated (the
/// kernel tells an error once), so it has a channel of its own, opened before the first write, and
/// is called only by threads that nobody interrupts ([GroupCommit]).
final class ChannelFile implements SegmentFile {
  private static final String READ_ONLY = "Read-only file system";

  private final Path path;
  private final Object lock = new Object();
  private final ReentrantLock writing = new ReentrantLock();
  private final DirectWrites direct;
  private FileChannel channel;
  private @Nullable FileChannel syncChannel;
  private boolean writable;
  private boolean closed;
  private volatile boolean punchable = true;

  @FunctionalInterface
  private interface Operation<T> {
    T on(FileChannel channel) throws IOException;
  }

  private ChannelFile(Path path, FileChannel channel, boolean writable) {
    this.path = path;
    this.direct = new DirectWrites(path);
    this.channel = channel;
    this.writable = writable;
  }

  static ChannelFile create(Path path) throws IOException {
    return new ChannelFile(
        path,
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)),
        true);
  }

  /// Opens for reading alone where writing isn't allowed.
  static ChannelFile open(Path path) throws IOException {
    try {
      return new ChannelFile(path, openChannel(path, true), true);
    } catch (FileSystemException e) {
      return new ChannelFile(path, openChannel(path, false), false);
    }
  }

  private static FileChannel openChannel(Path path, boolean writable) throws IOException {
    return FileChannel.open(
        path,
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ));
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    prepareToWrite();
    // The kernel lets one thread at a time write to a file and has the others spin for it: 12 % of
    // a put's CPU with four writers. Here they sleep.
    writing.lock();
    try {
      int start = source.position();
      direct.writeFrontOf(source, position);
      int left = source.position();
      writeAll(source, left, position + left - start);
    } finally {
      writing.unlock();
    }
  }

  private void writeAll(ByteBuffer source, int start, long position) throws IOException {
    run(file -> {
      source.position(start);
      while (source.hasRemaining()) {
        int written = file.write(source, position + source.position() - start);
        if (written <= 0) {
          throw new IOException("wrote " + written + " of " + source.remaining() + " bytes");
        }
      }
      return true;
    });
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return run(file -> {
      target.position(start);
      while (target.hasRemaining()
          && file.read(target, position + target.position() - start) >= 0) {
        // until it is full or the file ends
      }
      return target.position() - start;
    });
  }

  @Override
  public void sync() throws IOException {
    prepareToWrite().force(false);
  }

  @Override
  public long size() throws IOException {
    return run(FileChannel::size);
  }

  @Override
  public void truncate(long size) throws IOException {
    prepareToWrite();
    run(file -> file.truncate(size));
  }

  @Override
  public boolean punch(long from, long to) throws IOException {
    if (to <= from) {
      return true;
    }
    if (punchable) {
      prepareToWrite();
      NativeFiles calls = NativeFiles.linux().orElse(null);
      punchable = calls != null && calls.punch(path, from, to);
    }
    return punchable;
  }

  private FileChannel prepareToWrite() throws IOException {
    synchronized (lock) {
      if (!writable) {
        throw new IOException(READ_ONLY);
      }
      if (closed) {
        throw new ClosedChannelException();
      }
      FileChannel sync = syncChannel;
      if (sync == null) {
        sync = openChannel(path, true);
        syncChannel = sync;
      }
      return sync;
    }
  }

  private <T> T run(Operation<T> operation) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        FileChannel current = current();
        try {
          return operation.on(current);
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
          replace(current);
        } catch (ClosedChannelException e) {
          replace(current);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel current() throws IOException {
    synchronized (lock) {
      if (closed) {
        throw new ClosedChannelException();
      }
      return channel;
    }
  }

  private void replace(FileChannel broken) throws IOException {
    synchronized (lock) {
      if (!closed && channel.equals(broken)) {
        channel = openChannel(path, writable);
      }
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (lock) {
      closed = true;
      channel.close();
      direct.close();
      if (syncChannel != null) {
        syncChannel.close();
      }
    }
  }
}
