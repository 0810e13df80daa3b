package dev.millrace.node;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.model.DiskInfo;
import dev.millrace.node.config.NodeConfig;
import dev.millrace.node.home.Home;
import dev.millrace.node.home.HomeDisks;
import dev.millrace.volumes.DiskStore;
import dev.millrace.volumes.Disks;
import dev.millrace.volumes.StoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Opens the disks of a home and takes further ones into service.
final class DiskSet {
  private static final long SEGMENT_BYTES = 256 * ByteUnits.MIB;

  private final Home home;
  private final NodeConfig config;
  private final IdSource ids;
  private final Clock clock;

  DiskSet(Home home, NodeConfig config, IdSource ids, Clock clock) {
    this.home = home;
    this.config = config;
    this.ids = ids;
    this.clock = clock;
  }

  /// Opens all disks. The home's own is made at the first start, one of the configuration when it
  /// is first met; afterwards every disk must be there, so that a disk that is not mounted is not
  /// taken for an empty one.
  ///
  /// @param firstStart whether the home's own disk may be made
  Disks open(boolean firstStart) {
    List<DiskStore> stores = new ArrayList<>();
    boolean done = false;
    try {
      List<Path> known = HomeDisks.remembered(home);
      for (Path folder : HomeDisks.folders(home, config.disks())) {
        boolean own = folder.equals(home.firstDisk());
        boolean fresh = own ? firstStart : !known.contains(folder);
        stores.add(
            fresh
                ? DiskStore.openOrCreate(folder, home.node(), options(), ids, clock)
                : DiskStore.open(folder, home.node(), options(), ids, clock));
        if (fresh && !own) {
          HomeDisks.remember(home, folder);
        }
      }
      Disks disks = new Disks(stores);
      done = true;
      return disks;
    } finally {
      if (!done) {
        stores.forEach(DiskStore::close);
      }
    }
  }

  /// Takes a further disk into service and remembers it.
  DiskInfo add(Disks disks, String path) {
    Path folder = HomeDisks.checked(path);
    DiskStore store = DiskStore.openOrCreate(folder, home.node(), options(), ids, clock);
    boolean done = false;
    try {
      disks.add(store);
      HomeDisks.remember(home, folder);
      done = true;
      return store.info();
    } finally {
      if (!done) {
        store.close();
      }
    }
  }

  private StoreOptions options() {
    long headRoomBytes =
        config.headRoomBytes() > 0 ? config.headRoomBytes() : StoreOptions.DEFAULT_HEAD_ROOM;
    return new StoreOptions(
        config.volumeBytes(), Math.min(SEGMENT_BYTES, config.volumeBytes()), headRoomBytes);
  }
}
