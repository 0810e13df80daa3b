package dev.millrace.cli.local;

import dev.millrace.base.MillraceException;
import dev.millrace.client.FileBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/// Reads a [LocalFile] and verifies, before it hands out the last byte or the end, that the file is
/// still what it was: so whoever commits what it read commits a whole file. Fails with an
/// `IOException` whose cause is the [MillraceException]; [#failure] gives that to who only sees
/// what a client made of it. Belongs to one thread.
public final class WatchedInput extends FileBody {
  private final LocalFile file;
  private final InputStream source;
  private final Stop stop;
  private final Optional<Long> expected;
  private long readBytes;
  private boolean verified;
  private volatile Optional<MillraceException> failure = Optional.empty();

  WatchedInput(LocalFile file, InputStream source, Stop stop) {
    this.file = file;
    this.source = source;
    this.stop = stop;
    this.expected = file.expectedBytes();
  }

  /// What went wrong with the file, if something did.
  public Optional<MillraceException> failure() {
    return failure;
  }

  @Override
  public Path path() {
    return file.path().toAbsolutePath();
  }

  @Override
  public void readElsewhere() throws IOException {
    watched(stop::check);
  }

  @Override
  public void endedElsewhere(long bytes) throws IOException {
    watched(() -> {
      stop.check();
      file.verifyUnchanged(bytes);
    });
  }

  private void watched(Runnable check) throws IOException {
    try {
      check.run();
    } catch (MillraceException e) {
      failure = Optional.of(e);
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      stop.check();
      return expected.isPresent()
          ? readExpected(target, offset, length, expected.get())
          : readToEnd(target, offset, length);
    } catch (MillraceException e) {
      failure = Optional.of(e);
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      MillraceException named = LocalErrors.reading(file.path(), e);
      failure = Optional.of(named);
      throw new IOException(named.getMessage(), named);
    }
  }

  private int readExpected(byte[] target, int offset, int length, long expectedBytes)
      throws IOException {
    if (readBytes == expectedBytes) {
      return -1;
    }
    int count = source.read(target, offset, (int) Math.min(length, expectedBytes - readBytes));
    if (count < 0) {
      file.verifyUnchanged(expectedBytes);
      throw file.changed("it shrank while it was read", null);
    }
    readBytes += count;
    if (readBytes == expectedBytes) {
      if (source.read() >= 0) {
        throw file.changed("it grew while it was read", null);
      }
      file.verifyUnchanged(readBytes);
    }
    return count;
  }

  private int readToEnd(byte[] target, int offset, int length) throws IOException {
    int count = source.read(target, offset, length);
    if (count >= 0) {
      readBytes += count;
    } else if (!verified) {
      file.verifyUnchanged(readBytes);
      verified = true;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
