package dev.millrace.console.api;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.client.api.AdminJson;
import dev.millrace.client.api.JsonObject;
import dev.millrace.http.Exchange;
import dev.millrace.http.Response;
import java.util.HashMap;
import java.util.Map;

/// JSON in and out of exchanges.
final class Json {
  /// Of a request that names a few things.
  static final int REQUEST_BYTES = (int) (64 * ByteUnits.KIB);

  private static final String TYPE = "application/json";

  private Json() {}

  static void respond(Exchange exchange, JsonObject json) {
    exchange.respond(Response.of(200, TYPE, json.bytes()));
  }

  static Response error(int status, ErrorCode code, String message) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", TYPE);
    if (status == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    } else if (status == 503) {
      headers.put("Retry-After", "1");
    }
    return new Response(status, headers, AdminJson.error(code, message).bytes());
  }

  /// The request's body. None at all reads as an empty object.
  static JsonObject read(Exchange exchange, int limitBytes) {
    byte[] body = exchange.body(limitBytes);
    return body.length == 0 ? new JsonObject() : JsonObject.parse(body);
  }
}
