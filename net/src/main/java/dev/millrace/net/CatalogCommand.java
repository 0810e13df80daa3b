package dev.millrace.net;

import dev.millrace.base.Check;
import dev.millrace.base.Id128;
import dev.millrace.base.Limits;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.model.WrappedKey;
import java.util.List;
import java.util.Optional;

/// A change to the catalog. All identifiers and random values are in the command; the leader adds
/// the time. Executed whole or not at all.
///
/// @param <R> what it returns
public sealed interface CatalogCommand<R> {
  /// Marks a command or query that returns nothing.
  enum Done {
    DONE
  }

  /// Makes a bucket. BUCKET_EXISTS when there is one of that name.
  record CreateBucket(BucketName name, StoragePolicy policy) implements CatalogCommand<Bucket> {}

  /// Removes an empty bucket. NO_SUCH_BUCKET; BUCKET_NOT_EMPTY while any version, delete marker or
  /// upload is in it.
  record DeleteBucket(BucketName name) implements CatalogCommand<Done> {}

  /// Makes a version visible as its key's current one, and counts its chunks. Executing the same
  /// command again (same version id) returns the version that is there. NO_SUCH_BUCKET;
  /// PRECONDITION_FAILED.
  record CommitVersion(
      BucketName bucket, ObjectKey key, VersionId id, Stored stored, Precondition precondition)
      implements CatalogCommand<StoredVersion> {}

  /// What must hold of the key's current version for a commit.
  sealed interface Precondition {
    record None() implements Precondition {}

    /// There is none, or it is a delete marker.
    record Absent() implements Precondition {}

    /// It has this etag.
    record Matches(String etag) implements Precondition {}
  }

  /// Adds a delete marker. NO_SUCH_BUCKET. A key that never existed gets one too, as in S3.
  record AddDeleteMarker(BucketName bucket, ObjectKey key, VersionId id)
      implements CatalogCommand<DeleteMarker> {}

  /// Removes one version or delete marker for good; chunks that no version names any more become
  /// garbage. NO_SUCH_BUCKET, NO_SUCH_VERSION.
  record DestroyVersion(BucketName bucket, ObjectKey key, VersionId id)
      implements CatalogCommand<ObjectVersion> {}

  /// Makes a version with the bytes of another, by reference. NO_SUCH_BUCKET, NO_SUCH_KEY,
  /// NO_SUCH_VERSION (also when the source is a delete marker).
  record CopyVersion(ObjectRef source, BucketName bucket, ObjectKey key, VersionId id)
      implements CatalogCommand<StoredVersion> {}

  /// Adds an open volume to the map.
  record CreateVolume(StoragePolicy policy, List<NodeId> members)
      implements CatalogCommand<Volume> {}

  /// Takes no more writes for a volume.
  record SealVolume(VolumeId id) implements CatalogCommand<Done> {}

  /// Removes chunks from the garbage list after their bytes were freed. At most 1,000.
  record ForgetChunks(List<ChunkId> chunks) implements CatalogCommand<Done> {
    public ForgetChunks {
      chunks = List.copyOf(chunks);
      Check.that(chunks.size() <= Limits.PAGE_ENTRIES, "%d chunks", chunks.size());
    }
  }

  /// Replaces wrapped keys after a rotation of the master key. A row whose key is no longer
  /// `expected` is passed over. At most 1,000 rows. Returns how many were replaced.
  record RewrapKeys(List<Rewrap> rows) implements CatalogCommand<Integer> {
    public RewrapKeys {
      rows = List.copyOf(rows);
      Check.that(rows.size() <= Limits.PAGE_ENTRIES, "%d rows", rows.size());
    }
  }

  record Rewrap(ObjectRef version, WrappedKey expected, WrappedKey replacement) {}

  /// Accepts a job. NO_SUCH_BUCKET, NO_SUCH_VERSION when an input or the output's bucket isn't
  /// there. Counts the inputs' chunks until the job ends, so that they stay readable. When the
  /// answer to take over from is gone, the job is accepted all the same, and its provenance says
  /// that nothing was taken over.
  record AcceptJob(
      JobId id,
      JobSpec spec,
      WrappedKey sessionKey,
      Optional<Provenance> provenance,
      Optional<TakeOver> takeOver)
      implements CatalogCommand<Job> {
    /// A job that takes nothing over.
    public AcceptJob(
        JobId id, JobSpec spec, WrappedKey sessionKey, Optional<Provenance> provenance) {
      this(id, spec, sessionKey, provenance, Optional.empty());
    }

    /// A job of whose provenance nothing is said.
    public AcceptJob(JobId id, JobSpec spec, WrappedKey sessionKey) {
      this(id, spec, sessionKey, Optional.empty());
    }
  }

  /// Tasks that need not be run, since an earlier job has their results.
  ///
  /// @param answer a version whose chunks the results name, and whose data key is the session key
  /// @param results as if the new job's tasks had left them
  record TakeOver(ObjectRef answer, List<TaskResult> results) {
    public TakeOver {
      results = List.copyOf(results);
    }
  }

