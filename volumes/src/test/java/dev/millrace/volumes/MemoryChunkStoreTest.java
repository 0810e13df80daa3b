package dev.millrace.volumes;

final class MemoryChunkStoreTest extends AbstractChunkStoreTest {
  @Override
  ChunkStore createStore() {
    return new MemoryChunkStore();
  }
}
