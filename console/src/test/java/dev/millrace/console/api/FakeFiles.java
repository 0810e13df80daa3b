package dev.millrace.console.api;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Files;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Buckets in memory, versions newest first.
final class FakeFiles implements Files {
  private static final int EXTENT_BYTES = 1 << 20;

  private final Map<BucketName, Bucket> buckets = new TreeMap<>();
  private final Map<BucketName, Map<ObjectKey, List<ObjectVersion>>> objects = new TreeMap<>();
  private final Map<VersionId, byte[]> contents = new HashMap<>();
  private long sequence;

  /// Thrown by `put` before it reads, or once it has read that many bytes.
  volatile @Nullable MillraceException putFailure;

  volatile long putFailsAfter = -1;

  /// Thrown by `get` in place of the byte at this position.
  volatile @Nullable MillraceException getFailure;

  volatile long getFailsAt;

  /// The request that `put` got last.
  volatile @Nullable PutRequest lastPut;

  @Override
  public synchronized Bucket createBucket(BucketName name, Optional<StoragePolicy> policy) {
    Bucket bucket =
        new Bucket(
            buckets.size() + 1L, name, policy.orElse(new StoragePolicy.Replicated(1)), 1234567);
    if (buckets.putIfAbsent(name, bucket) != null) {
      throw failure(ErrorCode.BUCKET_EXISTS, "bucket " + name + ": is there already: use it");
    }
    objects.put(name, new TreeMap<>());
    return bucket;
  }

  @Override
  public synchronized void deleteBucket(BucketName name) {
    if (!keys(name).isEmpty()) {
      throw failure(ErrorCode.BUCKET_NOT_EMPTY, "bucket " + name + ": not empty: empty it");
    }
    buckets.remove(name);
    objects.remove(name);
  }

  @Override
  public synchronized List<Bucket> buckets() {
    return List.copyOf(buckets.values());
  }

  @Override
  public StoredVersion put(PutRequest request, InputStream body) {
    lastPut = request;
    MillraceException told = putFailure;
    if (told != null && putFailsAfter < 0) {
      throw told;
    }
    synchronized (this) {
      checkPrecondition(request);
    }
    byte[] bytes = readBody(request, body);
    MessageDigest digest = md5();
    Bytes md5 = Bytes.copyOf(digest.digest(bytes));
    if (request.expectedMd5().isPresent() && !request.expectedMd5().get().equals(md5)) {
      throw failure(ErrorCode.DIGEST_MISMATCH, "body: another MD5: send it again");
    }
    request.progress().accept(bytes.length);
    return commit(
        request.bucket(), request.key(), bytes, Text.hex(md5.toArray()), request.metadata());
  }

  private byte[] readBody(PutRequest request, InputStream body) {
    try {
      if (putFailure != null) {
        var _ = body.readNBytes((int) putFailsAfter);
        throw putFailure;
      }
      byte[] bytes = body.readAllBytes();
      if (request.expectedBytes().isPresent() && request.expectedBytes().get() != bytes.length) {
        throw failure(
            ErrorCode.INCOMPLETE_BODY,
            "body: " + bytes.length + " bytes, not " + request.expectedBytes().get() + ": again");
      }
      return bytes;
    } catch (IOException e) {
      throw new MillraceException(ErrorCode.IO_ERROR, "body: " + e.getMessage() + ": again", e);
    }
  }

  private void checkPrecondition(PutRequest request) {
    List<ObjectVersion> versions = keys(request.bucket()).getOrDefault(request.key(), List.of());
    StoredVersion current =
        !versions.isEmpty() && versions.getFirst() instanceof StoredVersion stored ? stored : null;
    boolean holds =
        switch (request.precondition()) {
          case Precondition.None _ -> true;
          case Precondition.Absent _ -> current == null;
          case Precondition.Matches matches ->
              current != null && current.etag().equals(matches.etag());
        };
    if (!holds) {
      throw failure(ErrorCode.PRECONDITION_FAILED, "key " + request.key() + ": changed: look");
    }
  }

