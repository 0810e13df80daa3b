package dev.millrace.bench;

import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.IdSource;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.raft.RaftCatalog;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

/// The catalog alone: durable commits of versions of 4 KiB by 32 threads, and linearizable
/// look-ups. It lies in the folder of the system property `java.io.tmpdir`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CatalogBenchmark {
  private static final BucketName BUCKET = new BucketName("bench");
  private static final int KEYS = 10_000;
  private static final int SEALED_BYTES = 4112;
  private static final int WRAPPED_BYTES = 49;

  private final AtomicLong next = new AtomicLong();
  private final IdSource ids = new IdSource(Clock.system(), new java.security.SecureRandom());
  private Path folder = Path.of("");
  private @Nullable RaftCatalog catalog;

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("millrace-bench-");
    catalog =
        RaftCatalog.open(
            CatalogConfig.of(
                folder.resolve("catalog"), new NodeId(ids.timeOrdered()), Clock.system(), ids));
    catalog.execute(new CatalogCommand.CreateBucket(BUCKET, new StoragePolicy.Replicated(1)));
    for (int i = 0; i < KEYS; i++) {
      commit();
    }
  }

  @TearDown
  public void close() throws IOException {
    Objects.requireNonNull(catalog).close();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> inside = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inside) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  @Threads(32)
  public StoredVersion commit() {
    long number = next.getAndIncrement();
    Stored stored =
        new Stored(
            SEALED_BYTES - 16,
            "d41d8cd98f00b204e9800998ecf8427e",
            new Content.Inline(new ChunkId(0, number), Bytes.copyOf(new byte[SEALED_BYTES])),
            new WrappedKey(1, Bytes.copyOf(new byte[WRAPPED_BYTES])),
            Map.of(),
            Optional.empty());
    return Objects.requireNonNull(catalog)
        .execute(
            new CatalogCommand.CommitVersion(
                BUCKET,
                new ObjectKey("k" + number),
                new VersionId(ids.timeOrdered()),
                stored,
                new CatalogCommand.Precondition.None()));
  }

  @Benchmark
  @Threads(32)
  public ObjectVersion lookUp() {
    long number = next.getAndIncrement() * 7919 % KEYS;
    return Objects.requireNonNull(catalog)
        .query(new CatalogQuery.GetVersion(ObjectRef.current(BUCKET, new ObjectKey("k" + number))));
  }
}
