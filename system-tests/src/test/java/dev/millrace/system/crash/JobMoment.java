package dev.millrace.system.crash;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// When in a job's life its node is ended. The writer says `AT moment` as each begins; the end
/// comes a random time behind that.
enum JobMoment {
  /// It is handed in, and not yet known to be accepted.
  SUBMITTING(20_000, usual()),
  ACCEPTED(4_000, usual()),
  /// Its first pieces run.
  PROBE(15_000, usual()),
  /// Some of its pieces are finished.
  TASKS(60_000, pieces()),
  /// A stage is finished, and another follows.
  BETWEEN(15_000, EnumSet.of(JobShape.SORT, JobShape.REDUCE)),
  /// A further stage runs.
  STAGES(150_000, EnumSet.of(JobShape.SORT, JobShape.REDUCE)),
  /// All is computed, and is put together, recorded and published.
  PUBLISHING(3_000, usual()),
  PUBLISHED(5_000, usual()),
  /// The same job once more, to be answered from what is recorded.
  REUSING(8_000, objects()),
  CANCELLING(40_000, pieces()),
  /// A job that failed has begun again what failed of it.
  RETRYING(120_000, EnumSet.of(JobShape.FAILING)),
  /// The node starts again, after one that was ended while tasks ran.
  RESUMING(2_500_000, pieces());

  private final int longestMicros;
  private final Set<JobShape> shapes;

  JobMoment(int longestMicros, Set<JobShape> shapes) {
    this.longestMicros = longestMicros;
    this.shapes = shapes;
  }

  private static Set<JobShape> usual() {
    return EnumSet.complementOf(EnumSet.of(JobShape.FAILING));
  }

  /// With several pieces.
  private static Set<JobShape> pieces() {
    EnumSet<JobShape> all = EnumSet.copyOf(usual());
    all.remove(JobShape.SPLIT);
    return all;
  }

  private static Set<JobShape> objects() {
    EnumSet<JobShape> all = EnumSet.allOf(JobShape.class);
    all.removeIf(shape -> shape.files() || shape == JobShape.FAILING);
    return all;
  }

  /// How long behind its begin the end may come.
  int longestMicros() {
    return longestMicros;
  }

  /// Which jobs have it.
  List<JobShape> shapes() {
    return List.copyOf(shapes);
  }

  /// Whether a line says that it begins.
  boolean begins(String line) {
    return line.startsWith("AT " + name() + " ");
  }

  /// The moment that a line says; SUBMITTING when it says none.
  static JobMoment of(String line) {
    return Arrays.stream(values()).filter(moment -> moment.begins(line)).findFirst().orElseThrow();
  }
}
