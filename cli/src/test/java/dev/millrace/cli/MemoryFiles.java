package dev.millrace.cli;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.local.KeyOrder;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Buckets in memory, with versions. Thread-safe.
final class MemoryFiles implements Files {
  static final long CREATED_MILLIS = 1_795_250_000_000L;
  private static final int BLOCK_BYTES = 4096;

  private final Map<BucketName, Bucket> buckets = new TreeMap<>();
  private final Map<BucketName, SortedMap<String, List<ObjectVersion>>> objects = new HashMap<>();
  private final Map<VersionId, byte[]> contents = new HashMap<>();
  private long sequence;

  /// Called with the key when the first block of a body was read.
  volatile Consumer<String> whileStoring = _ -> {};

  /// Puts that reached the store.
  final AtomicInteger puts = new AtomicInteger();

  /// Pages given; a listing must not stat keys one by one.
  final AtomicInteger pages = new AtomicInteger();

  /// A failure that every put meets.
  volatile Optional<MillraceException> broken = Optional.empty();

  int pageLimit = Limits.PAGE_ENTRIES;

  MemoryFiles() {
    add(BucketName.INPUTS, new StoragePolicy.Replicated(1));
    add(BucketName.RESULTS, new StoragePolicy.Replicated(1));
    add(BucketName.LOGS, new StoragePolicy.Replicated(1));
  }

  private Bucket add(BucketName name, StoragePolicy policy) {
    Bucket bucket = new Bucket(buckets.size() + 1, name, policy, CREATED_MILLIS);
    buckets.put(name, bucket);
    objects.put(name, new TreeMap<>(KeyOrder::compare));
    return bucket;
  }

  @Override
  public synchronized Bucket createBucket(BucketName name, Optional<StoragePolicy> policy) {
    if (name.system()) {
      throw error(ErrorCode.INVALID_BUCKET_NAME, name + ": belongs to Millrace: choose another");
    }
    if (buckets.containsKey(name)) {
      throw error(ErrorCode.BUCKET_EXISTS, "bucket " + name + ": it exists: choose another name");
    }
    return add(name, policy.orElse(new StoragePolicy.Replicated(1)));
  }

  @Override
  public synchronized void deleteBucket(BucketName name) {
    if (!bucket(name).isEmpty()) {
      throw error(ErrorCode.BUCKET_NOT_EMPTY, "bucket " + name + ": it is not empty: empty it");
    }
    buckets.remove(name);
    objects.remove(name);
  }

  @Override
  public synchronized List<Bucket> buckets() {
    return buckets.values().stream().filter(bucket -> !bucket.name().system()).toList();
  }

  synchronized SortedMap<String, List<ObjectVersion>> bucket(BucketName name) {
    SortedMap<String, List<ObjectVersion>> found = objects.get(name);
    if (found == null) {
      throw error(ErrorCode.NO_SUCH_BUCKET, "bucket " + name + ": there is none: make it first");
    }
    return found;
  }

  @Override
  public StoredVersion put(PutRequest request, InputStream body) {
    bucket(request.bucket());
    puts.incrementAndGet();
    if (broken.isPresent()) {
      throw broken.get();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] block = new byte[BLOCK_BYTES];
    try {
      for (int count = body.read(block); count >= 0; count = body.read(block)) {
        boolean first = bytes.size() == 0;
        bytes.write(block, 0, count);
        if (first) {
          whileStoring.accept(request.key().value());
        }
        request.progress().accept(bytes.size());
      }
    } catch (IOException e) {
      throw new MillraceException(ErrorCode.IO_ERROR, "body: it failed: send it again", e);
    }
    if (request.expectedBytes().isPresent() && request.expectedBytes().get() != bytes.size()) {
      throw error(ErrorCode.INCOMPLETE_BODY, "body: " + bytes.size() + " bytes: send all");
    }
    return commit(request.bucket(), request.key(), bytes.toByteArray(), Optional.empty());
  }

  synchronized StoredVersion commit(
      BucketName bucket, ObjectKey key, byte[] content, Optional<JobId> producer) {
    List<Extent> extents = new ArrayList<>();
    for (int at = 0; at < content.length; at += Limits.CHUNK_BYTES) {
      int length = Math.min(Limits.CHUNK_BYTES, content.length - at);
      extents.add(new Extent(new ChunkId(1, at + 1L), length));
    }
    sequence++;
    VersionId id = new VersionId(new Id128(0, sequence));
    String etag = Text.hex(FileDigest.digest("MD5").digest(content));
    Stored stored =
        new Stored(
            content.length,
            etag,
            new Content.Chunked(new Manifest(extents)),
            new WrappedKey(1, Bytes.EMPTY),
            Map.of(),
            producer);
    StoredVersion version =
        new StoredVersion(bucket, key, id, sequence, CREATED_MILLIS + sequence, stored);
    contents.put(id, content);
    bucket(bucket).computeIfAbsent(key.value(), _ -> new ArrayList<>()).addFirst(version);
    return version;
  }

