package dev.millrace.console.api;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.SharedFile;
import dev.millrace.client.api.TransferLine;
import dev.millrace.http.Exchange;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Moves bytes between the store and a file of the caller's, who runs on this machine as this user
/// and so could open the file itself: they need not go through a connection. The answer tells how
/// far it is; a caller that goes away ends it.
final class SharedTransfer {
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Exchange exchange;
  private final SharedFile file;

  SharedTransfer(Exchange exchange, SharedFile file) {
    this.exchange = exchange;
    this.file = file;
  }

  /// The file that a request names, if it does. ACCESS_DENIED unless it came over the socket.
  static Optional<SharedFile> file(Exchange exchange) {
    Optional<String> field = exchange.header(ApiNames.SHARED_FILE);
    if (field.isPresent() && !exchange.local()) {
      throw new MillraceException(
          ErrorCode.ACCESS_DENIED,
          "header "
              + ApiNames.SHARED_FILE
              + ": files are shared over the node's own socket only: send bytes");
    }
    return field.map(SharedFile::parse);
  }

  /// What moves bytes, telling of it.
  @FunctionalInterface
  private interface Move {
    TransferLine run(FileChannel channel, Telling telling);
  }

  private void move(StandardOpenOption option, Move move) {
    try (FileChannel channel = file.open(option)) {
      exchange.respond(
          200,
          Map.of("Content-Type", "application/x-ndjson"),
          OptionalLong.empty(),
          out -> {
            Telling telling = new Telling(out);
            telling.tell(new TransferLine.Moved(0));
            TransferLine end;
            try {
              end = move.run(channel, telling);
            } catch (MillraceException e) {
              end = new TransferLine.Failed(e);
            }
            telling.tell(end);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("closing a shared file", e);
    }
  }

  /// Stores the file's bytes once the caller, told that all were read, ends its request.
  void put(Files files, Files.PutRequest request) {
    move(
        StandardOpenOption.READ,
        (channel, telling) ->
            new TransferLine.Done(files.put(request, new Source(channel, request, telling))));
  }

  /// Writes a part of a version to the beginning of the file.
  void get(Files files, ObjectRef ref, ByteRange range) {
    move(
        StandardOpenOption.WRITE,
        (channel, telling) -> {
          Sink sink = new Sink(channel, telling);
          try {
            return new TransferLine.Done(files.get(ref, range, sink));
          } catch (MillraceException e) {
            if (sink.failure.isEmpty()) {
              throw e;
            }
            return new TransferLine.Unwritable(String.valueOf(sink.failure.get().getMessage()));
          }
        });
  }

  /// Writes lines, each at once.
  private static final class Telling {
    private final OutputStream out;
    private long toldNanos = Clock.system().nanoTime();

    Telling(OutputStream out) {
      this.out = out;
    }

    void tell(TransferLine told) throws IOException {
      out.write(told.line());
      out.flush();
    }

    void moved(long bytes) throws IOException {
      long now = Clock.system().nanoTime();
      if (now - toldNanos >= TELL_NANOS) {
        toldNanos = now;
        tell(new TransferLine.Moved(bytes));
      }
    }
  }

  /// The file's bytes, whose end waits for the caller's word.
  private final class Source extends InputStream {
    private final FileChannel channel;
    private final long limitBytes;
    private final Telling telling;
    private long readBytes;
    private boolean ended;

    Source(FileChannel channel, Files.PutRequest request, Telling telling) {
      this.channel = channel;
      this.limitBytes = request.expectedBytes().orElse(Long.MAX_VALUE);
      this.telling = telling;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (ended || length == 0) {
        return length == 0 ? 0 : -1;
      }
      int wanted = (int) Math.min(length, limitBytes - readBytes);
      int count = wanted == 0 ? -1 : channel.read(ByteBuffer.wrap(target, offset, wanted));
      if (count >= 0) {
        readBytes += count;
        telling.moved(readBytes);
        return count;
      }
      telling.tell(new TransferLine.Read(readBytes));
      if (exchange.body().read() >= 0) {
        throw new IOException("bytes came beside the file");
      }
      ended = true;
      return -1;
    }
  }

  /// The file, written from its beginning.
  private static final class Sink extends OutputStream {
    private final FileChannel channel;
    private final Telling telling;
    private long writtenBytes;
    private Optional<IOException> failure = Optional.empty();

    Sink(FileChannel channel, Telling telling) {
      this.channel = channel;
      this.telling = telling;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        failure = Optional.of(e);
        throw e;
      }
      writtenBytes += length;
      telling.moved(writtenBytes);
    }
  }
}
