package dev.millrace.net;

import dev.millrace.base.Id128;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskResult;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A question to the catalog.
///
/// @param <R> the answer
public sealed interface CatalogQuery<R> {
  /// NO_SUCH_BUCKET.
  record GetBucket(BucketName name) implements CatalogQuery<Bucket> {}

  /// All buckets by name, those of Millrace itself too.
  record ListBuckets() implements CatalogQuery<List<Bucket>> {}

  /// A version, or the current one, which may be a delete marker. NO_SUCH_BUCKET, NO_SUCH_KEY,
  /// NO_SUCH_VERSION.
  record GetVersion(ObjectRef ref) implements CatalogQuery<ObjectVersion> {}

  /// NO_SUCH_BUCKET. Costs what it returns, not what is stored.
  record ListObjects(ListRequest request) implements CatalogQuery<ListPage> {}

  /// Whether what a listing shows under a prefix is still as it was at a mark. 'Changed' may also
  /// mean that nobody remembers. Costs what changed in the whole catalog since. NO_SUCH_BUCKET.
  ///
  /// @param since absent to get a first mark
  record Changes(BucketName bucket, String prefix, Optional<Mark> since)
      implements CatalogQuery<ChangeReport> {}

  /// A moment in the run of one process.
  ///
  /// @param changes how many there were before
  record Mark(Id128 run, long bucketId, long changes) {}

  /// Whether something changed.
  ///
  /// @param now what is listed after this was answered holds as long as nothing is changed since
  ///   this mark
  record ChangeReport(boolean unchanged, Mark now) {}

  /// NO_SUCH_VOLUME is `Optional.empty()`.
  record GetVolume(VolumeId id) implements CatalogQuery<Optional<Volume>> {}

  record ListVolumes() implements CatalogQuery<List<Volume>> {}

  /// Chunks whose bytes can be freed, in order of id.
  ///
  /// @param after begin behind this one
  record ListGarbage(Optional<ChunkId> after, int limit) implements CatalogQuery<List<ChunkId>> {}

  /// Which of these chunks the catalog knows: counted by a version or a job, or listed as garbage.
  record KnownChunks(List<ChunkId> chunks) implements CatalogQuery<Set<ChunkId>> {
    public KnownChunks {
      chunks = List.copyOf(chunks);
    }
  }

  /// NO_SUCH_JOB.
  record GetJob(JobId id) implements CatalogQuery<Job> {}

  /// All jobs, newest first, without their inputs.
  ///
  /// @param before begin behind this one
  record ListJobs(Optional<JobId> before, int limit) implements CatalogQuery<List<Job>> {}

  /// The recorded task results of a job that has not ended, by stage and task.
  record GetTasks(JobId id) implements CatalogQuery<List<TaskResult>> {}

  /// The answer that is recorded under a key; absent when there is none, or its version was
  /// destroyed. Does not look at the job's inputs, however many they are.
  record FindResult(Sha256 result) implements CatalogQuery<Optional<RecordedResult>> {}

  /// Published jobs of a kin from whose answers parts can be taken over, newest first.
  record FindKin(Sha256 kin) implements CatalogQuery<List<Kin>> {}

  /// A published job.
  ///
  /// @param answer which is there: the version that holds what its pieces wrote
  record Kin(Job job, StoredVersion answer, AnswerParts parts) {}

  /// Which of these jobs can't be forgotten: a version that they made is there (a copy too), or a
  /// job that was given their answer.
  record JobsInUse(List<JobId> jobs) implements CatalogQuery<Set<JobId>> {
    public JobsInUse {
      jobs = List.copyOf(jobs);
    }
  }

  /// Versions whose data key is wrapped by a master key older than `masterKeyNumber`, in order of
  /// bucket and key.
  ///
  /// @param after begin behind this version
  record VersionsToRewrap(int masterKeyNumber, Optional<ObjectRef> after, int limit)
      implements CatalogQuery<List<StoredVersion>> {}
}
