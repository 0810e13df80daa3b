package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The disk's own rate of durable writes: one thread appends a block and waits for `fdatasync`. The
/// figures of durable puts are told as multiples of this one, taken in the same run. The file lies
/// in the folder of the system property `java.io.tmpdir`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DiskSyncBenchmark {
  private static final long FILE_BYTES = 256L << 20;

  @Param({"4096", "65536"})
  public int blockBytes;

  private Path file = Path.of("");
  private ByteBuffer block = ByteBuffer.allocate(0);
  private @Nullable FileChannel channel;
  private long offset;

  @Setup
  public void open() throws IOException {
    file = Files.createTempFile("millrace-bench-", ".data");
    block = ByteBuffer.allocateDirect(blockBytes);
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  @TearDown
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    Files.deleteIfExists(file);
  }

  @Benchmark
  public long appendAndSync() throws IOException {
    FileChannel open = Objects.requireNonNull(channel);
    offset = offset + blockBytes > FILE_BYTES ? 0 : offset;
    offset += open.write(block.clear(), offset);
    open.force(false);
    return offset;
  }
}
