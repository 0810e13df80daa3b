package dev.millrace.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Ends a node at a chosen moment in the life of a job, opens its home again, and looks whether
/// every job and every answer is as it should be.
///
/// `-Dmillrace.crash.jobs=N` sets the number of kills; the small form, each moment once, is the
/// default. `-Dmillrace.seed=N` replays which job is ended at which moment and how long behind it;
/// what runs between is real concurrency and is not replayed.
@Timeout(value = 6, unit = TimeUnit.HOURS)
final class JobCrashTest {
  private static final List<JobMoment> MOMENTS = List.of(JobMoment.values());
  private static final int KILLS = Integer.getInteger("millrace.crash.jobs", MOMENTS.size());

  /// After so many rounds a new home begins: each round looks at all jobs of its home.
  private static final int ROUNDS_A_HOME = 8;

  private static final long SEED = Long.getLong("millrace.seed", 20261126L);
  private static final int MOST_OCCURRENCES = 3;
  private static final int PROCESS_SECONDS = 60;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final JobAnswers answers = new JobAnswers();
  private final Map<JobMoment, Integer> struck = new EnumMap<>(JobMoment.class);
  private final Map<String, Integer> found = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private JobLog log = new JobLog();
  private int looks;

  @TempDir Path temp;

  @Test
  void jobsOutliveKills() throws Exception {
    for (int round = 0; round < KILLS; round++) {
      if (round % ROUNDS_A_HOME == 0) {
        log = new JobLog();
      }
      Path home = temp.resolve("home-" + round / ROUNDS_A_HOME);
      JobMoment moment = MOMENTS.get(round % MOMENTS.size());
      List<JobShape> shapes = moment.shapes();
      JobShape shape = shapes.get(random.nextInt(shapes.size()));
      int before = faults.size();
      List<ProcessHandle> children = new ArrayList<>();
      if (moment == JobMoment.RESUMING) {
        children.addAll(runAndKill(home, round + "-before", shape, JobMoment.TASKS));
      }
      children.addAll(runAndKill(home, Integer.toString(round), shape, moment));
      Remains remains = Remains.of(home, children);
      look(home);
      faults.addAll(remains.faults());
      for (String fault : faults.subList(before, faults.size())) {
        System.out.println("round " + round + ", " + shape + " " + moment + ": " + fault);
      }
    }
    report();
  }

  private void look(Path home) throws IOException {
    JobCrashVerifier.Report report = JobCrashVerifier.verify(home, log, answers);
    looks += report.jobs();
    report.found().forEach((how, count) -> found.merge(how, count, Integer::sum));
    faults.addAll(report.faults());
  }

  private void report() {
    System.out.println(
        KILLS + " kills of jobs, " + looks + " looks at one, " + faults.size() + " faults");
    System.out.println("killed at: " + struck);
    System.out.println("found: " + found);
    assertThat(faults).as("seed %d", SEED).isEmpty();
  }

  /// Runs a writer until some time behind the moment.
  ///
  /// @return the processes that it had started
  private List<ProcessHandle> runAndKill(Path home, String name, JobShape shape, JobMoment moment)
      throws Exception {
    int occurrence = moment == JobMoment.RESUMING ? 1 : random.nextInt(1, MOST_OCCURRENCES + 1);
    long micros = random.nextInt(moment.longestMicros());
    Process writer =
        JavaProcess.start(
            JobCrashWriter.class,
            temp.resolve("errors"),
            List.of(
                home.toString(),
                name,
                shape.toString(),
                moment.toString(),
                Long.toString(random.nextLong())));
    List<ProcessHandle> children = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread striker =
        Thread.ofPlatform()
            .start(() -> {
              await(begun, writer, micros);
              writer.descendants().forEach(children::add);
              JavaProcess.kill(writer);
            });
    List<String> said = read(writer, moment, occurrence, begun);
    begun.countDown();
    striker.join();
    assertThat(writer.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(said.stream().filter(moment::begins))
        .as("%s of %s: %s", moment, shape, Files.readString(temp.resolve("errors")))
        .isNotEmpty();
    said.stream()
        .filter(line -> line.startsWith("AT "))
        .reduce((_, last) -> last)
        .ifPresent(last -> struck.merge(JobMoment.of(last), 1, Integer::sum));
    log.learn(said);
    return children;
  }

  private static void await(CountDownLatch begun, Process writer, long micros) {
    try {
      begun.await();
      // the writer does not end by itself: this is only a wait for the moment
      writer.waitFor(micros, TimeUnit.MICROSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> read(
      Process writer, JobMoment moment, int occurrence, CountDownLatch begun) throws IOException {
    List<String> said = new ArrayList<>();
    int occurred = 0;
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        said.add(line);
        occurred += moment.begins(line) ? 1 : 0;
        if (occurred == occurrence) {
          begun.countDown();
        }
      }
    }
    return said;
  }
}
