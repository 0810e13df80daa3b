package dev.millrace.storage;

import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.client.LocalFiles;
import dev.millrace.client.content.SealedContentStore;
import dev.millrace.model.NodeId;
import dev.millrace.testkit.MemoryCatalog;
import dev.millrace.testkit.SettableClock;
import dev.millrace.volumes.DiskStore;
import dev.millrace.volumes.Disks;
import dev.millrace.volumes.StoreOptions;
import dev.millrace.wire.seal.MasterKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;

/// One node with a real disk and a catalog in memory, and a clock to be set.
public final class DiskSite implements AutoCloseable {
  public final SettableClock clock = new SettableClock(1_800_000_000_000L);
  public final MemoryCatalog catalog = new MemoryCatalog(clock);
  public final IdSource ids = new IdSource(Clock.system(), new SecureRandom());
  public final Disks disks;
  public final StorageNode node;
  public final LocalStorageNodes nodes;
  public final SealedContentStore content;
  public final LocalFiles files;

  public DiskSite(Path folder) {
    NodeId id = new NodeId(new Id128(0, 1));
    DiskStore disk =
        DiskStore.openOrCreate(
            folder.resolve("disk"), id, StoreOptions.defaults(), ids, Clock.system());
    disks = new Disks(List.of(disk));
    node = new StorageNode(id, disks);
    nodes = new LocalStorageNodes(node, new SplittableRandom(1), clock);
    MasterKeys keys = MasterKeys.create(folder.resolve("keys"), new SecureRandom());
    content = new SealedContentStore(catalog, nodes, keys, ids, clock, 32 << 20);
    files = new LocalFiles(catalog, content, nodes, ids);
  }

  @Override
  public void close() {
    content.close();
    disks.close();
  }
}
