package dev.millrace.client.remote;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.api.AdminJson;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.api.JsonObject;
import dev.millrace.model.StoredVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Calls the node's API: sends, receives, and turns failures back into what they were at the node.
final class Api implements AutoCloseable {
  /// A version of 4 TiB has a manifest of about 25 MB.
  private static final int ANSWER_BYTES = (int) (64 * ByteUnits.MIB);

  private static final int ERROR_BYTES = (int) (64 * ByteUnits.KIB);
  private static final int DEFAULT_PORT = 80;
  private static final byte[] NONE = {};

  private final Links links;
  private final String address;
  private final String common;

  Api(URI node, Optional<Path> socket, BearerToken token) {
    String host = node.getHost();
    if (host == null || !"http".equals(node.getScheme())) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "node address '" + node + "': not of the form http://host:port: write it so");
    }
    int port = node.getPort() < 0 ? DEFAULT_PORT : node.getPort();
    this.address = host + ":" + port;
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    this.links = new Links(bare, port, socket);
    this.common = "Host: " + address + "\r\nAuthorization: " + token.authorization() + "\r\n";
  }

  /// What to do with an answer whose status is a success.
  @FunctionalInterface
  interface Use<T> {
    T apply(Answer answer) throws IOException;
  }

  /// Sends a body piece by piece.
  @FunctionalInterface
  interface Upload {
    /// Stops early when [Link#answerWaits].
    ///
    /// @return whether the whole body was sent
    boolean sendTo(Link link) throws IOException;
  }

  JsonObject json(Call call) {
    return call(call, NONE, 0, Api::readJson);
  }

  JsonObject json(Call call, JsonObject body) {
    byte[] bytes = body.bytes();
    return json(call.with("Content-Type", "application/json"), bytes, bytes.length);
  }

  JsonObject json(Call call, byte[] body, int length) {
    return call(call.with("Content-Length", Integer.toString(length)), body, length, Api::readJson);
  }

  static JsonObject readJson(Answer answer) throws IOException {
    byte[] body = answer.body().readNBytes(ANSWER_BYTES);
    if (answer.body().read() >= 0) {
      throw new IOException("its answer is longer than " + ANSWER_BYTES + " bytes");
    }
    return body.length == 0 ? new JsonObject() : JsonObject.parse(body);
  }

  <T> T call(Call call, Use<T> use) {
    return call(call, NONE, 0, use);
  }

  private <T> T call(Call call, byte[] body, int length, Use<T> use) {
    Link reused = links.takeIdle(call.repeatable());
    if (reused != null) {
      try {
        return exchange(reused, call, body, length, use);
      } catch (IOException e) {
        if (reused.heard() || !call.repeatable()) {
          throw broken(e);
        }
      }
    }
    try {
      return exchange(connect(), call, body, length, use);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /// A connection of its own for a call whose body is streamed.
  ///
  /// @param upload called once the node said that it wants the body
  <T> T upload(Call call, Upload upload, Use<T> use) {
    Link link = connect();
    boolean reusable = false;
    try {
      link.send(
          call.with("Transfer-Encoding", "chunked").with("Expect", "100-continue"),
          common,
          NONE,
          0);
      Answer answer = link.receive(call.method());
      boolean whole = false;
      if (answer.status() == 100) {
        whole = uploadBody(link, upload);
        answer = link.receive(call.method());
      }
      T result = finish(answer, use);
      reusable = whole && answer.keepsConnection();
      return result;
    } catch (IOException e) {
      throw broken(e);
    } finally {
      release(link, reusable);
    }
  }

  /// Follows what a node on this machine does with a file of this machine.
  @FunctionalInterface
  interface Transfer {
    /// Until the last line.
    ///
    /// @param link to end the request's body on
    StoredVersion follow(Link link, InputStream lines) throws IOException;
  }

  /// A connection of its own to a node on this machine, whose request's body stays open. Absent
  /// when the node is not on this machine or refuses: then bytes have to be sent, and tell why.
  Optional<StoredVersion> transfer(Call call, Transfer transfer) {
    if (!links.maybeLocal()) {
      return Optional.empty();
    }
    Link link = connect();
    boolean reusable = false;
    try {
      if (!link.local()) {
        return Optional.empty();
      }
      link.send(call.with("Transfer-Encoding", "chunked"), common, NONE, 0);
      Answer answer = link.receive(call.method());
      if (answer.failed()) {
        return Optional.empty();
      }
      StoredVersion version = transfer.follow(link, answer.body());
      reusable = answer.keepsConnection();
      return Optional.of(version);
    } catch (IOException e) {
      throw broken(e);
    } finally {
      release(link, reusable);
    }
  }

  /// A node that fails amid a body answers and closes: sending then fails, and the reason is there
  /// to be read.
  private static boolean uploadBody(Link link, Upload upload) throws IOException {
    try {
      return upload.sendTo(link);
    } catch (IOException e) {
      if (link.answerWaits()) {
        return false;
      }
      throw e;
    }
  }

  private <T> T exchange(Link link, Call call, byte[] body, int length, Use<T> use)
      throws IOException {
    boolean reusable = false;
    try {
      link.send(call, common, body, length);
      Answer answer = link.receive(call.method());
      while (answer.status() < 200) {
        answer = link.receive(call.method());
      }
      try {
        return finish(answer, use);
      } finally {
        reusable = answer.keepsConnection();
      }
    } finally {
      release(link, reusable);
    }
  }

  private <T> T finish(Answer answer, Use<T> use) throws IOException {
    if (answer.failed()) {
      throw failure(answer);
    }
    return use.apply(answer);
  }

  private MillraceException failure(Answer answer) throws IOException {
    byte[] body = answer.body().readNBytes(ERROR_BYTES);
    Optional<MillraceException> told = Optional.empty();
    try {
      told = Optional.of(AdminJson.error(JsonObject.parse(body)));
    } catch (MillraceException e) {
      // Not one of Millrace's failures: something else listens there, or stands between.
      return new MillraceException(
          ErrorCode.UNAVAILABLE,
          "node "
              + address
              + ": answered status "
              + answer.status()
              + " in no form of Millrace's: "
              + "check the address",
          e);
    }
    return told.get();
  }

  private Link connect() {
    try {
      return links.connect();
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE,
          "node "
              + address
              + ": cannot be reached: "
              + reason(e)
              + ": start it with `millrace up`, or check the address",
          e);
    }
  }

  private void release(Link link, boolean reusable) {
    if (reusable) {
      links.giveBack(link);
    } else {
      links.discard(link);
    }
  }

  MillraceException broken(IOException e) {
    if (links.closed()) {
      return new MillraceException(
          ErrorCode.INTERRUPTED, "client: it was closed amid a call: open another one", e);
    }
    return new MillraceException(
        ErrorCode.UNAVAILABLE,
        "node "
            + address
            + ": the connection broke: "
            + reason(e)
            + ": see whether it runs and what was done, then try again",
        e);
  }

  private static String reason(@Nullable IOException e) {
    return e == null || e.getMessage() == null ? String.valueOf(e) : e.getMessage();
  }

  @Override
  public void close() {
    links.close();
  }
}
