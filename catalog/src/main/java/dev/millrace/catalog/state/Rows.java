package dev.millrace.catalog.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.RecordedResult;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.wire.catalog.ListingRow;
import dev.millrace.wire.catalog.ProvenanceCodec;
import dev.millrace.wire.catalog.RowCodec;
import dev.millrace.wire.proto.VersionPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A view read as nouns.
final class Rows {
  /// Names of counters in [Table#META]: the value is the last number given.
  enum Counter {
    BUCKET,
    VOLUME,
    SEQUENCE;

    byte[] key() {
      return switch (this) {
        case BUCKET -> "counter.bucket".getBytes(UTF_8);
        case VOLUME -> "counter.volume".getBytes(UTF_8);
        case SEQUENCE -> "counter.sequence".getBytes(UTF_8);
      };
    }
  }

  /// Where a version is.
  ///
  /// @param key UTF-8
  record Place(long bucketId, Bytes key, long sequence) {
    boolean of(long bucket, byte[] utf8) {
      return bucketId == bucket && key.equals(Bytes.copyOf(utf8));
    }
  }

  private final CatalogView view;

  Rows(CatalogView view) {
    this.view = view;
  }

  CatalogView view() {
    return view;
  }

  Optional<Bucket> bucket(BucketName name) {
    return Optional.ofNullable(view.get(Table.BUCKETS, Keys.bucket(name))).map(RowCodec::bucket);
  }

  /// @throws MillraceException NO_SUCH_BUCKET
  Bucket requireBucket(BucketName name) {
    return bucket(name).orElseThrow(() -> noSuchBucket(name));
  }

  static MillraceException noSuchBucket(BucketName name) {
    return new MillraceException(
        ErrorCode.NO_SUCH_BUCKET,
        "bucket '" + name + "': there is none: make it with 'millrace mb " + name + "'");
  }

  long last(Counter counter) {
    byte[] value = view.get(Table.META, counter.key());
    return value == null ? 0 : Keys.number(value);
  }

  /// The current version or delete marker of a key.
  Optional<ListingRow> current(long bucketId, byte[] key) {
    byte[] objectKey = Keys.object(bucketId, key);
    byte[] row = view.get(Table.OBJECTS, objectKey);
    if (row == null) {
      row = view.get(Table.DELETED, objectKey);
    }
    return Optional.ofNullable(row).map(ListingRow::read);
  }

  Optional<Place> place(VersionId id) {
    byte[] row = view.get(Table.VERSION_IDS, Keys.id(id));
    if (row == null) {
      return Optional.empty();
    }
    try {
      VersionPlace place = VersionPlace.parseFrom(row);
      return Optional.of(
          new Place(
              place.getBucketId(),
              Bytes.copyOf(place.getKey().toByteArray()),
              place.getSequence()));
    } catch (InvalidProtocolBufferException e) {
      throw new MillraceException(
          ErrorCode.CORRUPT_CATALOG,
          "catalog: the place of version "
              + id
              + " can't be read: restore it with 'millrace catalog restore'",
          e);
    }
  }

  static byte[] write(Place place) {
    return VersionPlace.newBuilder()
        .setBucketId(place.bucketId())
        .setSequence(place.sequence())
        .setKey(ByteString.copyFrom(place.key().toArray()))
        .build()
        .toByteArray();
  }

  /// A version by its place; a place without a version is a bug.
  ObjectVersion version(BucketName bucket, ObjectKey key, long bucketId, long sequence) {
    byte[] row = view.get(Table.VERSIONS, Keys.version(bucketId, key.utf8(), sequence));
    Check.that(row != null, "no version %d of %s/%s", sequence, bucket, key);
    return RowCodec.version(bucket, key, Objects.requireNonNull(row));
  }

  /// The version with this id, if the key of this bucket has it.
  Optional<ObjectVersion> version(Bucket bucket, ObjectKey key, VersionId id) {
    byte[] utf8 = key.utf8();
    return place(id)
        .filter(place -> place.of(bucket.id(), utf8))
        .map(place -> version(bucket.name(), key, bucket.id(), place.sequence()));
  }

  long count(ChunkId chunk) {
    byte[] row = view.get(Table.CHUNKS, Keys.chunk(chunk));
    return row == null ? 0 : Keys.number(row);
  }

