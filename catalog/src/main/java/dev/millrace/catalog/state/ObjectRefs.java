package dev.millrace.catalog.state;

import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.catalog.ListingRow;
import java.util.Optional;

/// Finding versions by what names them.
final class ObjectRefs {
  private ObjectRefs() {}

  static ObjectRef of(BucketName bucket, ObjectKey key, VersionId version) {
    return new ObjectRef(bucket, key, Optional.of(version));
  }

  /// The version or delete marker that `ref` names, or the current one.
  ///
  /// @throws dev.millrace.base.MillraceException NO_SUCH_BUCKET, NO_SUCH_KEY, NO_SUCH_VERSION
  static ObjectVersion find(Rows rows, ObjectRef ref) {
    Bucket bucket = rows.requireBucket(ref.bucket());
    if (ref.version().isPresent()) {
      return rows.version(bucket, ref.key(), ref.version().get())
          .orElseThrow(() -> Decider.noSuchVersion(ref));
    }
    ListingRow current =
        rows.current(bucket.id(), ref.key().utf8()).orElseThrow(() -> Decider.noSuchKey(ref));
    return rows.version(ref.bucket(), ref.key(), bucket.id(), current.sequence());
  }

  /// The same bytes as the answer of another job.
  static Stored withProducer(Stored stored, JobId producer) {
    return new Stored(
        stored.sizeBytes(),
        stored.etag(),
        stored.content(),
        stored.key(),
        stored.metadata(),
        Optional.of(producer));
  }

  /// The same version with its data key wrapped otherwise.
  static StoredVersion withKey(StoredVersion version, WrappedKey key) {
    Stored stored = version.stored();
    return new StoredVersion(
        version.bucket(),
        version.key(),
        version.id(),
        version.sequence(),
        version.createdMillis(),
        new Stored(
            stored.sizeBytes(),
            stored.etag(),
            stored.content(),
            key,
            stored.metadata(),
            stored.producer()));
  }
}