  @Override
  public synchronized StoredVersion stat(ObjectRef ref) {
    List<ObjectVersion> versions = bucket(ref.bucket()).getOrDefault(ref.key().value(), List.of());
    if (ref.version().isPresent()) {
      return versions.stream()
          .filter(version -> version.id().equals(ref.version().get()))
          .filter(StoredVersion.class::isInstance)
          .map(StoredVersion.class::cast)
          .findFirst()
          .orElseThrow(
              () -> error(ErrorCode.NO_SUCH_VERSION, ref + ": no such version: list versions"));
    }
    if (!versions.isEmpty() && versions.getFirst() instanceof StoredVersion version) {
      return version;
    }
    throw error(ErrorCode.NO_SUCH_KEY, ref + ": there is no such object: check the key");
  }

  synchronized byte[] content(ObjectRef ref) {
    return contents.getOrDefault(stat(ref).id(), new byte[0]);
  }

  @Override
  public StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink) {
    StoredVersion version = stat(ref);
    byte[] content = content(ObjectRef.of(version));
    ByteRange.Resolved part = range.resolve(content.length);
    try {
      int end = (int) (part.offset() + part.length());
      for (int at = (int) part.offset(); at < end; at += BLOCK_BYTES) {
        sink.write(content, at, Math.min(BLOCK_BYTES, end - at));
      }
    } catch (IOException e) {
      throw new MillraceException(ErrorCode.IO_ERROR, "output: it failed: try again", e);
    }
    return version;
  }

  @Override
  public synchronized ListPage list(ListRequest request) {
    pages.incrementAndGet();
    List<Listed> entries = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    String last = "";
    Optional<VersionId> lastVersion = Optional.empty();
    int limit = Math.min(request.limit(), pageLimit);
    for (Listed listed : matching(request)) {
      String name = listed.key().value();
      int cut =
          request.delimiter().isEmpty()
              ? -1
              : name.indexOf(request.delimiter(), request.prefix().length());
      String prefix = cut < 0 ? "" : name.substring(0, cut + request.delimiter().length());
      if (behind(request, prefix.isEmpty() ? name : prefix, listed)
          || (!prefix.isEmpty() && !prefixes.isEmpty() && prefixes.getLast().equals(prefix))) {
        continue;
      }
      if (entries.size() + prefixes.size() == limit) {
        return new ListPage(
            entries, prefixes, Optional.of(new ListRequest.Cursor(last, lastVersion)));
      }
      if (prefix.isEmpty()) {
        entries.add(listed);
        last = name;
        lastVersion = request.allVersions() ? Optional.of(listed.version()) : Optional.empty();
      } else {
        prefixes.add(prefix);
        last = prefix;
        lastVersion = Optional.empty();
      }
    }
    return new ListPage(entries, prefixes, Optional.empty());
  }

  private static boolean behind(ListRequest request, String name, Listed listed) {
    if (request.after().isEmpty()) {
      return false;
    }
    ListRequest.Cursor after = request.after().get();
    int order = KeyOrder.compare(name, after.key());
    return order < 0
        || (order == 0
            && (after.version().isEmpty()
                || listed.version().compareTo(after.version().get()) >= 0));
  }

  private List<Listed> matching(ListRequest request) {
    List<Listed> found = new ArrayList<>();
    bucket(request.bucket())
        .forEach((key, versions) -> {
          if (key.startsWith(request.prefix())) {
            versions.stream()
                .limit(request.allVersions() ? Long.MAX_VALUE : 1)
                .map(version -> listed(version, versions.getFirst().equals(version)))
                .filter(listed -> request.allVersions() || !listed.deleteMarker())
                .forEach(found::add);
          }
        });
    return found;
  }

  private static Listed listed(ObjectVersion version, boolean current) {
    return switch (version) {
      case StoredVersion stored ->
          new Listed(
              stored.key(),
              stored.id(),
              current,
              false,
              stored.sizeBytes(),
              stored.etag(),
              stored.createdMillis());
      case DeleteMarker marker ->
          new Listed(marker.key(), marker.id(), current, true, 0, "", marker.createdMillis());
    };
  }

  @Override
  public synchronized List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
    List<ObjectVersion> found = bucket(bucket).get(key.value());
    if (found == null) {
      throw error(ErrorCode.NO_SUCH_KEY, key + ": there is no such object: check the key");
    }
    return List.copyOf(found);
  }

  @Override
  public synchronized DeleteMarker delete(BucketName bucket, ObjectKey key) {
    stat(ObjectRef.current(bucket, key));
    sequence++;
    DeleteMarker marker =
        new DeleteMarker(
            bucket, key, new VersionId(new Id128(0, sequence)), sequence, CREATED_MILLIS);
    bucket(bucket).computeIfAbsent(key.value(), _ -> new ArrayList<>()).addFirst(marker);
    return marker;
  }

  @Override
  public synchronized void destroy(ObjectRef ref) {
    List<ObjectVersion> versions = versions(ref.bucket(), ref.key());
    List<ObjectVersion> left =
        versions.stream().filter(v -> !Optional.of(v.id()).equals(ref.version())).toList();
    if (left.size() == versions.size()) {
      throw error(ErrorCode.NO_SUCH_VERSION, ref + ": no such version: list versions");
    }
    if (left.isEmpty()) {
      bucket(ref.bucket()).remove(ref.key().value());
    } else {
      bucket(ref.bucket()).put(ref.key().value(), new ArrayList<>(left));
    }
  }

  @Override
  public synchronized StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key) {
    return commit(bucket, key, content(source), stat(source).stored().producer());
  }

  static MillraceException error(ErrorCode code, String message) {
    return new MillraceException(code, message);
  }
}
