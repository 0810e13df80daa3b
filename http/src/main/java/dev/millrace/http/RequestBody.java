package dev.millrace.http;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A request's body that holds its sender to a rate. Only time spent waiting for bytes counts: a
/// slow handler is not the sender's fault. Remembers why it failed, in terms for the sender.
final class RequestBody extends InputStream {
  private static final double NANOS_PER_SECOND = 1e9;

  private final InputStream source;
  private final HttpLimits limits;
  private long received;
  private long waitedNanos;
  private @Nullable MillraceException failure;

  RequestBody(InputStream source, HttpLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    long start = Clock.system().nanoTime();
    int count;
    try {
      count = source.read(target, offset, length);
    } catch (IOException | RuntimeException e) {
      throw failed(reason(e), e);
    }
    waitedNanos += Clock.system().nanoTime() - start;
    received += Math.max(count, 0);
    long chargedNanos = waitedNanos - limits.bodyGrace().toNanos();
    if (count >= 0
        && chargedNanos > 0
        && received < limits.bodyBytesPerSecond() * (chargedNanos / NANOS_PER_SECOND)) {
      throw failed(
          new MillraceException(
              ErrorCode.TIMEOUT,
              "request body: "
                  + received
                  + " bytes in "
                  + (long) (waitedNanos / NANOS_PER_SECOND)
                  + " s are too slow: send at least "
                  + limits.bodyBytesPerSecond()
                  + " bytes per second"),
          null);
    }
    return count;
  }

  @Override
  public int available() throws IOException {
    return source.available();
  }

  /// Why a read failed, if one did.
  Optional<MillraceException> failure() {
    return Optional.ofNullable(failure);
  }

  private MillraceException reason(Exception cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof TimeoutException) {
        return new MillraceException(
            ErrorCode.TIMEOUT,
            "request body: nothing came for "
                + limits.bodyIdle().toMillis()
                + " ms after "
                + received
                + " bytes: send it again",
            cause);
      }
    }
    return new MillraceException(
        ErrorCode.INCOMPLETE_BODY,
        "request body: broke off after " + received + " bytes: send it again",
        cause);
  }

  private IOException failed(MillraceException reason, @Nullable Throwable cause) {
    failure = reason;
    return new IOException(reason.getMessage(), cause == null ? reason : cause);
  }
}
