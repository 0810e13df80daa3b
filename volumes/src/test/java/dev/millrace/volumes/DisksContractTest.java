package dev.millrace.volumes;

import dev.millrace.base.Clock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class DisksContractTest extends AbstractChunkStoreTest {
  @TempDir Path folder;

  @Override
  ChunkStore createStore() {
    return new Disks(List.of(disk("a", 1), disk("b", 2)));
  }

  private DiskStore disk(String name, long seed) {
    return DiskStore.openOrCreate(
        folder.resolve(name),
        Chunks.NODE,
        StoreOptions.defaults(),
        Chunks.ids(seed),
        Clock.system());
  }
}
