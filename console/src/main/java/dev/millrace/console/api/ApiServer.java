package dev.millrace.console.api;

import dev.millrace.client.Millrace;
import dev.millrace.http.HttpConfig;
import dev.millrace.http.HttpServer;
import dev.millrace.http.Route;
import dev.millrace.http.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A node's API, running.
public final class ApiServer implements AutoCloseable {
  private final HttpServer server;
  private final ApiMetrics metrics;
  private final List<Route> routes;

  private ApiServer(HttpServer server, ApiMetrics metrics, List<Route> routes) {
    this.server = server;
    this.metrics = metrics;
    this.routes = routes;
  }

  /// Binds and begins to answer. The caller keeps `backend`, and closes it after this.
  ///
  /// @param notReady why the node cannot serve just now; absent when it can
  /// @throws dev.millrace.base.MillraceException UNAVAILABLE when the address cannot be bound
  public static ApiServer start(
      ApiConfig config, Millrace backend, Supplier<Optional<String>> notReady) {
    ApiMetrics metrics = new ApiMetrics(backend.admin());
    List<Route> routes = new ArrayList<>();
    routes.addAll(new BucketRoutes(backend.files()).routes());
    routes.addAll(new ObjectRoutes(backend.files()).routes());
    routes.addAll(new JobRoutes(backend.jobs()).routes());
    routes.addAll(new AdminRoutes(backend.admin()).routes());
    routes.addAll(new HealthRoutes(notReady, metrics).routes());
    Router router = new Router(routes, new TokenAuthenticator(config.token()), Json::error);
    HttpConfig http =
        new HttpConfig(config.bind(), config.port(), false, config.localSocket(), config.limits());
    try {
      HttpServer server =
          HttpServer.start(
              http,
              new SiteGuard(config.bind(), config.hosts(), router),
              Json::error,
              metrics::answered);
      return new ApiServer(server, metrics, List.copyOf(routes));
    } catch (RuntimeException e) {
      metrics.close();
      throw e;
    }
  }

  /// The port that is bound.
  public int port() {
    return server.port();
  }

  List<Route> routes() {
    return routes;
  }

  /// Stops within two seconds; calls that are under way then fail.
  @Override
  public void close() {
    server.close();
    metrics.close();
  }
}
