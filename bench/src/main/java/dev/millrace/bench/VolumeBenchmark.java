package dev.millrace.bench;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.base.Limits;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.volumes.DiskStore;
import dev.millrace.volumes.StoreOptions;
import dev.millrace.wire.SealedChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// One disk's volumes: durable appends of 5 KiB by 32 threads, of whole chunks by two, and reads of
/// eight frames. What is appended is deleted again, so that the disk does not fill. The disk lies
/// in the folder of the system property `java.io.tmpdir`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VolumeBenchmark {
  private static final int SMALL_BYTES = 5 * 1024;
  private static final int READ_FRAMES = 8;
  private static final long CHUNKS_A_VOLUME = 300;

  private final AtomicLong next = new AtomicLong();
  private final byte[] content = new byte[SealedChunk.sealedLength(Limits.CHUNK_BYTES)];
  private Path folder = Path.of("");
  private @Nullable DiskStore store;

  @Setup
  public void open() throws IOException {
    new SplittableRandom(1).nextBytes(content);
    folder = Files.createTempDirectory("millrace-bench-");
    IdSource ids = new IdSource(Clock.system(), new java.security.SecureRandom());
    store =
        DiskStore.openOrCreate(
            folder.resolve("disk"),
            new NodeId(ids.timeOrdered()),
            StoreOptions.defaults(),
            ids,
            Clock.system());
    append(Limits.CHUNK_BYTES, 0);
  }

  @TearDown
  public void close() throws IOException {
    Objects.requireNonNull(store).close();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> inside = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inside) {
        Files.delete(file);
      }
    }
  }

  private ChunkId append(int plainBytes, long number) {
    ChunkId id = new ChunkId(1 + number / CHUNKS_A_VOLUME, number);
    Objects.requireNonNull(store)
        .append(
            new SealedChunk(
                id, plainBytes, Bytes.EMPTY, content, SealedChunk.sealedLength(plainBytes)));
    return id;
  }

  @Benchmark
  @Threads(32)
  public void appendSmall() {
    append(SMALL_BYTES, next.incrementAndGet());
  }

  @Benchmark
  @Threads(2)
  public void appendChunkAndDelete() {
    Objects.requireNonNull(store).delete(append(Limits.CHUNK_BYTES, next.incrementAndGet()));
  }

  /// Where one thread reads to.
  @State(Scope.Thread)
  public static class Target {
    private final byte[] bytes = new byte[READ_FRAMES * SealedChunk.SEALED_FRAME_BYTES];
  }

  @Benchmark
  public int readEightFrames(Target target) {
    return Objects.requireNonNull(store).read(new ChunkId(1, 0), 16, READ_FRAMES, target.bytes);
  }
}
