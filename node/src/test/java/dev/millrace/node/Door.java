package dev.millrace.node;

import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.console.api.ApiConfig;
import dev.millrace.console.api.ApiServer;
import dev.millrace.http.HttpLimits;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A way to come to the node of a home that runs in this process.
enum Door {
  /// By calls.
  EMBEDDED {
    @Override
    Millrace open(Path home) {
      return EmbeddedNode.open(home);
    }
  },

  /// Over its API, on a free port.
  REMOTE {
    @Override
    Millrace open(Path home) {
      EmbeddedNode node = EmbeddedNode.open(home);
      Closing closing = new Closing();
      closing.add(node);
      BearerToken token = BearerToken.readOrCreate(home.resolve("token"));
      ApiServer server =
          closing.add(
              ApiServer.start(
                  new ApiConfig(
                      "127.0.0.1", 0, Optional.empty(), token, List.of(), HttpLimits.standard()),
                  node,
                  Optional::empty));
      RemoteMillrace remote =
          closing.add(new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token));
      return new ClosingMillrace(remote, closing);
    }
  };

  abstract Millrace open(Path home);
}
