package dev.millrace.console.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.client.api.SharedFile;
import dev.millrace.client.api.VersionJson;
import dev.millrace.http.Exchange;
import dev.millrace.http.Response;
import dev.millrace.http.Route;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Objects: their bytes and what is known of them. The key travels as a query parameter, where
/// nothing on the way normalises it.
final class ObjectRoutes {
  private static final String OBJECTS = ApiNames.ROOT + "/objects/{bucket}";
  private static final int LENGTH_REQUIRED = 411;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Files files;

  ObjectRoutes(Files files) {
    this.files = files;
  }

  List<Route> routes() {
    return List.of(
        Route.of("PUT", OBJECTS, this::put, "key"),
        Route.of("GET", OBJECTS, this::get, "key", "version"),
        Route.of("DELETE", OBJECTS, this::delete, "key", "version"),
        Route.of("GET", ApiNames.ROOT + "/stat/{bucket}", this::stat, "key", "version"),
        Route.of("GET", ApiNames.ROOT + "/versions/{bucket}", this::versions, "key"),
        Route.of("POST", ApiNames.ROOT + "/copy", this::copy));
  }

  private static ObjectRef ref(Exchange exchange, Map<String, String> path) {
    BucketName bucket = BucketRoutes.bucket(path);
    ObjectKey key = new ObjectKey(exchange.query().required("key"));
    return new ObjectRef(bucket, key, exchange.query().parsed("version", VersionId::parse));
  }

  private void put(Exchange exchange, Map<String, String> path) {
    ObjectRef ref = ref(exchange, path);
    if (!exchange.announcesBody()) {
      exchange.respond(
          Json.error(
              LENGTH_REQUIRED,
              ErrorCode.INVALID_ARGUMENT,
              "request body: neither Content-Length nor Transfer-Encoding: send one of them"));
      return;
    }
    Files.PutRequest request = PutHeaders.read(exchange, ref);
    Optional<SharedFile> shared = SharedTransfer.file(exchange);
    if (shared.isPresent()) {
      new SharedTransfer(exchange, shared.get()).put(files, request);
      return;
    }
    Json.respond(exchange, VersionJson.of(files.put(request, exchange.body())));
  }

  private void get(Exchange exchange, Map<String, String> path) {
    StoredVersion version = files.stat(ref(exchange, path));
    long size = version.sizeBytes();
    Map<String, String> headers = headers(version);
    Optional<ByteRange> asked =
        size == 0 ? Optional.empty() : exchange.header("Range").flatMap(RangeHeader::parse);
    ByteRange.Resolved resolved;
    try {
      resolved = asked.orElse(ByteRange.whole()).resolve(size);
    } catch (MillraceException e) {
      refuseRange(exchange, size, String.valueOf(e.getMessage()));
      return;
    }
    if (asked.isPresent() && resolved.length() == 0) {
      refuseRange(exchange, size, "range: asks for no bytes: ask for some");
      return;
    }
    long end = resolved.offset() + resolved.length();
    if (asked.isPresent()) {
      headers.put("Content-Range", "bytes " + resolved.offset() + "-" + (end - 1) + "/" + size);
    }
    ByteRange exact =
        resolved.length() == 0
            ? ByteRange.whole()
            : new ByteRange.Between(resolved.offset(), end - 1);
    Optional<SharedFile> shared = SharedTransfer.file(exchange);
    if (shared.isPresent()) {
      new SharedTransfer(exchange, shared.get()).get(files, ObjectRef.of(version), exact);
      return;
    }
    exchange.respond(
        asked.isPresent() ? 206 : 200,
        headers,
        OptionalLong.of(resolved.length()),
        body -> files.get(ObjectRef.of(version), exact, body));
  }

  private static void refuseRange(Exchange exchange, long size, String message) {
    Response refusal = Json.error(RANGE_NOT_SATISFIABLE, ErrorCode.INVALID_RANGE, message);
    Map<String, String> headers = new HashMap<>(refusal.headers());
    headers.put("Content-Range", "bytes */" + size);
    exchange.respond(new Response(refusal.status(), headers, refusal.body()));
  }

  /// A stored file is never a page of this site: a browser saves it.
  private static Map<String, String> headers(StoredVersion version) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Content-Disposition", "attachment");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Security-Policy", "sandbox");
    headers.put("Accept-Ranges", "bytes");
    headers.put("ETag", '"' + version.etag() + '"');
    headers.put(
        "Last-Modified",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochMilli(version.createdMillis()).atOffset(ZoneOffset.UTC)));
    headers.put(ApiNames.VERSION, version.id().toString());
    if (!version.stored().metadata().isEmpty()) {
      headers.put(ApiNames.METADATA, PutHeaders.metadata(version.stored().metadata()));
    }
    return headers;
  }

  private void delete(Exchange exchange, Map<String, String> path) {
    ObjectRef ref = ref(exchange, path);
    if (ref.version().isPresent()) {
      files.destroy(ref);
      exchange.respond(Response.empty());
    } else {
      Json.respond(exchange, VersionJson.of(files.delete(ref.bucket(), ref.key())));
    }
  }

  private void stat(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, VersionJson.of(files.stat(ref(exchange, path))));
  }

  private void versions(Exchange exchange, Map<String, String> path) {
    ObjectRef ref = ref(exchange, path);
    Json.respond(
        exchange,
        new JsonObject()
            .withObjects("versions", files.versions(ref.bucket(), ref.key()), VersionJson::of));
  }

  private void copy(Exchange exchange, Map<String, String> path) {
    JsonObject body =
        Json.read(exchange, Json.REQUEST_BYTES).allow(Set.of("source", "bucket", "key"));
    ObjectRef source = VersionJson.ref(body.object("source"));
    BucketName bucket = new BucketName(body.text("bucket"));
    Json.respond(
        exchange, VersionJson.of(files.copy(source, bucket, new ObjectKey(body.text("key")))));
  }
}
