package dev.millrace.http;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Finds the route for a request. Default deny: all but open routes authenticate first, and so do
/// paths that no route has. `HEAD` is answered by the route for `GET`; the exchange leaves its body
/// out.
public final class Router implements HttpHandler {
  private record Entry(Route route, List<String> segments) {}

  private final List<Entry> entries;
  private final Authenticator authenticator;
  private final ErrorBody errors;

  public Router(List<Route> routes, Authenticator authenticator, ErrorBody errors) {
    this.entries = routes.stream().map(route -> new Entry(route, route.segments())).toList();
    this.authenticator = authenticator;
    this.errors = errors;
  }

  public List<Route> routes() {
    return entries.stream().map(Entry::route).toList();
  }

  @Override
  public void handle(Exchange exchange) {
    List<String> segments = List.of(exchange.path().split("/", -1));
    String method = exchange.method().equals("HEAD") ? "GET" : exchange.method();
    List<Route> samePath = new ArrayList<>();
    for (Entry entry : entries) {
      if (matches(entry.segments, segments)) {
        samePath.add(entry.route);
      }
    }
    Optional<Route> found = samePath.stream().filter(r -> r.method().equals(method)).findFirst();
    if (found.isEmpty() || !found.get().open()) {
      authenticator.authenticate(exchange);
    }
    if (found.isPresent()) {
      Route route = found.get();
      exchange.query().allow(route.parameters());
      route.action().handle(exchange, pathValues(route.segments(), segments));
    } else if (samePath.isEmpty()) {
      exchange.respond(
          errors.of(
              404,
              ErrorCode.INVALID_ARGUMENT,
              "path '"
                  + Text.printable(exchange.path())
                  + "': there is no such route: docs/api.md lists them"));
    } else {
      refuseMethod(exchange, samePath);
    }
  }

  private void refuseMethod(Exchange exchange, List<Route> samePath) {
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : samePath) {
      allowed.add(route.method());
      if (route.method().equals("GET")) {
        allowed.add("HEAD");
      }
    }
    String list = String.join(", ", allowed);
    Response refusal =
        errors.of(
            405,
            ErrorCode.INVALID_ARGUMENT,
            "method "
                + Text.printable(exchange.method())
                + ": not for "
                + Text.printable(exchange.path())
                + ": use "
                + list);
    Map<String, String> headers = new HashMap<>(refusal.headers());
    headers.put("Allow", list);
    exchange.respond(new Response(refusal.status(), headers, refusal.body()));
  }

  private static boolean matches(List<String> template, List<String> segments) {
    if (template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      boolean same =
          isName(template.get(i))
              ? !segments.get(i).isEmpty()
              : template.get(i).equals(segments.get(i));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, String> pathValues(List<String> template, List<String> segments) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < template.size(); i++) {
      if (isName(template.get(i))) {
        String name = template.get(i).substring(1, template.get(i).length() - 1);
        values.put(name, PercentCoding.decode("path segment " + name, segments.get(i)));
      }
    }
    return values;
  }

  private static boolean isName(String segment) {
    return segment.startsWith("{");
  }
}
