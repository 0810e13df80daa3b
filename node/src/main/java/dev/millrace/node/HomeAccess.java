package dev.millrace.node;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.NodeAccess;
import dev.millrace.cli.Terminal;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.node.home.RunningNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Comes to the node of a home: takes the home when it is free, and speaks to the node that has it
/// otherwise.
final class HomeAccess implements NodeAccess {
  @Override
  public Millrace open(Path home) {
    Optional<EmbeddedNode> own = EmbeddedNode.tryOpen(home, Map.of());
    if (own.isPresent()) {
      return own.get();
    }
    RunningNode running = RunningNode.find(home).orElseThrow(() -> inUse(home, Optional.empty()));
    return new RemoteMillrace(
        running.address(),
        Optional.of(RunningNode.socket(home)),
        BearerToken.read(RunningNode.tokenFile(home)));
  }

  @Override
  public int up(UpRequest request, Terminal terminal) {
    EmbeddedNode node =
        EmbeddedNode.tryOpen(request.home(), request.settings())
            .orElseThrow(() -> inUse(request.home(), RunningNode.find(request.home())));
    try (node) {
      return new UpService(node).run(request, terminal);
    }
  }

  @Override
  public CatalogReport restoreCatalog(Path home, Optional<Instant> upTo) {
    try (RecoverySession session = RecoverySession.open(home)) {
      return session.restore(upTo);
    }
  }

  @Override
  public CatalogReport rebuildCatalog(Path home) {
    try (RecoverySession session = RecoverySession.open(home)) {
      return session.rebuild();
    }
  }

  static MillraceException inUse(Path home, Optional<RunningNode> running) {
    String holder =
        running
            .map(node -> "process " + node.pid() + " at " + node.address())
            .orElse("another command");
    return new MillraceException(
        ErrorCode.HOME_IN_USE,
        "home "
            + home
            + ": "
            + holder
            + " has it open: wait for it, or run 'millrace up' so that commands share one node");
  }
}
