package dev.millrace.catalog.state;

import dev.millrace.model.AnswerParts;
import dev.millrace.model.Bucket;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskResult;
import dev.millrace.model.Volume;
import java.util.List;

/// What a command decided: a fact that [Replay] carries into the tables. Records hold everything
/// that replaying them needs but what the tables say.
sealed interface CatalogRecord {
  /// A new bucket, which took the next id.
  record BucketMade(Bucket bucket) implements CatalogRecord {}

  record BucketRemoved(Bucket bucket) implements CatalogRecord {}

  /// A version is its key's newest; its chunks are named once more.
  record VersionAdded(long bucketId, ObjectVersion version) implements CatalogRecord {}

  /// A version is gone, and its chunks are named once less.
  record VersionRemoved(long bucketId, ObjectVersion version) implements CatalogRecord {}

  /// A version's wrapped key was replaced; nothing else.
  record VersionRewrapped(long bucketId, StoredVersion version) implements CatalogRecord {}

  /// A new or changed row of the volume map.
  record VolumeSet(Volume volume) implements CatalogRecord {}

  record GarbageForgotten(ChunkId chunk) implements CatalogRecord {}

  /// Chunks that a writer gave up: garbage, unless something names them.
  record ChunksOffered(List<ChunkId> chunks) implements CatalogRecord {}

  /// A new or changed job.
  record JobSet(Job job) implements CatalogRecord {}

  /// An ended job's record goes, and what leads to it.
  record JobForgotten(Job job) implements CatalogRecord {}

  /// Parts of a job's answer can be taken over; of its kin only the newest few from now on.
  record PartsKept(JobId id, AnswerParts parts) implements CatalogRecord {}

  /// A job's answer is found under this key from now on.
  record ResultRecorded(Sha256 key, RecordedResult result) implements CatalogRecord {}

  /// Chunks of a job's input, named until the job ends.
  record InputHeld(JobId id, int input, List<ChunkId> chunks) implements CatalogRecord {}

  /// A task's result; its chunks are named once more.
  record TaskRecorded(JobId id, TaskResult result) implements CatalogRecord {}

  /// The job's task results and held inputs are dropped, and their chunks named once less.
  record JobReleased(JobId id) implements CatalogRecord {}
}
