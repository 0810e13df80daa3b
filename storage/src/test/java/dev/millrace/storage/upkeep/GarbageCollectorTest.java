package dev.millrace.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.Volume;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Precondition;
import dev.millrace.net.CatalogQuery;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.testkit.SettableClock;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GarbageCollectorTest {
  private static final BucketName BUCKET = new BucketName("bucket");
  private static final long GRACE_MILLIS = GarbageCollector.GRACE.toMillis();

  private final SettableClock clock = new SettableClock(1_000_000);
  private final MemoryCatalog catalog = new MemoryCatalog(clock);
  private final MemoryNodes nodes = new MemoryNodes(2);
  private final GarbageCollector collector =
      new GarbageCollector(catalog, nodes, clock, GarbageCollector.GRACE);
  private final StoragePolicy policy = new StoragePolicy.Replicated(2);

  @BeforeEach
  void makeTheBucket() {
    catalog.withBucket(BUCKET.value(), policy);
  }

  /// A version of so many chunks on both nodes, destroyed.
  private List<ChunkId> destroyed(int chunks) {
    Volume volume = catalog.execute(new CatalogCommand.CreateVolume(policy, nodes.place(policy)));
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      ChunkId id = new ChunkId(volume.id().value(), i);
      SealedChunk chunk = new SealedChunk(id, 1, Bytes.EMPTY, new byte[17], 17);
      nodes.node(1).put(chunk);
      nodes.node(2).put(chunk);
      extents.add(new Extent(id, 1));
    }
    VersionId version = new VersionId(new Id128(0, volume.id().value()));
    ObjectKey key = new ObjectKey("key");
    catalog.execute(
        new CatalogCommand.CommitVersion(
            BUCKET,
            key,
            version,
            new Stored(
                chunks,
                "etag",
                new Content.Chunked(new Manifest(extents)),
                new WrappedKey(1, Bytes.EMPTY),
                Map.of(),
                Optional.empty()),
            new Precondition.None()));
    assertThat(collector.round()).isZero();
    catalog.execute(new CatalogCommand.DestroyVersion(BUCKET, key, version));
    return extents.stream().map(Extent::chunk).toList();
  }

  private List<ChunkId> listed() {
    return catalog.query(new CatalogQuery.ListGarbage(Optional.empty(), 1000));
  }

  @Test
  void garbageIsFreedAfterItsGrace() {
    List<ChunkId> chunks = destroyed(2500);
    assertThat(collector.round()).isZero();
    clock.advanceMillis(GRACE_MILLIS - 1);
    assertThat(collector.round()).isZero();
    assertThat(nodes.node(1).all()).hasSize(chunks.size());
    clock.advanceMillis(1);
    assertThat(collector.round()).isEqualTo(2500);
    assertThat(nodes.node(1).all()).isEmpty();
    assertThat(nodes.node(2).all()).isEmpty();
    assertThat(listed()).isEmpty();
    assertThat(catalog.knownChunks()).isEmpty();
  }

  @Test
  void whatAMemberStillHasStaysListed() {
    destroyed(3);
    collector.round();
    clock.advanceMillis(GRACE_MILLIS);
    nodes.node(2).fail(ErrorCode.READ_ONLY);
    assertThat(collector.round()).isZero();
    assertThat(listed()).hasSize(3);
    nodes.node(2).recover();
    assertThat(collector.round()).isEqualTo(3);
    assertThat(nodes.node(2).all()).isEmpty();
    assertThat(listed()).isEmpty();
  }
}
