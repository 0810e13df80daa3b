package dev.millrace.cli.local;

import dev.millrace.base.ByteUnits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Writes a file, and has what was written brought to the disk while more comes: the sync that
/// makes the whole durable is short then. Belongs to one thread; one sync is under way at a time.
final class EarlySync extends OutputStream {
  private static final long STEP_BYTES = 16 * ByteUnits.MIB;

  private final FileChannel channel;
  private final OutputStream stream;
  private final boolean early;
  private long unsyncedBytes;
  private @Nullable FutureTask<Boolean> underWay;

  /// @param early false for what can't be synced: pipes and devices
  EarlySync(FileChannel channel, boolean early) {
    this.channel = channel;
    this.stream = Channels.newOutputStream(channel);
    this.early = early;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    stream.write(source, offset, length);
    written(length);
  }

  /// So many more bytes were written, here or elsewhere.
  void written(long count) throws IOException {
    unsyncedBytes += count;
    if (early && unsyncedBytes >= STEP_BYTES && (underWay == null || underWay.isDone())) {
      end();
      unsyncedBytes = 0;
      FutureTask<Boolean> sync =
          new FutureTask<>(() -> {
            channel.force(false);
            return true;
          });
      underWay = sync;
      Thread.ofPlatform().daemon().name("early-sync").start(sync);
    }
  }

  /// Waits for the sync that is under way.
  ///
  /// @throws IOException that it met: the kernel tells it only once
  void end() throws IOException {
    FutureTask<Boolean> last = underWay;
    if (last == null) {
      return;
    }
    underWay = null;
    try {
      last.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while its bytes went to the disk", e);
    }
  }
}
