package dev.millrace.client;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Files.PutRequest;
import java.io.IOException;
import java.io.InputStream;

/// Brings a body into a writer, and holds it to its announced length.
final class BodyCopy {
  private static final int BUFFER_BYTES = Limits.FRAME_BYTES;

  /// For the first bytes of a body of unknown length, which may be all.
  private static final int FIRST_BYTES = 2 * Limits.INLINE_BYTES;

  private final PutRequest request;

  BodyCopy(PutRequest request) {
    this.request = request;
  }

  /// @throws MillraceException INCOMPLETE_BODY when the body fails or has another length
  void copy(InputStream body, ContentWriter writer) {
    long limit = request.expectedBytes().orElse(Long.MAX_VALUE);
    // One byte more than announced, so that a longer body shows.
    int first = request.expectedBytes().isPresent() ? BUFFER_BYTES : FIRST_BYTES;
    byte[] buffer = new byte[Math.clamp(limit, 0, first - 1) + 1];
    long taken = 0;
    while (true) {
      int count = read(body, buffer, taken);
      if (count < 0) {
        break;
      }
      taken += count;
      if (taken > limit) {
        throw incomplete("it is longer than the " + limit + " bytes announced", null);
      }
      writer.write(buffer, 0, count);
      request.progress().accept(taken);
      if (count == buffer.length && count < BUFFER_BYTES && taken < limit) {
        buffer = new byte[BUFFER_BYTES];
      }
    }
    if (request.expectedBytes().isPresent() && taken != limit) {
      throw incomplete("it ended after " + taken + " of " + limit + " bytes", null);
    }
  }

  private int read(InputStream body, byte[] buffer, long taken) {
    try {
      return body.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw incomplete("reading it failed after " + taken + " bytes (" + e.getMessage() + ")", e);
    }
  }

  private MillraceException incomplete(
      String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INCOMPLETE_BODY,
        "body of "
            + request.bucket()
            + "/"
            + Text.printable(request.key().value())
            + ": "
            + why
            + ", nothing was stored: send it again",
        cause);
  }
}
