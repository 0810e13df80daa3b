package dev.millrace.node;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.compute.balancer.Retention;
import dev.millrace.net.Catalog;
import dev.millrace.net.StorageNodes;
import dev.millrace.node.config.NodeConfig;
import dev.millrace.node.home.Home;
import dev.millrace.node.recovery.CatalogCopier;
import dev.millrace.storage.upkeep.GarbageCollector;
import dev.millrace.storage.upkeep.MemberRepair;
import dev.millrace.storage.upkeep.OrphanSweep;
import dev.millrace.storage.upkeep.Periodic;
import dev.millrace.storage.upkeep.Scrubber;
import dev.millrace.storage.upkeep.Upkeep;
import dev.millrace.volumes.Disks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a node does by itself: frees garbage, sweeps orphans, scrubs, copies its catalog, drops old
/// results. While it runs, on threads of its own; and once more at its end, when nobody reads or
/// writes any more, so that a home that is only ever opened for a moment is kept tidy too.
final class NodeUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(NodeUpkeep.class);
  private static final Duration RETENTION_PAUSE = Duration.ofHours(1);
  private static final Duration COPY_LOOK = Duration.ofSeconds(1);
  private static final Duration DAILY = Duration.ofDays(1);

  /// What is kept tidy.
  ///
  /// @param catalog the one that all parts of the node share
  /// @param own the same, for the round at the end
  record Parts(
      Home home,
      Disks disks,
      StorageNodes nodes,
      CountedCatalog catalog,
      Catalog own,
      SealedContentStore content,
      CatalogCopier copier) {}

  private final Parts parts;
  private final NodeConfig config;
  private final Clock clock;
  private final Scrubber scrubber;

  NodeUpkeep(Parts parts, NodeConfig config, Clock clock) {
    this.parts = parts;
    this.config = config;
    this.clock = clock;
    this.scrubber =
        new Scrubber(
            parts.disks(),
            new MemberRepair(parts.home().node(), parts.catalog(), parts.nodes()),
            new Scrubber.Schedule(config.scrubEvery(), config.scrubBytesPerSecond()),
            clock,
            parts.home().folder().resolve("scrubbed"));
  }

  Scrubber scrubber() {
    return scrubber;
  }

  /// Starts the threads.
  ///
  /// @return ends them and waits for what is under way
  AutoCloseable start() {
    Closing threads = new Closing();
    threads.add(
        new Upkeep(
            new GarbageCollector(parts.catalog(), parts.nodes(), clock, GarbageCollector.GRACE),
            new OrphanSweep(
                parts.disks(),
                parts.catalog(),
                parts.content()::oldestWriterAge,
                clock,
                OrphanSweep.AGE),
            scrubber,
            parts.disks()));
    threads.add(
        new Periodic("copy", COPY_LOOK, () -> parts.copier().stepWhenDue(config.backupEvery())));
    threads.add(
        new Periodic("retention", RETENTION_PAUSE, new Retention(parts.catalog(), clock)::step));
    return threads;
  }

  /// The round at the end. It shuts the catalog first: whoever still writes cannot commit any more.
  /// So garbage needs no grace, and a chunk that the catalog does not know will never be named.
  void lastRound() {
    parts.catalog().shut();
    boolean changed = parts.catalog().changes() > 0;
    try {
      if (dailyIsDue()) {
        new Retention(parts.own(), clock).step();
        new OrphanSweep(parts.disks(), parts.own(), Optional::empty, clock, Duration.ZERO).round();
        noteDaily(parts.home());
        changed = true;
      }
      if (changed) {
        new GarbageCollector(parts.own(), parts.nodes(), clock, Duration.ZERO).round();
        parts.copier().step();
      }
    } catch (MillraceException e) {
      // The next round makes up for it.
      LOG.warn("event=last-round-failed why=\"{}\"", e.getMessage());
    }
  }

  private boolean dailyIsDue() {
    try {
      long last = Files.getLastModifiedTime(stamp(parts.home())).toMillis();
      return clock.currentMillis() - last >= DAILY.toMillis();
    } catch (NoSuchFileException e) {
      noteDaily(parts.home());
      return false;
    } catch (IOException e) {
      throw unusable(parts.home(), e);
    }
  }

  /// Puts the daily round off for a day. A catalog that was put back may not know all chunks:
  /// whoever put back the wrong one has that day before they are swept.
  static void noteDaily(Home home) {
    try {
      Files.write(stamp(home), new byte[0]);
    } catch (IOException e) {
      throw unusable(home, e);
    }
  }

  private static MillraceException unusable(Home home, IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "file " + stamp(home) + ": " + e.getMessage() + ": look at the disk",
        e);
  }

  private static Path stamp(Home home) {
    return home.folder().resolve("tidied");
  }
}
