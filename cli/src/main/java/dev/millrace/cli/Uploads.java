package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.LocalErrors;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.local.Stop;
import dev.millrace.cli.local.WatchedInput;
import dev.millrace.client.Files;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Stores local bytes, and tells apart what failed: the file, or the store.
final class Uploads {
  private final Files files;
  private final Stop stop;

  Uploads(Files files, Stop stop) {
    this.files = files;
    this.stop = stop;
  }

  /// How it went with one file.
  sealed interface Sent {
    record Stored(StoredVersion version) implements Sent {}

    /// The file itself is at fault: others of the same command can still go on.
    record Refused(MillraceException why) implements Sent {}
  }

  /// Stores a file as it is now. A failure of the store is thrown, and CANCELLED.
  Sent file(LocalFile file, BucketName bucket, ObjectKey key, LongConsumer progress) {
    WatchedInput input;
    try {
      input = file.open(stop);
    } catch (MillraceException e) {
      return new Sent.Refused(e);
    }
    try (input) {
      return new Sent.Stored(
          files.put(request(bucket, key, file.expectedBytes(), progress), input));
    } catch (IOException e) {
      return new Sent.Refused(LocalErrors.reading(file.path(), e));
    } catch (MillraceException e) {
      MillraceException why = input.failure().orElseThrow(() -> e);
      if (why.code() == ErrorCode.CANCELLED) {
        throw why;
      }
      return new Sent.Refused(why);
    }
  }

  /// Stores what `source`, standard input, gives until its end.
  StoredVersion stream(
      InputStream source, BucketName bucket, ObjectKey key, LongConsumer progress) {
    StoppableInput input = new StoppableInput(source, stop);
    try {
      return files.put(request(bucket, key, Optional.empty(), progress), input);
    } catch (MillraceException e) {
      throw input.failure.orElse(e);
    }
  }

  private static PutRequest request(
      BucketName bucket, ObjectKey key, Optional<Long> expectedBytes, LongConsumer progress) {
    return new PutRequest(
        bucket, key, Map.of(), new Precondition.None(), expectedBytes, Optional.empty(), progress);
  }

  /// Standard input, which an interrupt ends with a failure and not with an end of file.
  private static final class StoppableInput extends FilterInputStream {
    private final Stop stop;
    private Optional<MillraceException> failure = Optional.empty();

    StoppableInput(InputStream source, Stop stop) {
      super(source);
      this.stop = stop;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int count = in.read(target, offset, length);
        stop.check();
        return count;
      } catch (MillraceException e) {
        failure = Optional.of(e);
        throw new IOException(e.getMessage(), e);
      } catch (IOException e) {
        failure = Optional.of(LocalErrors.reading(Path.of("standard input"), e));
        throw e;
      }
    }
  }
}
