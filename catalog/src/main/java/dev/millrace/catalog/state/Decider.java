package dev.millrace.catalog.state;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Done;
import dev.millrace.wire.catalog.ListingRow;
import java.util.List;
import java.util.Optional;

/// Decides a command: reads the tables, changes nothing, and yields records and a result, or
/// refuses. The same command on the same tables always gets the same answer. What belongs to jobs
/// is in [JobDecider].
final class Decider {
  private final Rows rows;
  private final long timeMillis;
  private final int format;
  private final List<CatalogRecord> records;

  /// @param timeMillis when the leader accepted the command
  /// @param format of the log entry with the command
  /// @param records what was decided is added here; of no use after a refusal
  Decider(CatalogView view, long timeMillis, int format, List<CatalogRecord> records) {
    this.rows = new Rows(view);
    this.timeMillis = timeMillis;
    this.format = format;
    this.records = records;
  }

  /// @throws MillraceException of kind USER when the command is refused; of any other kind when the
  ///   tables can't be read
  Object decide(CatalogCommand<?> command) {
    return switch (command) {
      case CatalogCommand.CreateBucket create -> createBucket(create);
      case CatalogCommand.DeleteBucket delete -> deleteBucket(delete);
      case CatalogCommand.CommitVersion commit -> commit(commit);
      case CatalogCommand.ImportVersion version ->
          addVersion(
              rows.requireBucket(version.bucket()),
              version.key(),
              version.id(),
              version.createdMillis(),
              version.stored());
      case CatalogCommand.AddDeleteMarker add -> addDeleteMarker(add);
      case CatalogCommand.DestroyVersion destroy -> destroy(destroy);
      case CatalogCommand.CopyVersion copy -> copy(copy);
      case CatalogCommand.CreateVolume create -> createVolume(create);
      case CatalogCommand.SealVolume seal -> sealVolume(seal);
      case CatalogCommand.ForgetChunks forget -> forgetChunks(forget);
      case CatalogCommand.RewrapKeys rewrap -> rewrap(rewrap);
      case CatalogCommand.AcceptJob accept -> jobs().accept(accept);
      case CatalogCommand.RecordTasks tasks -> jobs().recordTasks(tasks);
      case CatalogCommand.PublishJob publish -> jobs().publish(publish);
      case CatalogCommand.PublishFiles publish -> jobs().publish(publish);
      case CatalogCommand.EndJob end -> jobs().end(end);
      case CatalogCommand.ForgetJob forget -> jobs().forget(forget);
      case CatalogCommand.RetryJob retry -> jobs().retry(retry);
      case CatalogCommand.ReuseResult reuse -> jobs().reuse(reuse);
      case CatalogCommand.Touch touch -> Done.DONE;
    };
  }

  private JobDecider jobs() {
    return new JobDecider(this, rows, timeMillis, format, records);
  }

  private Bucket createBucket(CatalogCommand.CreateBucket create) {
    if (rows.bucket(create.name()).isPresent()) {
      throw new MillraceException(
          ErrorCode.BUCKET_EXISTS,
          "bucket '" + create.name() + "': it is there already: use it or take another name");
    }
    Bucket bucket =
        new Bucket(rows.last(Rows.Counter.BUCKET) + 1, create.name(), create.policy(), timeMillis);
    records.add(new CatalogRecord.BucketMade(bucket));
    return bucket;
  }

  private Done deleteBucket(CatalogCommand.DeleteBucket delete) {
    Bucket bucket = rows.requireBucket(delete.name());
    byte[] prefix = Keys.number(bucket.id());
    try (CatalogView.RowCursor versions = rows.view().rows(Table.VERSIONS)) {
      versions.seek(prefix);
      if (versions.valid() && Keys.startsWith(versions.key(), prefix)) {
        throw new MillraceException(
            ErrorCode.BUCKET_NOT_EMPTY,
            "bucket '"
                + delete.name()
                + "': it is not empty: remove its versions and delete markers first ('millrace ls"
                + " --versions' shows them)");
      }
    }
    records.add(new CatalogRecord.BucketRemoved(bucket));
    return Done.DONE;
  }

  private StoredVersion commit(CatalogCommand.CommitVersion commit) {
    Bucket bucket = rows.requireBucket(commit.bucket());
    Optional<StoredVersion> there = storedBefore(bucket, commit.key(), commit.id());
    if (there.isPresent()) {
      return there.get();
    }
    checkPrecondition(bucket, commit.key(), commit.precondition());
    return newVersion(bucket, commit.key(), commit.id(), timeMillis, commit.stored());
  }

