package dev.millrace.volumes;

import dev.millrace.base.ByteUnits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes whole pages of bulk data past the page cache (`O_DIRECT`), where the file system can. The
/// copy into the page cache costs as much as sealing, in a virtual machine several times that, and
/// the sync afterwards finds nothing left to write. Reading goes by the page cache all the same:
/// the kernel drops the pages that were written around it.
///
/// For one thread at a time, but for [#close].
final class DirectWrites implements AutoCloseable {
  private static final Optional<OpenOption> DIRECT = option();

  /// A multiple of every disk's block.
  private static final int ALIGNMENT_BYTES = 4096;

  /// Shorter writes are better off waiting for others in the page cache.
  private static final int LEAST_BYTES = (int) (64 * ByteUnits.KIB);

  private final Path path;
  private volatile @Nullable FileChannel channel;
  private volatile boolean refused = DIRECT.isEmpty();

  DirectWrites(Path path) {
    this.path = path;
  }

  /// The JDK's name for `O_DIRECT`, an option of its module jdk.unsupported; absent in a JDK
  /// without.
  private static Optional<OpenOption> option() {
    try {
      // house: javac warns of this type wherever it is named, and nothing excuses it.
      Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      for (Object option : type.getEnumConstants()) {
        if (option instanceof OpenOption found && found.toString().equals("DIRECT")) {
          return Optional.of(found);
        }
      }
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /// Writes what it can from the front of `source`, and advances behind it. What is left, all of it
  /// when this failed, the caller writes the other way, and meets there what is wrong with the
  /// disk.
  void writeFrontOf(ByteBuffer source, long position) {
    boolean aligned =
        !refused
            && source.isDirect()
            && source.remaining() >= LEAST_BYTES
            && position % ALIGNMENT_BYTES == 0
            && source.alignmentOffset(source.position(), ALIGNMENT_BYTES) == 0;
    if (!aligned) {
      return;
    }
    int length = source.remaining() & -ALIGNMENT_BYTES;
    if (writeAll(source.slice(source.position(), length), position)) {
      source.position(source.position() + length);
    }
  }

  private boolean writeAll(ByteBuffer pages, long position) {
    boolean interrupted = Thread.interrupted();
    try {
      FileChannel open = open();
      while (pages.hasRemaining()) {
        if (open.write(pages, position + pages.position()) <= 0) {
          return false;
        }
      }
      return true;
    } catch (ClosedChannelException e) {
      interrupted |= e instanceof ClosedByInterruptException;
      channel = null;
      return false;
    } catch (IOException e) {
      // A full disk may have room again; a file system that can't won't learn it.
      refused = channel == null || IoFailure.of(e) == IoFailure.BROKEN;
      return false;
    } catch (UnsupportedOperationException e) {
      refused = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT.orElseThrow());
      channel = open;
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    refused = true;
    FileChannel open = channel;
    if (open != null) {
      open.close();
    }
  }
}
