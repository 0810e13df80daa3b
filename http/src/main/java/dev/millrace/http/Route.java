package dev.millrace.http;

import dev.millrace.base.Check;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One thing that a front door can be asked.
///
/// @param template `/api/v1/buckets/{name}`; a name in braces stands for one path segment
/// @param open whether it answers without authentication
/// @param parameters the query parameters that it knows; others are refused
public record Route(
    String method, String template, boolean open, Set<String> parameters, Action action) {

  /// Answers a request on a route.
  @FunctionalInterface
  public interface Action {
    /// Answers one request.
    ///
    /// @param path the values of the template's names, decoded
    void handle(Exchange exchange, Map<String, String> path);
  }

  public Route {
    Check.that(template.startsWith("/"), "route %s", template);
    parameters = Set.copyOf(parameters);
  }

  public static Route of(String method, String template, Action action, String... parameters) {
    return new Route(method, template, false, Set.of(parameters), action);
  }

  /// A route that answers anybody.
  public static Route open(String method, String template, Action action) {
    return new Route(method, template, true, Set.of(), action);
  }

  List<String> segments() {
    return List.of(template.split("/", -1));
  }
}
