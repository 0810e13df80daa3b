package dev.millrace.cli;

import dev.millrace.client.Millrace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How the command line comes to a node. All failures are `MillraceException`.
public interface NodeAccess {
  /// The node of a home: the one that runs, or else one opened in this process until closed. The
  /// home is made when it isn't there. HOME_IN_USE, HOME_VERSION, KEY_MISSING, KEY_WRONG.
  Millrace open(Path home);

  /// Runs the home's node until the terminal's interrupts ask it to stop.
  ///
  /// @return the exit status
  int up(UpRequest request, Terminal terminal);

  /// How to run a node.
  ///
  /// @param apiPort instead of the configured port of the HTTP API
  /// @param settings instead of those in `millrace.toml`, by key
  record UpRequest(Path home, OptionalInt apiPort, Map<String, String> settings) {
    public UpRequest {
      settings = Map.copyOf(settings);
    }
  }

  /// Puts the catalog back from its backup in the volumes; no node may run. HOME_IN_USE,
  /// CORRUPT_CATALOG when there is no backup to go back to.
  ///
  /// @param upTo as it was at that moment; absent for the newest backup
  CatalogReport restoreCatalog(Path home, Optional<Instant> upTo);

  /// Makes the catalog anew from the chunks alone; no node may run. HOME_IN_USE, KEY_MISSING.
  CatalogReport rebuildCatalog(Path home);

  /// What a restore or rebuild did.
  ///
  /// @param figures by name, in order, as `versions` → 17
  /// @param notes what a person must know: what could not be had back
  record CatalogReport(List<Figure> figures, List<String> notes) {
    public CatalogReport {
      figures = List.copyOf(figures);
      notes = List.copyOf(notes);
    }
  }

  /// A named number.
  record Figure(String name, long value) {}
}