  /// Makes a job of the answer that is recorded under a key: the job has SUCCEEDED at once, its
  /// answer is a new version with the same bytes, by reference, or a new version of each file.
  /// Nothing happens when no answer is recorded, or a version of it was destroyed. Executing it
  /// again returns the job. NO_SUCH_BUCKET; INVALID_KEY for a file whose key would be too long.
  ///
  /// @param id of the new job
  /// @param versionId of its answer
  /// @param key of its answer; what the keys of files begin with, without the `/` behind it
  record ReuseResult(Sha256 result, JobId id, VersionId versionId, BucketName bucket, ObjectKey key)
      implements CatalogCommand<Optional<Job>> {
    /// Where the number of a file is mixed into the random half of the answer's id.
    private static final int FILE_SHIFT = 32;

    /// The version of a file of the answer, from 0: others than that of the answer, which no object
    /// has then.
    public VersionId versionOfFile(int index) {
      Id128 id = versionId.value();
      return new VersionId(new Id128(id.high(), id.low() ^ (index + 1L) << FILE_SHIFT));
    }
  }

  /// Records finished tasks, so that another balancer can go on, and counts their chunks. A task
  /// that is already there is not replaced; its chunks become garbage. NO_SUCH_JOB.
  record RecordTasks(JobId id, List<TaskResult> results) implements CatalogCommand<Done> {
    public RecordTasks {
      results = List.copyOf(results);
    }
  }

  /// Publishes a job's answer as a version and ends the job as SUCCEEDED, in one step; its task
  /// results are dropped, chunks of theirs that the answer does not name become garbage.
  /// NO_SUCH_JOB, CANCELLED when it has ended otherwise. Executing it again returns the version. A
  /// job that was accepted with a result's key has its answer recorded under it, for [ReuseResult].
  ///
  /// @param nodes those that computed the answer
  /// @param parts what later jobs may take over; the newest few of each kin are kept
  record PublishJob(
      JobId id, VersionId versionId, Stored stored, List<NodeId> nodes, Optional<AnswerParts> parts)
      implements CatalogCommand<StoredVersion> {
    /// Jobs of one kin whose parts are kept.
    public static final int KEPT_KIN = 4;

    public PublishJob {
      nodes = List.copyOf(nodes);
    }

    /// An answer of which nobody knows who computed it.
    public PublishJob(JobId id, VersionId versionId, Stored stored) {
      this(id, versionId, stored, List.of(), Optional.empty());
    }
  }

  /// Publishes a job's answer as versions of several keys and ends the job as SUCCEEDED, in one
  /// step; otherwise as [PublishJob]. An answer without a file is not recorded. Executing it again
  /// returns the job.
  ///
  /// @param nodes those that wrote the files
  record PublishFiles(JobId id, List<PublishedFile> files, List<NodeId> nodes)
      implements CatalogCommand<Job> {
    /// Files of one job: with names of usual length they are a quarter of the largest log entry.
    public static final int FILES = 20_000;

    public PublishFiles {
      files = List.copyOf(files);
      nodes = List.copyOf(nodes);
      Check.that(files.size() <= FILES, "%d files", files.size());
      long versions = files.stream().map(PublishedFile::versionId).distinct().count();
      long keys = files.stream().map(PublishedFile::key).distinct().count();
      Check.that(
          versions == files.size() && keys == files.size(),
          "%d files with %d keys and %d versions",
          files.size(),
          keys,
          versions);
    }

    /// Files of which nobody knows who wrote them.
    public PublishFiles(JobId id, List<PublishedFile> files) {
      this(id, files, List.of());
    }
  }

  record PublishedFile(ObjectKey key, VersionId versionId, Stored stored) {}

  /// Ends a job that will not be published; what it wrote becomes garbage, unless it is kept. Does
  /// nothing when it has ended already, but that a CANCELLED lets go of what a failed job keeps.
  ///
  /// @param state FAILED or CANCELLED
  /// @param failures of its tasks, at most [Job#FAILURES]
  /// @param keepTasks whether its finished tasks and its inputs are kept for [RetryJob], until it
  ///   is forgotten
  record EndJob(
      JobId id, JobState state, String failure, List<TaskFailure> failures, boolean keepTasks)
      implements CatalogCommand<Job> {
    public EndJob {
      failures = List.copyOf(failures);
      Check.that(failures.size() <= Job.FAILURES, "%d failures", failures.size());
    }

    public EndJob(JobId id, JobState state, String failure) {
      this(id, state, failure, List.of(), false);
    }
  }

  /// Sets a failed job that kept its tasks to RUNNING again. NO_SUCH_JOB; PRECONDITION_FAILED when
  /// it has not failed, or kept nothing.
  record RetryJob(JobId id) implements CatalogCommand<Job> {}

  /// Forgets an ended job's record, and that its answer can be found again. NO_SUCH_JOB,
  /// PRECONDITION_FAILED while it has not ended, or while a version or job goes back to it
  /// ([CatalogQuery.JobsInUse]).
  record ForgetJob(JobId id) implements CatalogCommand<Done> {}

  /// Puts a version back whose record was lost: as [CommitVersion] without a precondition, with the
  /// time of its making given. Within a key it becomes the newest, so import the oldest first.
  /// NO_SUCH_BUCKET.
  record ImportVersion(
      BucketName bucket, ObjectKey key, VersionId id, long createdMillis, Stored stored)
      implements CatalogCommand<StoredVersion> {}

  /// A change of nothing: makes the log move.
  record Touch(Optional<String> reason) implements CatalogCommand<Done> {}
}
