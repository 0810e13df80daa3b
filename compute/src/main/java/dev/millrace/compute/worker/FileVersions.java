package dev.millrace.compute.worker;

import dev.millrace.base.Check;
import dev.millrace.base.Id128;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.JobId;
import dev.millrace.model.VersionId;

/// The version ids of files that are a job's answer.
///
/// The upper half is that of the job's id, with its time. The lower half is that of the job's id,
/// combined by exclusive or with the mixed number of the file:
///
/// ```
/// number: | attempt 20 bits | task 24 | index in the task 20 |      mixed: SplitMix64's finaliser
/// ```
///
/// Numbers of one job differ, none is 0, and the finaliser is a bijection that keeps 0: so no two
/// files of a job have the same id, and none has the job's. Files of different jobs differ by the
/// 80 random bits of the jobs' ids, as any two versions do. The attempt is a part of it because two
/// attempts of one task need not write the same files: chunks of both may be there when the catalog
/// is rebuilt from chunks, which takes those of one id for one version.
final class FileVersions {
  private static final int INDEX_BITS = 20;
  private static final int TASK_BITS = 24;
  private static final int ATTEMPT_BITS = 20;

  private FileVersions() {}

  /// @param task of the first stage, from 0
  /// @param index among the files of this attempt, from 0
  static VersionId of(JobId job, int task, Try attempt, int index) {
    Check.that(
        fits(task, TASK_BITS) && fits(attempt.number(), ATTEMPT_BITS) && fits(index, INDEX_BITS),
        "file %d of task %d, attempt %d",
        index,
        task,
        attempt.number());
    long number = ((long) attempt.number() << TASK_BITS | task) << INDEX_BITS | index;
    Check.that(number != 0, "attempts count from 1");
    Id128 id = job.value();
    return new VersionId(new Id128(id.high(), id.low() ^ mix(number)));
  }

  private static boolean fits(int value, int bits) {
    return value >= 0 && value < 1 << bits;
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