  private void checkPrecondition(
      Bucket bucket, ObjectKey key, CatalogCommand.Precondition precondition) {
    switch (precondition) {
      case CatalogCommand.Precondition.None none -> {}
      case CatalogCommand.Precondition.Absent absent -> {
        if (current(bucket, key).isPresent()) {
          throw new MillraceException(
              ErrorCode.PRECONDITION_FAILED,
              bucket.name() + "/" + key + ": it is there already: nothing was changed");
        }
      }
      case CatalogCommand.Precondition.Matches matches -> {
        String etag = current(bucket, key).map(ListingRow::etag).orElse("none");
        if (!etag.equals(matches.etag())) {
          throw new MillraceException(
              ErrorCode.PRECONDITION_FAILED,
              bucket.name()
                  + "/"
                  + key
                  + ": its etag is "
                  + etag
                  + ", not "
                  + matches.etag()
                  + ": nothing was changed; look at it again");
        }
      }
    }
  }

  private Optional<ListingRow> current(Bucket bucket, ObjectKey key) {
    return rows.current(bucket.id(), key.utf8()).filter(row -> !row.deleteMarker());
  }

  /// A new version of a key, or the one that already has this id.
  StoredVersion addVersion(
      Bucket bucket, ObjectKey key, VersionId id, long createdMillis, Stored stored) {
    return storedBefore(bucket, key, id)
        .orElseGet(() -> newVersion(bucket, key, id, createdMillis, stored));
  }

  /// New versions of several keys, one behind the other in the order of versions; one that has its
  /// id already stays.
  void addVersions(Bucket bucket, List<CatalogCommand.PublishedFile> files) {
    long sequence = nextSequence();
    for (CatalogCommand.PublishedFile file : files) {
      if (storedBefore(bucket, file.key(), file.versionId()).isEmpty()) {
        newVersion(bucket, file.key(), file.versionId(), sequence++, timeMillis, file.stored());
      }
    }
  }

  /// The version that has this id already.
  private Optional<StoredVersion> storedBefore(Bucket bucket, ObjectKey key, VersionId id) {
    Optional<ObjectVersion> there = executedBefore(bucket, key, id);
    if (there.isPresent() && !(there.get() instanceof StoredVersion)) {
      throw idTaken(id, bucket.name(), key);
    }
    return there.map(StoredVersion.class::cast);
  }

  private StoredVersion newVersion(
      Bucket bucket, ObjectKey key, VersionId id, long createdMillis, Stored stored) {
    return newVersion(bucket, key, id, nextSequence(), createdMillis, stored);
  }

  private StoredVersion newVersion(
      Bucket bucket,
      ObjectKey key,
      VersionId id,
      long sequence,
      long createdMillis,
      Stored stored) {
    refuseGarbage(Replay.chunks(stored.content()));
    StoredVersion version =
        new StoredVersion(bucket.name(), key, id, sequence, createdMillis, stored);
    records.add(new CatalogRecord.VersionAdded(bucket.id(), version));
    return version;
  }

  private long nextSequence() {
    return rows.last(Rows.Counter.SEQUENCE) + 1;
  }

  /// The version that has this id already, when a command is executed again.
  private Optional<ObjectVersion> executedBefore(Bucket bucket, ObjectKey key, VersionId id) {
    Optional<Rows.Place> place = rows.place(id);
    if (place.isPresent() && !place.get().of(bucket.id(), key.utf8())) {
      throw idTaken(id, bucket.name(), key);
    }
    return place.map(at -> rows.version(bucket.name(), key, bucket.id(), at.sequence()));
  }

