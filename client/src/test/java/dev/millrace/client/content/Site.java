package dev.millrace.client.content;

import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.MemoryNodes;
import dev.millrace.wire.seal.MasterKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A content store on a catalog and nodes in memory.
final class Site implements AutoCloseable {
  static final long BUDGET_BYTES = 24 << 20;
  static final BucketName BUCKET = new BucketName("bucket");

  final MemoryCatalog catalog = new MemoryCatalog(Clock.system());
  final MemoryNodes nodes;
  final MasterKeys keys;
  final SealedContentStore store;

  Site(Path folder, MemoryNodes nodes, StoragePolicy policy) {
    this.nodes = nodes;
    this.keys = MasterKeys.create(folder.resolve("master.keys"), new SecureRandom());
    this.store =
        new SealedContentStore(
            catalog,
            nodes,
            keys,
            new IdSource(Clock.system(), new SecureRandom()),
            Clock.system(),
            BUDGET_BYTES);
    catalog.withBucket(BUCKET.value(), policy);
  }

  static Site single(Path folder) {
    return new Site(folder, new MemoryNodes(1), new StoragePolicy.Replicated(1));
  }

  WriteOrder order(boolean allowInline) {
    return new WriteOrder(
        BUCKET,
        new ObjectKey("key"),
        new VersionId(new Id128(1, 2)),
        store.newDataKey(),
        0,
        allowInline,
        true);
  }

  /// Writes the bytes in parts of random sizes.
  Written write(WriteOrder order, byte[] bytes, RandomGenerator random) {
    ContentWriter writer = store.write(order);
    try {
      for (int at = 0; at < bytes.length; ) {
        int part = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(1, 3_000_000)));
        writer.write(bytes, at, part);
        at += part;
      }
      return writer.finish(true);
    } catch (MillraceException e) {
      writer.abort();
      throw e;
    }
  }

  Stored store(byte[] bytes) {
    WriteOrder order = order(false);
    return stored(write(order, bytes, new SplittableRandom(1)), order.dataKey());
  }

  static Stored stored(Written written, WrappedKey key) {
    return new Stored(
        written.sizeBytes(),
        written.md5().orElse(""),
        written.content(),
        key,
        Map.of(),
        Optional.empty());
  }

  ContentReader open(Stored stored) {
    return store.open(stored);
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() {
    store.close();
  }
}
