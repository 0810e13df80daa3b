package dev.millrace.http;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/// An exchange over one Jetty request.
final class JettyExchange implements Exchange {
  private final Request request;
  private final org.eclipse.jetty.server.Response response;
  private final HttpLimits limits;
  private final BufferShelf buffers;
  private @Nullable Query query;
  private @Nullable RequestBody body;
  private long sentBytes;
  private boolean answered;

  JettyExchange(
      Request request,
      org.eclipse.jetty.server.Response response,
      HttpLimits limits,
      BufferShelf buffers) {
    this.request = request;
    this.response = response;
    this.limits = limits;
    this.buffers = buffers;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public boolean local() {
    return request.getConnectionMetaData().getLocalSocketAddress()
        instanceof UnixDomainSocketAddress;
  }

  @Override
  public String path() {
    String path = request.getHttpURI().getPath();
    return path == null ? "" : path;
  }

  @Override
  public Query query() {
    if (query == null) {
      String raw = request.getHttpURI().getQuery();
      query = Query.parse(raw == null ? "" : raw);
    }
    return query;
  }

  @Override
  public Optional<String> header(String name) {
    List<HttpField> fields = request.getHeaders().getFields(name);
    if (fields.size() > 1) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT, "header " + name + ": given twice: give it once");
    }
    return fields.isEmpty() ? Optional.empty() : Optional.ofNullable(fields.getFirst().getValue());
  }

  @Override
  public Map<String, String> headersWithPrefix(String prefix) {
    Map<String, String> found = new HashMap<>();
    for (HttpField field : request.getHeaders()) {
      String name = field.getName().toLowerCase(Locale.ROOT);
      if (name.startsWith(prefix)) {
        String value = field.getValue() == null ? "" : field.getValue();
        if (found.put(name.substring(prefix.length()), value) != null) {
          throw new MillraceException(
              ErrorCode.INVALID_ARGUMENT,
              "header " + Text.printable(name) + ": given twice: give it once");
        }
      }
    }
    return found;
  }

  @Override
  public OptionalLong bodyBytes() {
    return request.getHeaders().contains(HttpHeader.CONTENT_LENGTH)
        ? OptionalLong.of(request.getLength())
        : OptionalLong.empty();
  }

  @Override
  public boolean announcesBody() {
    return request.getHeaders().contains(HttpHeader.CONTENT_LENGTH)
        || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  @Override
  public InputStream body() {
    if (body == null) {
      endPoint().setIdleTimeout(limits.bodyIdle().toMillis());
      body = new RequestBody(Content.Source.asInputStream(request), limits);
    }
    return body;
  }

  @Override
  public byte[] body(int limitBytes) {
    if (bodyBytes().orElse(0) > limitBytes) {
      throw tooLarge(limitBytes);
    }
    try {
      byte[] bytes = body().readNBytes(limitBytes + 1);
      if (bytes.length > limitBytes) {
        throw tooLarge(limitBytes);
      }
      return bytes;
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.INCOMPLETE_BODY, "request body: " + e.getMessage() + ": send it again", e);
    }
  }

  private static MillraceException tooLarge(int limitBytes) {
    return new MillraceException(
        ErrorCode.TOO_LARGE,
        "request body: more than the " + limitBytes + " bytes allowed here: send less");
  }

  @Override
  public void respond(Response answer) {
    begin(answer.status(), answer.headers());
    boolean head = isHead();
    if (answer.status() != 204) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    }
    try (Blocker.Callback sent = Blocker.callback()) {
      response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(answer.body()), sent);
      sent.block();
      sentBytes = head ? 0 : answer.body().length;
    } catch (IOException e) {
      throw receiverGone(e);
    }
  }

  @Override
  public void respond(
      int status, Map<String, String> headers, OptionalLong length, BodyWriter writer) {
    begin(status, headers);
    length.ifPresent(bytes -> response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes));
    if (isHead()) {
      try (Blocker.Callback sent = Blocker.callback()) {
        response.write(true, ByteBuffer.allocate(0), sent);
        sent.block();
      } catch (IOException e) {
        throw receiverGone(e);
      }
      return;
    }
    ByteBuffer buffer = buffers.take();
    ResponseBody out = new ResponseBody(response, length, buffer);
    try {
      writer.writeTo(out);
      out.finish();
      // Only here is no write under way: after a failure the buffer is left to the collector.
      buffers.giveBack(buffer);
    } catch (IOException e) {
      throw receiverGone(e);
    } finally {
      sentBytes = out.acceptedBytes();
    }
  }

  private void begin(int status, Map<String, String> headers) {
    if (answered && response.isCommitted()) {
      throw new IllegalStateException("bug: a second answer to " + method() + " " + path());
    }
    answered = true;
    response.reset();
    response.setStatus(status);
    headers.forEach((name, value) -> response.getHeaders().put(name, value));
  }

  private boolean isHead() {
    return method().equals("HEAD");
  }

  private static MillraceException receiverGone(IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR, "answer: could not be sent whole: " + e.getMessage(), e);
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /// Leaves the connection as the next request expects it.
  void end() {
    if (body != null) {
      endPoint().setIdleTimeout(limits.idle().toMillis());
    }
  }

  boolean answered() {
    return answered;
  }

  /// Whether the head of an answer is on its way: it cannot be taken back.
  boolean committed() {
    return response.isCommitted();
  }

  int status() {
    return response.getStatus();
  }

  long sentBytes() {
    return sentBytes;
  }

  /// Why the request's body could not be read, if that is so.
  Optional<MillraceException> bodyFailure() {
    return body == null ? Optional.empty() : body.failure();
  }
}
