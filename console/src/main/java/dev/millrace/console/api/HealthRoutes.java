package dev.millrace.console.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.client.api.JsonObject;
import dev.millrace.http.Exchange;
import dev.millrace.http.Response;
import dev.millrace.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What supervisors and monitoring ask. Health is open, and tells no more than yes or no.
final class HealthRoutes {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Optional<String>> notReady;
  private final ApiMetrics metrics;

  HealthRoutes(Supplier<Optional<String>> notReady, ApiMetrics metrics) {
    this.notReady = notReady;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.open("GET", "/health/live", this::live),
        Route.open("GET", "/health/ready", this::ready),
        Route.of("GET", "/metrics", this::metrics));
  }

  private void live(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, new JsonObject().with("status", "live"));
  }

  private void ready(Exchange exchange, Map<String, String> path) {
    Optional<String> reason = notReady.get();
    if (reason.isEmpty()) {
      Json.respond(exchange, new JsonObject().with("status", "ready"));
    } else {
      exchange.respond(Json.error(503, ErrorCode.UNAVAILABLE, "node: not ready: " + reason.get()));
    }
  }

  private void metrics(Exchange exchange, Map<String, String> path) {
    exchange.respond(Response.of(200, PROMETHEUS_TEXT, metrics.scrape().getBytes(UTF_8)));
  }
}
