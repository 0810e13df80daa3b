package dev.millrace.console.api;

import dev.millrace.client.Admin;
import dev.millrace.client.api.AdminJson;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.http.Exchange;
import dev.millrace.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the owner of a home can do.
final class AdminRoutes {
  private final Admin admin;

  AdminRoutes(Admin admin) {
    this.admin = admin;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", ApiNames.ROOT + "/nodes", this::nodes),
        Route.of("POST", ApiNames.ROOT + "/disks", this::addDisk),
        Route.of("POST", ApiNames.ROOT + "/keys/rotate", this::rotateKey),
        Route.of("POST", ApiNames.ROOT + "/scrub", this::scrub),
        Route.of("GET", ApiNames.ROOT + "/doctor", this::doctor));
  }

  private void nodes(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, new JsonObject().withObjects("nodes", admin.nodes(), AdminJson::of));
  }

  private void addDisk(Exchange exchange, Map<String, String> path) {
    JsonObject body = Json.read(exchange, Json.REQUEST_BYTES).allow(Set.of("path"));
    Json.respond(exchange, AdminJson.of(admin.addDisk(body.text("path"))));
  }

  private void rotateKey(Exchange exchange, Map<String, String> path) {
    var _ = Json.read(exchange, Json.REQUEST_BYTES).allow(Set.of());
    Json.respond(exchange, AdminJson.of(admin.rotateKey()));
  }

  private void scrub(Exchange exchange, Map<String, String> path) {
    var _ = Json.read(exchange, Json.REQUEST_BYTES).allow(Set.of());
    Json.respond(exchange, AdminJson.of(admin.scrub()));
  }

  private void doctor(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, AdminJson.of(admin.doctor()));
  }
}
