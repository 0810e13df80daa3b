package dev.millrace.node;

import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.cli.NodeAccess.CatalogReport;
import dev.millrace.cli.NodeAccess.Figure;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.node.config.ConfigReader;
import dev.millrace.node.home.Home;
import dev.millrace.node.home.RunningNode;
import dev.millrace.node.recovery.CatalogRecovery;
import dev.millrace.node.recovery.DiskCatalog;
import dev.millrace.storage.LocalStorageNodes;
import dev.millrace.storage.StorageNode;
import dev.millrace.volumes.Disks;
import dev.millrace.wire.seal.MasterKeys;
import dev.millrace.wire.seal.RecoveryCodec;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A home opened without its catalog, to put that back.
final class RecoverySession implements AutoCloseable {
  private static final String REPLACED =
      "the catalog it replaced is kept beside it, and chunks that this one does not know for a day";

  private final Home home;
  private final Closing closing = new Closing();
  private final CatalogRecovery recovery;

  private RecoverySession(Home home) {
    this.home = home;
    Clock clock = Clock.system();
    SecureRandom random = new SecureRandom();
    IdSource ids = new IdSource(clock, random);
    closing.add(home);
    MasterKeys keys = HomeKeys.existing(home, random);
    Disks disks =
        closing.add(
            new DiskSet(home, ConfigReader.read(home.folder().resolve("millrace.toml")), ids, clock)
                .open(false));
    SealedContentStore content =
        closing.add(
            new SealedContentStore(
                new DiskCatalog(home.node(), disks),
                new LocalStorageNodes(new StorageNode(home.node(), disks), random),
                keys,
                ids));
    this.recovery =
        new CatalogRecovery(
            home.node(), disks, content, new RecoveryCodec(keys), home.catalog(), clock, ids);
  }

  /// @throws dev.millrace.base.MillraceException HOME_IN_USE, KEY_MISSING
  static RecoverySession open(Path folder) {
    IdSource ids = new IdSource(Clock.system(), new SecureRandom());
    Home home =
        Home.open(folder, ids)
            .orElseThrow(() -> HomeAccess.inUse(folder, RunningNode.find(folder)));
    boolean done = false;
    try {
      RecoverySession session = new RecoverySession(home);
      done = true;
      return session;
    } finally {
      if (!done) {
        home.close();
      }
    }
  }

  CatalogReport restore(Optional<Instant> upTo) {
    CatalogRecovery.Restored restored = recovery.restore(upTo);
    long lastMillis = Math.max(restored.checkpointMillis(), restored.lastMillis());
    List<String> notes = new ArrayList<>();
    notes.add("the catalog is as it was at " + Instant.ofEpochMilli(lastMillis));
    restored.unreadable().forEach(why -> notes.add("a newer copy is damaged: " + why));
    notes.add(REPLACED);
    NodeUpkeep.noteDaily(home);
    return new CatalogReport(List.of(new Figure("entries", restored.entries())), notes);
  }

  CatalogReport rebuild() {
    CatalogRecovery.Rebuilt rebuilt = recovery.rebuild();
    List<String> notes = new ArrayList<>();
    notes.add(
        "not in the chunks, so not here: deletions, copies by reference, files of up to 4 KiB,"
            + " users' metadata, jobs, empty buckets");
    notes.add(REPLACED);
    NodeUpkeep.noteDaily(home);
    return new CatalogReport(
        List.of(
            new Figure("buckets", rebuilt.buckets()),
            new Figure("versions", rebuilt.versions()),
            new Figure("incomplete", rebuilt.incomplete()),
            new Figure("unreadable", rebuilt.unreadable())),
        notes);
  }

  @Override
  public void close() {
    closing.close();
  }
}
