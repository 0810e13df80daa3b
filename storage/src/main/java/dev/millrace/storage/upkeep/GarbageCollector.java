package dev.millrace.storage.upkeep;

import dev.millrace.base.Clock;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.StorageNodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Frees the chunks that the catalog lists as garbage: deletes them at all members of their volume,
/// then takes them off the list. A chunk of which a member cannot be reached stays on the list.
/// Deleting twice does no harm, so any number of collectors may run.
///
/// A chunk is freed only when it has been listed for a while: a reader that had just begun when the
/// last version was destroyed gets its bytes. Single-threaded.
public final class GarbageCollector {
  /// How long a chunk is listed before it is freed.
  public static final Duration GRACE = Duration.ofSeconds(60);

  /// Chunks that wait for their grace; more wait to be noted.
  private static final int MAX_NOTED = 200_000;

  /// Deletes at a time: they share the disk's flushes.
  private static final int AT_A_TIME = 32;

  private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);

  private final Catalog catalog;
  private final StorageNodes nodes;
  private final Clock clock;
  private final Duration grace;
  private final Sightings sightings = new Sightings(MAX_NOTED);

  public GarbageCollector(Catalog catalog, StorageNodes nodes, Clock clock, Duration grace) {
    this.catalog = catalog;
    this.nodes = nodes;
    this.clock = clock;
    this.grace = grace;
  }

  /// Goes through the list once.
  ///
  /// @return how many chunks were freed
  public long round() {
    long freed = 0;
    Optional<ChunkId> after = Optional.empty();
    do {
      List<ChunkId> page = catalog.query(new CatalogQuery.ListGarbage(after, Limits.PAGE_ENTRIES));
      after = page.size() < Limits.PAGE_ENTRIES ? Optional.empty() : Optional.of(page.getLast());
      freed += free(ripe(page));
    } while (after.isPresent() && !Thread.currentThread().isInterrupted());
    sightings.endPass();
    if (freed > 0) {
      LOG.info("garbage-freed chunks={}", freed);
    }
    return freed;
  }

  private List<ChunkId> ripe(List<ChunkId> page) {
    long now = clock.nanoTime();
    return page.stream()
        .filter(chunk -> sightings.nanosSince(chunk, now) >= grace.toNanos())
        .toList();
  }

  private int free(List<ChunkId> chunks) {
    if (chunks.isEmpty()) {
      return 0;
    }
    Map<VolumeId, Optional<Volume>> volumes = new HashMap<>();
    for (ChunkId chunk : chunks) {
      volumes.computeIfAbsent(
          chunk.volume(), volume -> catalog.query(new CatalogQuery.GetVolume(volume)));
    }
    List<ChunkId> freed = new ArrayList<>();
    for (int from = 0; from < chunks.size(); from += AT_A_TIME) {
      List<ChunkId> some = chunks.subList(from, Math.min(chunks.size(), from + AT_A_TIME));
      List<FutureTask<Boolean>> deletes = new ArrayList<>();
      for (ChunkId chunk : some) {
        Optional<Volume> volume = volumes.getOrDefault(chunk.volume(), Optional.empty());
        FutureTask<Boolean> delete = new FutureTask<>(() -> delete(chunk, volume));
        Thread.ofVirtual().name("millrace-free").start(delete);
        deletes.add(delete);
      }
      for (int i = 0; i < some.size(); i++) {
        if (succeeded(deletes.get(i))) {
          freed.add(some.get(i));
        }
      }
    }
    if (!freed.isEmpty()) {
      catalog.execute(new CatalogCommand.ForgetChunks(freed));
    }
    return freed.size();
  }

  /// Whether the chunk is gone from all members; a volume that the map lacks has none.
  private boolean delete(ChunkId chunk, Optional<Volume> volume) {
    boolean gone = true;
    for (NodeId member : volume.map(Volume::members).orElse(List.of())) {
      try {
        nodes.chunks(member).delete(chunk);
      } catch (MillraceException e) {
        LOG.info("garbage-kept chunk={} node={} reason=\"{}\"", chunk, member, e.getMessage());
        gone = false;
      }
    }
    return gone;
  }

  private static boolean succeeded(FutureTask<Boolean> delete) {
    try {
      return delete.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      LOG.warn("garbage-kept reason=\"{}\"", String.valueOf(e.getCause()));
      return false;
    }
  }
}
