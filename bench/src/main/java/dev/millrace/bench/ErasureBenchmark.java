package dev.millrace.bench;

import dev.millrace.client.erasure.ReedSolomon;
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

/// Reed-Solomon with 4 data and 2 parity shards of 256 KiB, on one thread; 1 MiB of data an
/// operation.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class ErasureBenchmark {
  private static final int DATA = 4;
  private static final int PARITY = 2;
  private static final int SHARD_BYTES = 256 << 10;

  private final ReedSolomon code = new ReedSolomon(DATA, PARITY);
  private final byte[][] shards = new byte[DATA + PARITY][SHARD_BYTES];
  private final byte[][] data = new byte[DATA][];
  private final byte[][] parity = new byte[PARITY][];
  private final boolean[] present = {false, true, true, false, true, true};

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    for (byte[] shard : shards) {
      random.nextBytes(shard);
    }
    System.arraycopy(shards, 0, data, 0, DATA);
    System.arraycopy(shards, DATA, parity, 0, PARITY);
  }

  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
  public byte[][] encode() {
    code.encode(data, parity, 0, SHARD_BYTES);
    return parity;
  }

  @Benchmark
  @Fork(1)
  public byte[][] encodeWithoutVectors() {
    code.encode(data, parity, 0, SHARD_BYTES);
    return parity;
  }

  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
  public byte[][] reconstructTwoDataShards() {
    code.reconstruct(shards, present, 0, SHARD_BYTES);
    return shards;
  }
}
