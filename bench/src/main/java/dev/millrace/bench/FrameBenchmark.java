package dev.millrace.bench;

import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;
import dev.millrace.wire.SealedChunk;
import dev.millrace.wire.seal.ChunkCipher;
import dev.millrace.wire.seal.DataKey;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Sealing and opening the 64 frames of a whole chunk, on one thread; 8 MiB an operation.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FrameBenchmark {
  private final byte[] plain = new byte[Limits.CHUNK_BYTES];
  private final byte[] sealed = new byte[SealedChunk.sealedLength(Limits.CHUNK_BYTES)];
  private final ChunkCipher cipher =
      new ChunkCipher(DataKey.of(new byte[DataKey.BYTES]), new ChunkId(1, 1), plain.length);

  @Setup
  public void fill() {
    new SplittableRandom(1).nextBytes(plain);
    seal();
  }

  @Benchmark
  public int seal() {
    int sealedBytes = 0;
    for (int frame = 0; frame < cipher.frameCount(); frame++) {
      sealedBytes +=
          cipher.sealFrame(frame, plain, frame * Limits.FRAME_BYTES, sealed, sealedBytes);
    }
    return sealedBytes;
  }

  @Benchmark
  public int open() {
    int plainBytes = 0;
    for (int frame = 0; frame < cipher.frameCount(); frame++) {
      plainBytes +=
          cipher.openFrame(
              frame, sealed, frame * SealedChunk.SEALED_FRAME_BYTES, plain, plainBytes);
    }
    return plainBytes;
  }
}
