package dev.millrace.bench;

import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program;
import dev.millrace.node.EmbeddedNode;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A job of 100,000 tasks that do nothing, from its acceptance to its published answer.
///
/// Arguments: an empty folder, on the disk to measure.
public final class ManyTasks {
  private static final int TASKS = 100_000;
  private static final int COLD_ROUNDS = 1;
  private static final int ROUNDS = COLD_ROUNDS + 5;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final BucketName BUCKET = new BucketName("tasks");
  private static final ObjectKey INPUT = new ObjectKey("input");

  private ManyTasks() {}

  public static void main(String[] args) {
    Clock clock = Clock.system();
    double[] rates = new double[ROUNDS];
    try (Millrace millrace = EmbeddedNode.open(Path.of(args[0]).resolve("home"))) {
      Files files = millrace.files();
      files.createBucket(BUCKET, Optional.empty());
      files.put(
          Files.PutRequest.of(BUCKET, INPUT), new ByteArrayInputStream(new byte[] {'x', '\n'}));
      for (int round = 0; round < ROUNDS; round++) {
        long begin = clock.nanoTime();
        run(millrace.jobs());
        rates[round] = TASKS * 1e9 / (clock.nanoTime() - begin);
      }
    }
    double[] warm = Arrays.copyOfRange(rates, COLD_ROUNDS, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        Locale.ROOT,
        "tasks of a job of %d: %.0f/s (%.0f to %.0f, %d rounds)%n",
        TASKS,
        warm[warm.length / 2],
        warm[0],
        warm[warm.length - 1],
        warm.length);
  }

  private static void run(Jobs jobs) {
    JobProgress progress =
        jobs.submit(
            new Jobs.JobRequest(
                new Program.Instruction("nothing", List.of(Integer.toString(TASKS))),
                List.of(ObjectRef.current(BUCKET, INPUT)),
                List.of("input"),
                Optional.empty(),
                Optional.empty(),
                Jobs.JobRequest.Reuse.FRESH));
    while (!progress.job().state().ended()) {
      progress = jobs.await(progress.job().id(), progress.revision(), PATIENCE);
    }
    Check.that(progress.job().state() == JobState.SUCCEEDED, "job: %s", progress.job().failure());
  }
}
