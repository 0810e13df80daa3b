package dev.millrace.console.api;

import dev.millrace.client.api.BearerToken;
import dev.millrace.http.HttpLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How a node's API is served.
///
/// @param bind address or host name of the interface
/// @param port 0 for any free one
/// @param localSocket where it is served besides, for processes of this user
/// @param token opens all routes but health
/// @param hosts names by which it may be called besides loopback ones and `bind`
public record ApiConfig(
    String bind,
    int port,
    Optional<Path> localSocket,
    BearerToken token,
    List<String> hosts,
    HttpLimits limits) {
  public ApiConfig {
    hosts = List.copyOf(hosts);
  }

  /// On loopback, with standard limits.
  public static ApiConfig loopback(int port, BearerToken token) {
    return new ApiConfig(
        "127.0.0.1", port, Optional.empty(), token, List.of(), HttpLimits.standard());
  }
}
