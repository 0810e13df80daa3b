package dev.millrace.bench;

import dev.millrace.base.Clock;
import dev.millrace.client.Files;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Durable puts and gets of 4 KiB objects by 32 clients in the node's own process, beside the
/// disk's rate of append and `fdatasync`, in turn in one run.
///
/// Arguments: an empty folder, on the disk to measure.
public final class SmallObjects {
  private static final int CLIENTS = 32;
  private static final int OBJECT_BYTES = 4096;
  private static final int COLD_ROUNDS = 3;
  private static final int ROUNDS = COLD_ROUNDS + 7;
  private static final long ROUND_NANOS = 4_000_000_000L;
  private static final BucketName BUCKET = new BucketName("small");

  private SmallObjects() {}

  /// One operation of one client.
  private interface Operation {
    void run(int client, long number);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    byte[] content = new byte[OBJECT_BYTES];
    new SplittableRandom(1).nextBytes(content);
    List<double[]> rounds = new ArrayList<>();
    try (Millrace millrace = EmbeddedNode.open(folder.resolve("home"))) {
      Files files = millrace.files();
      files.createBucket(BUCKET, Optional.empty());
      AtomicLong keys = new AtomicLong();
      for (int round = 0; round < ROUNDS; round++) {
        double syncs = syncsPerSecond(folder.resolve("syncs"));
        Load puts =
            load((client, _) ->
                files.put(
                    Files.PutRequest.of(BUCKET, key(keys.getAndIncrement())),
                    new ByteArrayInputStream(content)));
        long stored = keys.get();
        Load gets =
            load((client, number) ->
                files.get(
                    ObjectRef.current(BUCKET, key((number * CLIENTS + client) * 7919 % stored)),
                    ByteRange.whole(),
                    OutputStream.nullOutputStream()));
        rounds.add(
            new double[] {
              syncs,
              puts.perSecond(),
              gets.perSecond(),
              puts.perSecond() / syncs,
              puts.processorMicros(),
              gets.processorMicros()
            });
      }
    }
    rounds.subList(0, COLD_ROUNDS).clear(); // the JVM was cold
    System.out.printf(
        Locale.ROOT,
        "fdatasync %.0f/s  put %.0f/s of %.0f µs  get %.0f/s of %.0f µs  put/fdatasync %.1f"
            + " (medians of %d rounds; µs of processors, clients included)%n",
        median(rounds, 0),
        median(rounds, 1),
        median(rounds, 4),
        median(rounds, 2),
        median(rounds, 5),
        median(rounds, 3),
        rounds.size());
  }

  private static ObjectKey key(long number) {
    return new ObjectKey("k" + number);
  }

  private static double syncsPerSecond(Path file) throws IOException {
    Clock clock = Clock.system();
    ByteBuffer block = ByteBuffer.allocateDirect(OBJECT_BYTES);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      long begin = clock.nanoTime();
      long count = 0;
      while (clock.nanoTime() - begin < ROUND_NANOS) {
        channel.write(block.clear());
        channel.force(false);
        count++;
      }
      return count * 1e9 / (clock.nanoTime() - begin);
    }
  }

  /// @param processorMicros of the whole process for each operation
  private record Load(double perSecond, double processorMicros) {}

  private static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static Load load(Operation operation) throws InterruptedException {
    Clock clock = Clock.system();
    AtomicLong count = new AtomicLong();
    long processors = processorNanos();
    long begin = clock.nanoTime();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                long number = 0;
                while (clock.nanoTime() - begin < ROUND_NANOS) {
                  operation.run(client, number++);
                }
                count.addAndGet(number);
              }));
    }
    for (Thread client : clients) {
      client.join();
    }
    return new Load(
        count.get() * 1e9 / (clock.nanoTime() - begin),
        (processorNanos() - processors) / 1e3 / count.get());
  }

  private static double median(List<double[]> rounds, int column) {
    double[] values = rounds.stream().mapToDouble(round -> round[column]).toArray();
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
