package dev.millrace.client.remote;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The head of an answer, and its body still on the wire.
///
/// @param headers names in lower case
record Answer(int status, Map<String, String> headers, AnswerBody body) {
  boolean failed() {
    return status >= 400;
  }

  boolean keepsConnection() {
    return body.ended() && !"close".equalsIgnoreCase(headers.get("connection"));
  }

  /// The body of an answer (RFC 9112 section 6.3), which ends cleanly or fails with [BrokenAnswer]:
  /// never does a part pass for the whole.
  static final class AnswerBody extends InputStream {
    private static final int CHUNKED = -1;
    private static final int HEX = 16;
    private static final int LAST_FIELDS = 64;

    private final Link link;
    private final boolean chunked;
    private long remaining;
    private boolean afterChunk;
    private boolean ended;

    private AnswerBody(Link link, long length) {
      this.link = link;
      this.chunked = length == CHUNKED;
      this.remaining = chunked ? 0 : length;
      this.ended = length == 0;
    }

    static AnswerBody ofLength(Link link, long length) {
      return new AnswerBody(link, length);
    }

    static AnswerBody inChunks(Link link) {
      return new AnswerBody(link, CHUNKED);
    }

    boolean ended() {
      return ended;
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
      if (remaining == 0 && !ended && chunked) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      int count = receive(target, offset, (int) Math.min(length, remaining));
      remaining -= count;
      ended = remaining == 0 && !chunked;
      return count;
    }

    /// The line end after a chunk is read with the next one: the node may send it no sooner, and
    /// what came must not wait for it.
    private void nextChunk() throws IOException {
      if (afterChunk && !line().isEmpty()) {
        throw new BrokenAnswer("line end expected after a chunk", null);
      }
      afterChunk = true;
      String size = line();
      int semicolon = size.indexOf(';');
      try {
        remaining = Long.parseLong(size, 0, semicolon < 0 ? size.length() : semicolon, HEX);
      } catch (NumberFormatException | IndexOutOfBoundsException e) {
        throw new BrokenAnswer("chunk size expected", e);
      }
      if (remaining == 0) {
        for (int i = 0; !line().isEmpty(); i++) {
          if (i >= LAST_FIELDS) {
            throw new BrokenAnswer("too many trailer fields", null);
          }
        }
        ended = true;
      }
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
      try {
        int count = link.read(target, offset, length);
        if (count < 0) {
          throw new BrokenAnswer("the node closed the connection amid its answer", null);
        }
        return count;
      } catch (BrokenAnswer e) {
        throw e;
      } catch (IOException e) {
        throw new BrokenAnswer(String.valueOf(e.getMessage()), e);
      }
    }

    private String line() throws IOException {
      try {
        return link.readLine();
      } catch (IOException e) {
        throw new BrokenAnswer(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /// An answer that ended before it was whole.
  static final class BrokenAnswer extends IOException {
    private static final long serialVersionUID = 1;

    BrokenAnswer(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
