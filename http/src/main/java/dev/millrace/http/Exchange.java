package dev.millrace.http;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One request and its answer. Belongs to the thread that handles it. All calls block.
public interface Exchange {
  String method();

  /// Whether it came over the socket that only this machine's user can open.
  boolean local();

  /// The path as it was sent, still percent-encoded.
  String path();

  Query query();

  /// The value of a header field that is there at most once.
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT when there are several
  Optional<String> header(String name);

  /// Header fields whose names begin with `prefix` (in lower case): what follows it, in lower case,
  /// with the value.
  Map<String, String> headersWithPrefix(String prefix);

  /// The announced length of the body. Absent when it is sent in chunks, or there is none.
  OptionalLong bodyBytes();

  /// Whether the request said anything of a body: a length or a transfer coding.
  boolean announcesBody();

  /// The body. Its reads fail with `IOException` when the sender breaks off, stalls or is too slow;
  /// the exchange then answers with the reason, whatever the handler makes of that exception.
  InputStream body();

  /// The whole body.
  ///
  /// @throws dev.millrace.base.MillraceException TOO_LARGE past `limitBytes`
  byte[] body(int limitBytes);

  /// Sends a whole answer.
  void respond(Response response);

  /// Sends an answer as it is made. A failure of `body` before anything was sent becomes an error
  /// answer; later, it breaks the connection, so that nobody takes a part for the whole.
  ///
  /// @param length when it is known; otherwise the answer goes out in chunks
  void respond(int status, Map<String, String> headers, OptionalLong length, BodyWriter body);
}
