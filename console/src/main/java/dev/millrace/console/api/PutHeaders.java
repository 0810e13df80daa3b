package dev.millrace.console.api;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.http.Exchange;
import dev.millrace.model.ObjectRef;
import dev.millrace.net.CatalogCommand.Precondition;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What the header fields of an upload say of it.
final class PutHeaders {
  private static final int MD5_BYTES = 16;

  private PutHeaders() {}

  static PutRequest read(Exchange exchange, ObjectRef ref) {
    return new PutRequest(
        ref.bucket(),
        ref.key(),
        metadata(exchange),
        precondition(exchange),
        expectedBytes(exchange),
        exchange.header("Content-MD5").map(PutHeaders::md5),
        _ -> {});
  }

  /// The form of [ApiNames#METADATA].
  static String metadata(Map<String, String> metadata) {
    JsonObject json = new JsonObject().withTextMap("metadata", metadata).object("metadata");
    return Base64.getEncoder().encodeToString(json.bytes());
  }

  private static Map<String, String> metadata(Exchange exchange) {
    Map<String, String> metadata =
        new HashMap<>(exchange.headersWithPrefix(ApiNames.METADATA_PREFIX));
    exchange
        .header(ApiNames.METADATA)
        .ifPresent(value ->
            metadata.putAll(JsonObject.parse(unBase64(ApiNames.METADATA, value)).asTextMap()));
    return metadata;
  }

  private static Precondition precondition(Exchange exchange) {
    Optional<String> absent = exchange.header("If-None-Match");
    Optional<String> matches = exchange.header("If-Match");
    if (absent.isPresent() && matches.isPresent()) {
      throw invalid("If-Match", matches.get(), "goes not with If-None-Match: send one of them");
    }
    if (absent.isPresent()) {
      if (!absent.get().equals("*")) {
        throw invalid("If-None-Match", absent.get(), "only * can be asked for: send that");
      }
      return new Precondition.Absent();
    }
    return matches
        .<Precondition>map(value -> new Precondition.Matches(etag(value)))
        .orElse(new Precondition.None());
  }

  private static String etag(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    String etag = quoted ? value.substring(1, value.length() - 1) : value;
    if (etag.isEmpty() || etag.equals("*") || etag.indexOf('"') >= 0 || etag.indexOf(',') >= 0) {
      throw invalid("If-Match", value, "not one entity tag: send the one that must be current");
    }
    return etag;
  }

  /// Said beside a body in chunks, or instead of its `Content-Length`, when another length is to be
  /// judged as incomplete.
  private static Optional<Long> expectedBytes(Exchange exchange) {
    Optional<String> expected = exchange.header(ApiNames.EXPECTED_BYTES);
    if (expected.isEmpty()) {
      OptionalLong length = exchange.bodyBytes();
      return length.isPresent() ? Optional.of(length.getAsLong()) : Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(expected.get()));
    } catch (NumberFormatException e) {
      throw invalid(ApiNames.EXPECTED_BYTES, expected.get(), "not a number of bytes: send one");
    }
  }

  private static Bytes md5(String value) {
    byte[] md5 = unBase64("Content-MD5", value);
    if (md5.length != MD5_BYTES) {
      throw invalid("Content-MD5", value, "not 16 bytes in base 64: send those of the MD5");
    }
    return Bytes.copyOf(md5);
  }

  private static byte[] unBase64(String header, String value) {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw invalid(header, value, "not base 64: encode its bytes so");
    }
  }

  private static MillraceException invalid(String header, String value, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "header " + header + " '" + Text.printable(value) + "': " + why);
  }
}