  private static MillraceException idTaken(VersionId id, BucketName bucket, ObjectKey key) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "version " + id + " for " + bucket + "/" + key + ": another has this id: make a new id");
  }

  /// Chunks on their way out can't be named again: their bytes may be freed already.
  void refuseGarbage(List<ChunkId> chunks) {
    for (ChunkId chunk : chunks) {
      if (rows.garbage(chunk)) {
        throw new MillraceException(
            ErrorCode.PRECONDITION_FAILED,
            "chunk " + chunk + ": it was given up and is being freed: write its bytes again");
      }
    }
  }

  private DeleteMarker addDeleteMarker(CatalogCommand.AddDeleteMarker add) {
    Bucket bucket = rows.requireBucket(add.bucket());
    Optional<ObjectVersion> there = executedBefore(bucket, add.key(), add.id());
    if (there.isPresent()) {
      if (there.get() instanceof DeleteMarker marker) {
        return marker;
      }
      throw idTaken(add.id(), add.bucket(), add.key());
    }
    DeleteMarker marker =
        new DeleteMarker(bucket.name(), add.key(), add.id(), nextSequence(), timeMillis);
    records.add(new CatalogRecord.VersionAdded(bucket.id(), marker));
    return marker;
  }

  private ObjectVersion destroy(CatalogCommand.DestroyVersion destroy) {
    Bucket bucket = rows.requireBucket(destroy.bucket());
    ObjectVersion version =
        rows.version(bucket, destroy.key(), destroy.id())
            .orElseThrow(
                () -> noSuchVersion(ObjectRefs.of(destroy.bucket(), destroy.key(), destroy.id())));
    records.add(new CatalogRecord.VersionRemoved(bucket.id(), version));
    return version;
  }

  static MillraceException noSuchVersion(ObjectRef ref) {
    return new MillraceException(
        ErrorCode.NO_SUCH_VERSION,
        ref + ": there is no such version: 'millrace versions' shows which there are");
  }

  static MillraceException noSuchKey(ObjectRef ref) {
    return new MillraceException(
        ErrorCode.NO_SUCH_KEY, ref + ": there is no such object: 'millrace ls' shows which are");
  }

  private StoredVersion copy(CatalogCommand.CopyVersion copy) {
    Bucket target = rows.requireBucket(copy.bucket());
    if (executedBefore(target, copy.key(), copy.id()).orElse(null)
        instanceof StoredVersion version) {
      return version;
    }
    StoredVersion source = source(copy.source());
    return addVersion(target, copy.key(), copy.id(), timeMillis, source.stored());
  }

  /// The version with bytes that `ref` names.
  ///
  /// @throws MillraceException NO_SUCH_BUCKET, NO_SUCH_KEY, NO_SUCH_VERSION
  StoredVersion source(ObjectRef ref) {
    ObjectVersion version = ObjectRefs.find(rows, ref);
    if (version instanceof StoredVersion stored) {
      return stored;
    }
    throw new MillraceException(
        ErrorCode.NO_SUCH_VERSION,
        ref + ": it is a delete marker and has no bytes: name an earlier version");
  }

  private Volume createVolume(CatalogCommand.CreateVolume create) {
    Volume volume =
        new Volume(
            new VolumeId(rows.last(Rows.Counter.VOLUME) + 1),
            create.policy(),
            create.members(),
            Volume.State.OPEN);
    records.add(new CatalogRecord.VolumeSet(volume));
    return volume;
  }

  private Done sealVolume(CatalogCommand.SealVolume seal) {
    Volume volume =
        rows.volume(seal.id())
            .orElseThrow(() ->
                new MillraceException(
                    ErrorCode.INVALID_ARGUMENT,
                    "volume " + seal.id() + ": there is none: list the volumes again"));
    if (volume.state() != Volume.State.SEALED) {
      records.add(
          new CatalogRecord.VolumeSet(
              new Volume(volume.id(), volume.policy(), volume.members(), Volume.State.SEALED)));
    }
    return Done.DONE;
  }

  private Done forgetChunks(CatalogCommand.ForgetChunks forget) {
    for (ChunkId chunk : forget.chunks()) {
      if (rows.garbage(chunk)) {
        records.add(new CatalogRecord.GarbageForgotten(chunk));
      }
    }
    return Done.DONE;
  }

  private Integer rewrap(CatalogCommand.RewrapKeys rewrap) {
    java.util.Set<VersionId> replaced = new java.util.HashSet<>();
    for (CatalogCommand.Rewrap row : rewrap.rows()) {
      Optional<Bucket> bucket = rows.bucket(row.version().bucket());
      Optional<VersionId> id = row.version().version();
      if (bucket.isEmpty() || id.isEmpty()) {
        continue;
      }
      if (rows.version(bucket.get(), row.version().key(), id.get()).orElse(null)
              instanceof StoredVersion version
          && version.stored().key().equals(row.expected())
          && replaced.add(id.get())) {
        records.add(
            new CatalogRecord.VersionRewrapped(
                bucket.get().id(), ObjectRefs.withKey(version, row.replacement())));
      }
    }
    return replaced.size();
  }
}
