package dev.millrace.storage.upkeep;

import dev.millrace.volumes.ChunkStore;
import java.time.Duration;
import java.util.List;

/// The threads of a node's upkeep, from construction to [#close].
public final class Upkeep implements AutoCloseable {
  /// Garbage is freed after its grace, at the second or third round.
  private static final Duration COLLECT_PAUSE = Duration.ofSeconds(30);

  private static final Duration COMPACT_PAUSE = Duration.ofMinutes(2);
  private static final Duration SWEEP_PAUSE = Duration.ofHours(1);

  /// How often to see whether a volume is due.
  private static final Duration SCRUB_PAUSE = Duration.ofMinutes(10);

  private final List<Periodic> threads;

  /// Starts all of it.
  public Upkeep(
      GarbageCollector collector, OrphanSweep sweep, Scrubber scrubber, ChunkStore store) {
    this.threads =
        List.of(
            new Periodic("collect", COLLECT_PAUSE, collector::round),
            new Periodic("compact", COMPACT_PAUSE, store::compact),
            new Periodic("sweep", SWEEP_PAUSE, sweep::round),
            new Periodic("scrub", SCRUB_PAUSE, scrubber::round));
  }

  /// Stops, and waits for what is under way: the store may be closed afterwards.
  @Override
  public void close() {
    threads.forEach(Periodic::close);
  }
}
