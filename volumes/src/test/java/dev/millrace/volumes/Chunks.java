package dev.millrace.volumes;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.wire.SealedChunk;
import java.util.Arrays;
import java.util.Random;

/// Chunks for tests, whose contents follow from their id.
final class Chunks {
  static final NodeId NODE = new NodeId(new Id128(7, 7));

  private Chunks() {}

  static SealedChunk of(long volume, long local, int plainBytes) {
    return of(new ChunkId(volume, local), plainBytes);
  }

  static SealedChunk of(ChunkId id, int plainBytes) {
    Random random = new Random(id.local() * 31 + plainBytes);
    byte[] sealed = new byte[SealedChunk.sealedLength(plainBytes)];
    random.nextBytes(sealed);
    byte[] recovery = new byte[random.nextInt(300)];
    random.nextBytes(recovery);
    return new SealedChunk(id, plainBytes, Bytes.copyOf(recovery), sealed, sealed.length);
  }

  static byte[] sealed(SealedChunk chunk) {
    return Arrays.copyOf(chunk.buffer(), chunk.sealedBytes());
  }

  /// All of a chunk, as the store gives it.
  static byte[] read(ChunkStore store, SealedChunk chunk) {
    byte[] target = new byte[chunk.sealedBytes()];
    int length = store.read(chunk.id(), 0, SealedChunk.frameCount(chunk.plainBytes()), target);
    return Arrays.copyOf(target, length);
  }

  static IdSource ids(long seed) {
    return new IdSource(Clock.system(), new Random(seed));
  }

  /// The seed of a random test: `-Dmillrace.seed=…` to run one again.
  static long seed() {
    return Long.getLong("millrace.seed", Clock.system().nanoTime());
  }

  /// How many rounds a random test makes: `-Dmillrace.rounds=…` for a campaign.
  static int rounds(int few) {
    return Integer.getInteger("millrace.rounds", few);
  }
}
