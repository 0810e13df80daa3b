package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.AtomicFile;
import dev.millrace.cli.local.LocalErrors;
import dev.millrace.cli.local.Stop;
import dev.millrace.client.FileSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Passes bytes on, tells how many, stops when asked, and remembers why it failed under the name of
/// what it writes to. Belongs to one thread.
final class WatchedOutput extends FileSink {
  private final String name;
  private final OutputStream sink;
  private final Optional<AtomicFile> file;
  private final Stop stop;
  private final LongConsumer progress;
  private long writtenBytes;
  private Optional<MillraceException> failure = Optional.empty();

  WatchedOutput(String name, OutputStream sink, Stop stop, LongConsumer progress) {
    this(name, sink, Optional.empty(), stop, progress);
  }

  /// Into a file, which a node may write to itself.
  WatchedOutput(Path name, AtomicFile file, Stop stop, LongConsumer progress) {
    this(name.toString(), file.stream(), Optional.of(file), stop, progress);
  }

  private WatchedOutput(
      String name, OutputStream sink, Optional<AtomicFile> file, Stop stop, LongConsumer progress) {
    this.name = name;
    this.sink = sink;
    this.file = file;
    this.stop = stop;
    this.progress = progress;
  }

  /// What went wrong on this side.
  Optional<MillraceException> failure() {
    return failure;
  }

  @Override
  public Optional<Path> path() {
    return writtenBytes == 0 ? file.map(AtomicFile::place) : Optional.empty();
  }

  @Override
  public void writtenElsewhere(long bytes) throws IOException {
    try {
      stop.check();
      file.orElseThrow().writtenElsewhere(bytes - writtenBytes);
    } catch (MillraceException e) {
      failure = Optional.of(e);
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      failedElsewhere(e);
      throw e;
    }
    writtenBytes = bytes;
    progress.accept(bytes);
  }

  @Override
  public void failedElsewhere(IOException why) {
    failure = Optional.of(LocalErrors.writing(name, why));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    try {
      stop.check();
      sink.write(source, offset, length);
    } catch (MillraceException e) {
      failure = Optional.of(e);
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      failure = Optional.of(LocalErrors.writing(name, e));
      throw e;
    }
    writtenBytes += length;
    progress.accept(writtenBytes);
  }

  @Override
  public void flush() throws IOException {
    try {
      sink.flush();
    } catch (IOException e) {
      failure = Optional.of(LocalErrors.writing(name, e));
      throw e;
    }
  }
}
