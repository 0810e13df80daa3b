package dev.millrace.client.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.base.ByteUnits;
import dev.millrace.client.remote.Answer.AnswerBody;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One connection to the node. Belongs to one thread at a time; [#close] may come from any.
final class Link implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int INPUT_BYTES = (int) (16 * ByteUnits.KIB);
  private static final int LINE_BYTES = (int) (8 * ByteUnits.KIB);
  private static final int HEADER_FIELDS = 200;
  private static final int SOCKET_BUFFER_BYTES = (int) ByteUnits.MIB;
  private static final byte[] CHUNK_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  private final SocketChannel channel;
  private final boolean local;
  private final byte[] input = new byte[INPUT_BYTES];
  private int inputStart;
  private int inputEnd;
  private boolean heard;
  private boolean ended;

  private Link(SocketChannel channel, boolean local) {
    this.channel = channel;
    this.local = local;
  }

  static Link connect(String host, int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.socket().connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      return new Link(channel, false);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// To a Unix-domain socket of this machine.
  static Link connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Link(channel, true);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether the node is known to run on this machine, for this user.
  boolean local() {
    return local;
  }

  /// Sends a request's head and, in the same packet, a body that is at hand.
  void send(Call call, String common, byte[] body, int bodyLength) throws IOException {
    heard = false;
    StringBuilder head = new StringBuilder(512);
    head.append(call.method()).append(' ').append(call.target()).append(" HTTP/1.1\r\n");
    head.append(common);
    for (Map.Entry<String, String> field : call.headers().entrySet()) {
      head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
    }
    head.append("\r\n");
    byte[] headBytes = head.toString().getBytes(ISO_8859_1);
    sendAll(ByteBuffer.wrap(headBytes), ByteBuffer.wrap(body, 0, bodyLength));
  }

  /// Sends one chunk of a body (RFC 9112 section 7.1).
  void sendChunk(byte[] data, int length) throws IOException {
    sendAll(
        ByteBuffer.wrap((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1)),
        ByteBuffer.wrap(data, 0, length),
        ByteBuffer.wrap(CHUNK_END));
  }

  void endChunks() throws IOException {
    sendAll(ByteBuffer.wrap(LAST_CHUNK));
  }

  private void sendAll(ByteBuffer... parts) throws IOException {
    for (ByteBuffer part : parts) {
      while (part.hasRemaining()) {
        channel.write(parts); // what is in front of this part is gone
      }
    }
  }

  /// Whether the node says something already, or has closed the connection.
  boolean answerWaits() throws IOException {
    if (inputStart == inputEnd) {
      channel.configureBlocking(false);
      try {
        fill();
      } finally {
        channel.configureBlocking(true);
      }
    }
    return inputStart < inputEnd || ended;
  }

  /// Reads what there is, once nothing is left of what was read before.
  private void fill() throws IOException {
    int count = channel.read(ByteBuffer.wrap(input));
    ended = count < 0;
    inputStart = 0;
    inputEnd = Math.max(0, count);
    heard |= count > 0;
  }

  /// Whether any byte came since the last [#send].
  boolean heard() {
    return heard;
  }

  /// Reads the head of the next answer, which may be an interim one (1xx).
  Answer receive(String method) throws IOException {
    String status = readLine();
    if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
      throw new IOException("it does not speak HTTP/1.1");
    }
    int code;
    try {
      code = Integer.parseInt(status, 9, 12, 10);
    } catch (NumberFormatException e) {
      throw new IOException("it does not speak HTTP/1.1", e);
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || headers.size() >= HEADER_FIELDS) {
        throw new IOException("its header fields are malformed");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(code, headers, body(method, code, headers));
  }

  private AnswerBody body(String method, int code, Map<String, String> headers) throws IOException {
    if (method.equals("HEAD") || code < 200 || code == 204 || code == 304) {
      return AnswerBody.ofLength(this, 0);
    }
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return AnswerBody.inChunks(this);
    }
    String length = headers.get("content-length");
    try {
      if (length != null && Long.parseLong(length) >= 0) {
        return AnswerBody.ofLength(this, Long.parseLong(length));
      }
    } catch (NumberFormatException e) {
      throw new IOException("its Content-Length is malformed", e);
    }
    throw new IOException("its answer has no length");
  }

  int read(byte[] target, int offset, int length) throws IOException {
    if (inputStart < inputEnd) {
      int count = Math.min(length, inputEnd - inputStart);
      System.arraycopy(input, inputStart, target, offset, count);
      inputStart += count;
      return count;
    }
    return channel.read(ByteBuffer.wrap(target, offset, length));
  }

  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (inputStart == inputEnd) {
        fill();
        if (ended) {
          throw new EOFException("the node closed the connection");
        }
      }
      char c = (char) (input[inputStart++] & 0xff);
      if (c == '\n') {
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r'
            ? line.substring(0, end - 1)
            : line.toString();
      }
      if (line.length() >= LINE_BYTES) {
        throw new IOException("its header line is too long");
      }
      line.append(c);
    }
  }

  /// Ends the connection at once; what is on its way is lost, and the node takes no part of a body
  /// for the whole.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way, and nothing on it was wanted any more.
      return;
    }
  }
}