  private synchronized StoredVersion commit(
      BucketName bucket, ObjectKey key, byte[] bytes, String etag, Map<String, String> metadata) {
    sequence++;
    VersionId id = new VersionId(new Id128(sequence, ~sequence));
    Content content;
    if (bytes.length <= 16) {
      content = new Content.Inline(new ChunkId(0, sequence), Bytes.copyOf(bytes));
    } else {
      List<Extent> extents = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += EXTENT_BYTES) {
        extents.add(new Extent(new ChunkId(3, at), Math.min(EXTENT_BYTES, bytes.length - at)));
      }
      content = new Content.Chunked(new Manifest(extents));
    }
    Stored stored =
        new Stored(
            bytes.length,
            etag,
            content,
            new WrappedKey(1, Bytes.copyOf(new byte[] {(byte) sequence, -1})),
            metadata,
            sequence % 2 == 0 ? Optional.of(new JobId(new Id128(1, 2))) : Optional.empty());
    StoredVersion version =
        new StoredVersion(bucket, key, id, sequence, 1_700_000_000_000L + sequence, stored);
    contents.put(id, bytes);
    keys(bucket).computeIfAbsent(key, _ -> new ArrayList<>()).addFirst(version);
    return version;
  }

  @Override
  public synchronized StoredVersion stat(ObjectRef ref) {
    List<ObjectVersion> versions = keys(ref.bucket()).getOrDefault(ref.key(), List.of());
    if (ref.version().isEmpty()) {
      if (!versions.isEmpty() && versions.getFirst() instanceof StoredVersion stored) {
        return stored;
      }
      throw failure(ErrorCode.NO_SUCH_KEY, "key " + ref + ": not there: see `millrace ls`");
    }
    for (ObjectVersion version : versions) {
      if (version.id().equals(ref.version().get()) && version instanceof StoredVersion stored) {
        return stored;
      }
    }
    throw failure(ErrorCode.NO_SUCH_VERSION, "version " + ref + ": not there: see versions");
  }

  @Override
  public StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink) {
    StoredVersion version = stat(ref);
    byte[] bytes;
    synchronized (this) {
      bytes = contents.getOrDefault(version.id(), new byte[0]);
    }
    ByteRange.Resolved resolved = range.resolve(bytes.length);
    MillraceException told = getFailure;
    long end = resolved.offset() + resolved.length();
    long safeEnd = told == null ? end : Math.max(resolved.offset(), Math.min(end, getFailsAt));
    try {
      sink.write(bytes, (int) resolved.offset(), (int) (safeEnd - resolved.offset()));
    } catch (IOException e) {
      throw new MillraceException(ErrorCode.IO_ERROR, "sink: " + e.getMessage() + ": mend it", e);
    }
    if (told != null && safeEnd < end) {
      throw told;
    }
    return version;
  }

  @Override
  public synchronized ListPage list(ListRequest request) {
    List<Listed> entries = new ArrayList<>();
    keys(request.bucket())
        .forEach((key, versions) -> {
          if (key.value().startsWith(request.prefix())
              && (request.after().isEmpty()
                  || key.compareTo(new ObjectKey(request.after().get().key())) > 0)
              && entries.size() < request.limit()) {
            ObjectVersion v = versions.getFirst();
            boolean marker = v instanceof DeleteMarker;
            entries.add(
                new Listed(
                    key,
                    v.id(),
                    true,
                    marker,
                    v instanceof StoredVersion s ? s.sizeBytes() : 0,
                    v instanceof StoredVersion s ? s.etag() : "",
                    v.createdMillis()));
          }
        });
    Optional<ListRequest.Cursor> next =
        entries.size() == request.limit()
            ? Optional.of(
                new ListRequest.Cursor(
                    entries.getLast().key().value(),
                    request.allVersions()
                        ? Optional.of(entries.getLast().version())
                        : Optional.empty()))
            : Optional.empty();
    List<String> prefixes =
        request.delimiter().isEmpty() ? List.of() : List.of("rolled" + request.delimiter());
    return new ListPage(entries, prefixes, next);
  }

  @Override
  public synchronized List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
    List<ObjectVersion> versions = keys(bucket).get(key);
    if (versions == null) {
      throw failure(ErrorCode.NO_SUCH_KEY, "key " + key + ": never was: see `millrace ls`");
    }
    return List.copyOf(versions);
  }

  @Override
  public synchronized DeleteMarker delete(BucketName bucket, ObjectKey key) {
    StoredVersion current = stat(ObjectRef.current(bucket, key));
    sequence++;
    VersionId id = new VersionId(new Id128(sequence, 1));
    DeleteMarker marker = new DeleteMarker(bucket, key, id, sequence, current.createdMillis() + 1);
    keys(bucket).getOrDefault(key, new ArrayList<>()).addFirst(marker);
    return marker;
  }

  @Override
  public synchronized void destroy(ObjectRef ref) {
    StoredVersion version = stat(ref);
    contents.remove(version.id());
    keys(ref.bucket()).getOrDefault(ref.key(), new ArrayList<>()).remove(version);
  }

  @Override
  public synchronized StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key) {
    StoredVersion from = stat(source);
    return commit(
        bucket,
        key,
        contents.getOrDefault(from.id(), new byte[0]),
        from.etag(),
        from.stored().metadata());
  }

  private Map<ObjectKey, List<ObjectVersion>> keys(BucketName bucket) {
    Map<ObjectKey, List<ObjectVersion>> keys = objects.get(bucket);
    if (keys == null) {
      throw failure(ErrorCode.NO_SUCH_BUCKET, "bucket " + bucket + ": not there: make it");
    }
    return keys;
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MillraceException failure(ErrorCode code, String message) {
    return new MillraceException(code, message);
  }
}
