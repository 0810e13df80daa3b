package dev.millrace.http;

import dev.millrace.base.Check;
import java.nio.file.Path;
import java.util.Optional;

/// Where a server listens.
///
/// @param bind address or host name of the interface
/// @param port 0 for any free one
/// @param rawPaths whether paths with `//`, `%2F`, `..` reach the handler as they were sent, for
///   front doors with keys in their paths; otherwise they are refused with 400
/// @param localSocket where it listens besides, for processes of this user
public record HttpConfig(
    String bind, int port, boolean rawPaths, Optional<Path> localSocket, HttpLimits limits) {
  public HttpConfig {
    Check.that(port >= 0 && port <= 65_535, "port %d", port);
  }
}
