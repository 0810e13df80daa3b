package dev.millrace.volumes;

import dev.millrace.base.Clock;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class DiskStoreContractTest extends AbstractChunkStoreTest {
  @TempDir Path folder;

  @Override
  ChunkStore createStore() {
    return DiskStore.openOrCreate(
        folder.resolve("disk"),
        Chunks.NODE,
        StoreOptions.defaults(),
        Chunks.ids(1),
        Clock.system());
  }
}
