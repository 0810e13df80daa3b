package dev.millrace.system.crash;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/// When in a job's life its node is ended. The writer says `AT moment` as each begins; the end
/// comes a random time behind that.
enum JobMoment {
  /// It is handed in, and not yet known to be accepted.
  SUBMITTING(20_000),
  ACCEPTED(4_000),
  /// Its first pieces run.
  PROBE(15_000),
  /// Some of its pieces are finished.
  TASKS(60_000),
  /// A stage is finished, and another follows.
  BETWEEN(15_000),
  /// A further stage runs.
  STAGES(150_000),
  /// All is computed, and is put together, recorded and published.
  PUBLISHING(3_000),
  PUBLISHED(5_000),
  /// The same job once more, to be answered from what is recorded.
  REUSING(8_000),
  CANCELLING(40_000),
  /// A job that failed has begun again what failed of it.
  RETRYING(120_000),
  /// The node starts again, after one that was ended while tasks ran.
  RESUMING(2_500_000);

  private final int longestMicros;

  JobMoment(int longestMicros) {
    this.longestMicros = longestMicros;
  }

  /// How long behind its begin the end may come.
  int longestMicros() {
    return longestMicros;
  }

  /// Which jobs have it.
  List<JobShape> shapes() {
    EnumSet<JobShape> usual = EnumSet.complementOf(EnumSet.of(JobShape.FAILING));
    switch (this) {
      case BETWEEN, STAGES -> usual.retainAll(EnumSet.of(JobShape.SORT, JobShape.REDUCE));
      case REUSING -> usual.removeIf(JobShape::files);
      case TASKS, CANCELLING, RESUMING -> usual.remove(JobShape.SPLIT); // it has one piece
      case RETRYING -> usual = EnumSet.of(JobShape.FAILING);
      case SUBMITTING, ACCEPTED, PROBE, PUBLISHING, PUBLISHED -> {}
    }
    return List.copyOf(usual);
  }

  /// Whether a line says that it begins.
  boolean begins(String line) {
    return line.startsWith("AT " + name() + " ");
  }

  /// The moment that a line says.
  static JobMoment of(String line) {
    return Arrays.stream(values()).filter(moment -> moment.begins(line)).findFirst().orElseThrow();
  }
}
