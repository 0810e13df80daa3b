package dev.millrace.client;

import dev.millrace.base.Bytes;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Buckets and the objects in them.
public interface Files {
  /// BUCKET_EXISTS, INVALID_BUCKET_NAME for a system bucket.
  ///
  /// @param policy absent for the default, which follows the failure domains at hand
  Bucket createBucket(BucketName name, Optional<StoragePolicy> policy);

  /// NO_SUCH_BUCKET, BUCKET_NOT_EMPTY.
  void deleteBucket(BucketName name);

  /// By name; those of Millrace itself are left out.
  List<Bucket> buckets();

  /// Stores all of `body` as the key's new current version. On return it is durable. When `body`
  /// fails or ends early nothing becomes visible. A [FileBody] may be read by the node itself.
  StoredVersion put(PutRequest request, InputStream body);

  /// What to put.
  ///
  /// @param expectedBytes the length of the body when it is known: another length is
  ///   INCOMPLETE_BODY
  /// @param expectedMd5 DIGEST_MISMATCH when the body has another
  /// @param progress told the bytes stored so far, from any thread
  record PutRequest(
      BucketName bucket,
      ObjectKey key,
      Map<String, String> metadata,
      Precondition precondition,
      Optional<Long> expectedBytes,
      Optional<Bytes> expectedMd5,
      LongConsumer progress) {
    public static PutRequest of(BucketName bucket, ObjectKey key) {
      return new PutRequest(
          bucket,
          key,
          Map.of(),
          new Precondition.None(),
          Optional.empty(),
          Optional.empty(),
          _ -> {});
    }
  }

  /// Looks up a version. NO_SUCH_KEY when the current one is a delete marker.
  StoredVersion stat(ObjectRef ref);

  /// Writes a part of an object to `sink`, which is not closed. Only verified bytes reach it; a
  /// failure may come after some of them. A [FileSink] may be written by the node itself.
  ///
  /// @return the version that was read
  StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink);

  ListPage list(ListRequest request);

  /// All versions of exactly one key, newest first. NO_SUCH_KEY when there is none.
  List<ObjectVersion> versions(BucketName bucket, ObjectKey key);

  /// Adds a delete marker. NO_SUCH_KEY when the key is not there or deleted already.
  DeleteMarker delete(BucketName bucket, ObjectKey key);

  /// Removes one version for good; `ref` names it.
  void destroy(ObjectRef ref);

  /// Makes a new version with the bytes of `source`, by reference. Copying an older version onto
  /// its own key restores it.
  StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key);
}
