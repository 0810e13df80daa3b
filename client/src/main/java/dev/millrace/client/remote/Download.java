package dev.millrace.client.remote;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.FileSink;
import dev.millrace.client.remote.Answer.BrokenAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongFunction;

/// Receives a body into a sink and, when the connection breaks amid it, asks for the rest. A node
/// that failed breaks the connection too, and then says why when it is asked for the rest: that is
/// the failure the caller gets.
final class Download {
  /// Breaks without a byte between them, after which the node is given up.
  private static final int VAIN_ATTEMPTS = 3;

  private final Api api;
  private final OutputStream sink;
  private final byte[] block;
  private long received;

  Download(Api api, OutputStream sink, int blockBytes) {
    this.api = api;
    this.sink = sink;
    this.block = new byte[blockBytes];
  }

  /// @param callFrom asks for all from that many bytes after the beginning
  void run(LongFunction<Call> callFrom) {
    int vain = 0;
    while (true) {
      long before = received;
      try {
        if (api.call(callFrom.apply(received), this::copy)) {
          return;
        }
      } catch (MillraceException e) {
        boolean brokeAgain =
            e.code() == ErrorCode.UNAVAILABLE && e.getCause() instanceof BrokenAnswer;
        if (!brokeAgain) {
          throw e;
        }
      }
      vain = received > before ? 0 : vain + 1;
      if (vain >= VAIN_ATTEMPTS) {
        throw api.broken(new IOException("its answers break after " + received + " bytes"));
      }
    }
  }

  /// @return whether the answer was whole
  private boolean copy(Answer answer) {
    while (true) {
      int count;
      try {
        count = answer.body().read(block, 0, block.length);
      } catch (IOException e) {
        return false;
      }
      if (count < 0) {
        return true;
      }
      try {
        sink.write(block, 0, count);
      } catch (IOException e) {
        throw unwritable(e);
      }
      received += count;
    }
  }

  static void tell(FileSink sink, long bytes) {
    try {
      sink.writtenElsewhere(bytes);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  static MillraceException unwritable(IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "output: cannot be written: " + e.getMessage() + ": make room or choose another place",
        e);
  }
}
