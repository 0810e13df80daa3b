package dev.millrace.storage.upkeep;

import dev.millrace.base.Clock;
import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import dev.millrace.volumes.ChunkStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes chunks of this node that the catalog has not known for a day: their writer died.
///
/// A chunk that is stored but not committed yet is unknown too. It is safe because no writer that
/// is still at work may be older than the time for which the chunk has been seen, and because that
/// must hold for an hour, far longer than from a writer's end to its commit. Times count from the
/// first sight in this process. Single-threaded.
public final class OrphanSweep {
  /// For how long a chunk must have been unknown.
  public static final Duration AGE = Duration.ofDays(1);

  /// For how long it must have had neither name nor writer: what a writer has finished may wait to
  /// be committed.
  static final Duration SETTLE = Duration.ofHours(1);

  private static final int MAX_NOTED = 200_000;
  private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

  private final ChunkStore store;
  private final Catalog catalog;
  private final Supplier<Optional<Duration>> oldestWriterAge;
  private final Clock clock;
  private final Duration age;
  private final long settleNanos;
  private final Sightings sightings = new Sightings(MAX_NOTED);
  private final Sightings condemned = new Sightings(MAX_NOTED);

  /// A sweep that has seen nothing yet.
  ///
  /// @param oldestWriterAge how long the oldest writer, of any process that writes to this node,
  ///   has been at work
  /// @param age for how long a chunk must have been unknown: [#AGE], or zero where it is certain
  ///   that nobody writes
  public OrphanSweep(
      ChunkStore store,
      Catalog catalog,
      Supplier<Optional<Duration>> oldestWriterAge,
      Clock clock,
      Duration age) {
    this.age = age;
    this.settleNanos = Math.min(age.toNanos(), SETTLE.toNanos());
    this.store = store;
    this.catalog = catalog;
    this.oldestWriterAge = oldestWriterAge;
    this.clock = clock;
  }

  /// Goes through all chunks of the node once.
  ///
  /// @return how many were deleted
  public long round() {
    long deleted = 0;
    @Nullable ChunkId after = null;
    List<ChunkId> page;
    do {
      page = store.chunks(after, Limits.PAGE_ENTRIES);
      deleted += sweep(page);
      after = page.isEmpty() ? null : page.getLast();
    } while (page.size() == Limits.PAGE_ENTRIES && !Thread.currentThread().isInterrupted());
    sightings.endPass();
    condemned.endPass();
    if (deleted > 0) {
      LOG.warn("orphans-swept chunks={}", deleted);
    }
    return deleted;
  }

  private long sweep(List<ChunkId> page) {
    if (page.isEmpty()) {
      return 0;
    }
    // In this order: a writer must not look younger than a chunk of its own, and what is committed
    // while the catalog is asked must count as known.
    long now = clock.nanoTime();
    Optional<Duration> oldest = oldestWriterAge.get();
    Set<ChunkId> known = catalog.query(new CatalogQuery.KnownChunks(page));
    long deleted = 0;
    for (ChunkId chunk : page) {
      if (!known.contains(chunk)
          && orphaned(Duration.ofNanos(sightings.nanosSince(chunk, now)), oldest, age)
          && condemned.nanosSince(chunk, now) >= settleNanos) {
        LOG.info("orphan-deleted chunk={}", chunk);
        store.delete(chunk);
        deleted++;
      }
    }
    return deleted;
  }

  /// Whether a chunk that was unknown for `seen` can have no writer.
  static boolean orphaned(Duration seen, Optional<Duration> oldestWriterAge, Duration age) {
    return seen.compareTo(age) >= 0
        && (oldestWriterAge.isEmpty() || oldestWriterAge.get().compareTo(seen) < 0);
  }
}
