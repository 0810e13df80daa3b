package dev.millrace.console.api;

import dev.millrace.base.Limits;
import dev.millrace.client.Files;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.client.api.ListJson;
import dev.millrace.http.Exchange;
import dev.millrace.http.Response;
import dev.millrace.http.Route;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListRequest;
import dev.millrace.model.VersionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Buckets and what is in them.
final class BucketRoutes {
  private static final String BUCKET = ApiNames.ROOT + "/buckets/{bucket}";

  private final Files files;

  BucketRoutes(Files files) {
    this.files = files;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", ApiNames.ROOT + "/buckets", this::buckets),
        Route.of("PUT", BUCKET, this::create, "policy"),
        Route.of("DELETE", BUCKET, this::delete),
        Route.of(
            "GET",
            ApiNames.ROOT + "/list/{bucket}",
            this::list,
            "prefix",
            "delimiter",
            "versions",
            "after",
            "afterVersion",
            "limit"));
  }

  static BucketName bucket(Map<String, String> path) {
    return new BucketName(path.getOrDefault("bucket", ""));
  }

  private void buckets(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, new JsonObject().withObjects("buckets", files.buckets(), ListJson::of));
  }

  private void create(Exchange exchange, Map<String, String> path) {
    BucketName name = bucket(path);
    Json.respond(
        exchange,
        ListJson.of(files.createBucket(name, exchange.query().parsed("policy", ListJson::policy))));
  }

  private void delete(Exchange exchange, Map<String, String> path) {
    files.deleteBucket(bucket(path));
    exchange.respond(Response.empty());
  }

  private void list(Exchange exchange, Map<String, String> path) {
    Optional<VersionId> afterVersion = exchange.query().parsed("afterVersion", VersionId::parse);
    ListRequest request =
        new ListRequest(
            bucket(path),
            exchange.query().optional("prefix").orElse(""),
            exchange.query().optional("delimiter").orElse(""),
            exchange.query().flag("versions"),
            exchange
                .query()
                .optional("after")
                .map(key -> new ListRequest.Cursor(key, afterVersion)),
            exchange
                .query()
                .number("limit", 1, Limits.PAGE_ENTRIES)
                .map(Math::toIntExact)
                .orElse(Limits.PAGE_ENTRIES));
    Json.respond(exchange, ListJson.of(files.list(request)));
  }
}
