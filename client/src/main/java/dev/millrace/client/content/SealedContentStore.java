package dev.millrace.client.content;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Stored;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.StorageNodes;
import dev.millrace.wire.seal.MasterKeys;
import dev.millrace.wire.seal.RecoveryCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Content sealed by the writer, spread over volumes, opened by the reader. All its readers and
/// writers share one budget of memory and a few threads for MD5.
///
/// What sends and reads chunks runs on threads of its own or on the caller's; an interrupted caller
/// gets INTERRUPTED.
public final class SealedContentStore implements ContentStore, AutoCloseable {
  /// Share of the heap that buffers may take when no budget is given, and their bound.
  private static final double HEAP_SHARE = 0.375;

  private static final long MAX_DEFAULT_BUDGET_BYTES = 256 * ByteUnits.MIB;

  private static final long IDLE_SECONDS = 10;

  private final Catalog catalog;
  private final Clock clock;
  private final WritersAtWork writers;
  private final MasterKeys keys;
  private final VolumeMap map;
  private final Members members;
  private final ChunkReads reads;
  private final BufferPool pool;
  private final ChunkSender sender;
  private final SealedContentWriter.Tools tools;

  /// A store with a budget that suits the heap.
  public SealedContentStore(Catalog catalog, StorageNodes nodes, MasterKeys keys, IdSource ids) {
    this(catalog, nodes, keys, ids, Clock.system(), defaultBudgetBytes());
  }

  /// A store.
  ///
  /// @param bufferBudgetBytes of all readers and writers together; at least 24 MiB
  public SealedContentStore(
      Catalog catalog,
      StorageNodes nodes,
      MasterKeys keys,
      IdSource ids,
      Clock clock,
      long bufferBudgetBytes) {
    this.catalog = catalog;
    this.clock = clock;
    this.writers = new WritersAtWork(clock);
    this.keys = keys;
    this.map = new VolumeMap(catalog);
    this.members = new Members(nodes);
    this.reads = new ChunkReads(map, nodes);
    this.pool = new BufferPool(bufferBudgetBytes);
    this.sender =
        new ChunkSender(
            new OpenVolumes(catalog, nodes, map), members, new RecoveryCodec(keys), ids);
    ThreadPoolExecutor md5 = digesters(Runtime.getRuntime().availableProcessors());
    this.tools = new SealedContentWriter.Tools(pool, ids, () -> new Md5Lane(md5), writers);
  }

  /// Threads that end when they have been idle for a while.
  private static ThreadPoolExecutor digesters(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the buffers
            Thread.ofPlatform().daemon().name("millrace-md5-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static long defaultBudgetBytes() {
    return Math.clamp(
        (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE),
        BufferPool.MIN_BUDGET_BYTES,
        MAX_DEFAULT_BUDGET_BYTES);
  }

  @Override
  public WrappedKey newDataKey() {
    return keys.newDataKey();
  }

  @Override
  public ContentReader open(Stored stored) {
    return new SealedContentReader(
        reads, pool, clock, keys.unwrap(stored.key()), stored.content(), stored.sizeBytes());
  }

  @Override
  public ContentWriter write(WriteOrder order) {
    return new SealedContentWriter(
        tools,
        order,
        keys.unwrap(order.dataKey()),
        () -> catalog.query(new CatalogQuery.GetBucket(order.bucket())).policy(),
        new ChunksUnderWay(sender, this::free));
  }

  @Override
  public void discard(Content content) {
    if (content instanceof Content.Chunked chunked) {
      free(chunked.manifest().extents());
    }
  }

  private void free(List<Extent> extents) {
    for (Extent extent : extents) {
      members.free(map.volume(extent.chunk().volume()), extent.chunk());
    }
  }

  /// How long the oldest writer is at work that has not ended: what was stored since may be its.
  /// Absent while none is.
  public Optional<Duration> oldestWriterAge() {
    return writers.oldestAge();
  }

  /// Memory that is lent to readers and writers now.
  public long buffersLentBytes() {
    return pool.lentBytes();
  }

  /// The most memory that was ever lent at once.
  public long buffersMostLentBytes() {
    return pool.mostLentBytes();
  }

  /// Does nothing to readers and writers that are still at work: they end by themselves, or when
  /// the storage nodes or the catalog refuse them.
  @Override
  public void close() {
    // Its threads are gone once they are idle.
  }
}
