package dev.millrace.http;

import java.util.Map;

/// A whole answer, small enough to be in memory.
///
/// @param body shared, not copied
@SuppressWarnings("ArrayRecordComponent") // handed on to the socket, never compared
public record Response(int status, Map<String, String> headers, byte[] body) {
  private static final byte[] NONE = {};

  public Response {
    headers = Map.copyOf(headers);
  }

  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body);
  }

  /// 204.
  public static Response empty() {
    return new Response(204, Map.of(), NONE);
  }
}