  boolean garbage(ChunkId chunk) {
    return view.get(Table.GARBAGE, Keys.chunk(chunk)) != null;
  }

  Optional<Volume> volume(VolumeId id) {
    return Optional.ofNullable(view.get(Table.VOLUMES, Keys.volume(id))).map(RowCodec::volume);
  }

  Optional<Job> job(JobId id) {
    return Optional.ofNullable(view.get(Table.JOBS, Keys.job(id))).map(RowCodec::job);
  }

  /// @throws MillraceException NO_SUCH_JOB
  Job requireJob(JobId id) {
    return job(id)
        .orElseThrow(() ->
            new MillraceException(
                ErrorCode.NO_SUCH_JOB,
                "job " + id + ": there is none: 'millrace jobs' shows which there are"));
  }

  /// The answer recorded under a key, whether its version is still there or not.
  Optional<RecordedResult> result(Sha256 key) {
    byte[] row = view.get(Table.RESULTS, key.value().toArray());
    return Optional.ofNullable(row).map(ProvenanceCodec::result);
  }

  /// The versions of an answer that is recorded; empty when one of them is gone.
  List<StoredVersion> versions(RecordedResult.Answer answer) {
    return switch (answer) {
      case RecordedResult.One one -> stored(one.version()).stream().toList();
      case RecordedResult.Many many -> {
        List<StoredVersion> files = new ArrayList<>(many.versions().size());
        for (VersionId id : many.versions()) {
          stored(id).ifPresent(files::add);
        }
        yield files.size() == many.versions().size() ? files : List.of();
      }
    };
  }

  /// The version with bytes that has this id. The name of its bucket is not known here: it has the
  /// catalog's.
  private Optional<StoredVersion> stored(VersionId id) {
    return place(id)
        .map(place ->
            version(
                BucketName.CATALOG,
                new ObjectKey(new String(place.key().toArray(), UTF_8)),
                place.bucketId(),
                place.sequence()))
        .filter(StoredVersion.class::isInstance)
        .map(StoredVersion.class::cast);
  }

  /// The version with bytes that `ref` names exactly.
  Optional<StoredVersion> stored(ObjectRef ref) {
    return bucket(ref.bucket())
        .flatMap(bucket -> ref.version().flatMap(id -> version(bucket, ref.key(), id)))
        .filter(StoredVersion.class::isInstance)
        .map(StoredVersion.class::cast);
  }

  Optional<AnswerParts> parts(JobId id) {
    return Optional.ofNullable(view.get(Table.PARTS, Keys.job(id))).map(ProvenanceCodec::parts);
  }

  /// The jobs of a kin whose parts are kept, newest first.
  List<JobId> kin(Sha256 kin) {
    List<JobId> jobs = new ArrayList<>();
    byte[] prefix = kin.value().toArray();
    try (CatalogView.RowCursor rows = view.rows(Table.KIN)) {
      for (rows.seek(prefix); rows.valid() && Keys.startsWith(rows.key(), prefix); rows.next()) {
        jobs.add(Keys.jobOfKin(rows.key()));
      }
    }
    return jobs;
  }

  /// Whether a version that the job made, or a job that was given its answer, is there.
  boolean inUse(JobId id) {
    byte[] prefix = Keys.job(id);
    try (CatalogView.RowCursor rows = view.rows(Table.DESCENDANTS)) {
      rows.seek(prefix);
      return rows.valid() && Keys.startsWith(rows.key(), prefix);
    }
  }

  boolean hasTask(JobId id, TaskId task) {
    return view.get(Table.TASKS, Keys.task(id, task)) != null;
  }

  boolean hasTasks(JobId id) {
    byte[] prefix = Keys.job(id);
    try (CatalogView.RowCursor rows = view.rows(Table.TASKS)) {
      rows.seek(prefix);
      return rows.valid() && Keys.startsWith(rows.key(), prefix);
    }
  }

  List<TaskResult> tasks(JobId id) {
    List<TaskResult> tasks = new ArrayList<>();
    byte[] prefix = Keys.job(id);
    try (CatalogView.RowCursor rows = view.rows(Table.TASKS)) {
      for (rows.seek(prefix); rows.valid() && Keys.startsWith(rows.key(), prefix); rows.next()) {
        tasks.add(RowCodec.task(rows.value()));
      }
    }
    return tasks;
  }
}
