package dev.millrace.client;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.IdSource;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import dev.millrace.net.StorageNodes;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Files on a catalog and a content store that this process reaches itself.
public final class LocalFiles implements Files {
  /// Copies that the default policy keeps where there are enough nodes.
  private static final int DEFAULT_COPIES = 3;

  private final Catalog catalog;
  private final ContentStore content;
  private final StorageNodes nodes;
  private final IdSource ids;
  private final Commits commits;

  public LocalFiles(Catalog catalog, ContentStore content, StorageNodes nodes, IdSource ids) {
    this.catalog = catalog;
    this.content = content;
    this.nodes = nodes;
    this.ids = ids;
    this.commits = new Commits(catalog);
  }

  @Override
  public Bucket createBucket(BucketName name, Optional<StoragePolicy> policy) {
    if (name.system()) {
      throw new MillraceException(
          ErrorCode.INVALID_BUCKET_NAME,
          "bucket '" + name + "': names with a dot in front are Millrace's own: choose another");
    }
    StoragePolicy chosen = policy.orElseGet(this::defaultPolicy);
    if (chosen instanceof StoragePolicy.Erasure) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "policy " + chosen + ": erasure coding is not built yet: choose replicated(n)");
    }
    return catalog.execute(new CatalogCommand.CreateBucket(name, chosen));
  }

  /// As many copies as nodes that fail apart, three at most.
  private StoragePolicy defaultPolicy() {
    return new StoragePolicy.Replicated(Math.clamp(nodes.failureDomains(), 1, DEFAULT_COPIES));
  }

  @Override
  public void deleteBucket(BucketName name) {
    if (name.system()) {
      throw new MillraceException(
          ErrorCode.ACCESS_DENIED,
          "bucket '" + name + "': Millrace needs it: remove what is in it instead");
    }
    catalog.execute(new CatalogCommand.DeleteBucket(name));
  }

  @Override
  public List<Bucket> buckets() {
    return catalog.query(new CatalogQuery.ListBuckets()).stream()
        .filter(bucket -> !bucket.name().system())
        .toList();
  }

  @Override
  public StoredVersion put(PutRequest request, InputStream body) {
    ensureSystemBucket(request.bucket());
    VersionId id = new VersionId(ids.timeOrdered());
    WrappedKey dataKey = content.newDataKey();
    ContentWriter writer =
        content.write(new WriteOrder(request.bucket(), request.key(), id, dataKey, 0, true, true));
    Written written = fill(writer, request, body);
    String etag =
        written
            .md5()
            .orElseThrow(() -> new IllegalStateException("bug: no MD5 of " + request.key()));
    Stored stored =
        new Stored(
            written.sizeBytes(),
            etag,
            written.content(),
            dataKey,
            request.metadata(),
            Optional.empty());
    Runnable discard = () -> content.discard(written.content());
    checkMd5(request, etag, discard);
    return commits.execute(
        new CatalogCommand.CommitVersion(
            request.bucket(), request.key(), id, stored, request.precondition()),
        discard);
  }

  private static Written fill(ContentWriter writer, PutRequest request, InputStream body) {
    try {
      new BodyCopy(request).copy(body, writer);
      return writer.finish(true);
    } catch (RuntimeException | Error e) {
      writer.abort();
      throw e;
    }
  }

  private static void checkMd5(PutRequest request, String etag, Runnable discard) {
    Optional<Bytes> expected = request.expectedMd5();
    if (expected.isPresent() && !Text.hex(expected.get().toArray()).equals(etag)) {
      discard.run();
      throw new MillraceException(
          ErrorCode.DIGEST_MISMATCH,
          "body of "
              + request.bucket()
              + "/"
              + Text.printable(request.key().value())
              + ": its MD5 is "
              + etag
              + ", not "
              + Text.hex(expected.get().toArray())
              + " as announced: send it again");
    }
  }

  /// Buckets of Millrace itself are made when they are first needed.
  private void ensureSystemBucket(BucketName name) {
    if (!name.system()) {
      return;
    }
    try {
      catalog.query(new CatalogQuery.GetBucket(name));
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.NO_SUCH_BUCKET) {
        throw e;
      }
      try {
        catalog.execute(new CatalogCommand.CreateBucket(name, defaultPolicy()));
      } catch (MillraceException again) {
        if (again.code() != ErrorCode.BUCKET_EXISTS) {
          throw again;
        }
      }
    }
  }

  @Override
  public StoredVersion stat(ObjectRef ref) {
    return switch (catalog.query(new CatalogQuery.GetVersion(ref))) {
      case StoredVersion stored -> stored;
      case DeleteMarker marker ->
          throw new MillraceException(
              ref.version().isPresent() ? ErrorCode.NO_SUCH_VERSION : ErrorCode.NO_SUCH_KEY,
              Text.printable(ref.toString())
                  + ": deleted (marker "
                  + marker.id()
                  + "): list its versions, and restore one");
    };
  }

  @Override
  public StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink) {
    StoredVersion version = stat(ref);
    ByteRange.Resolved resolved = range.resolve(version.sizeBytes());
    content.open(version.stored()).transferTo(resolved.offset(), resolved.length(), sink);
    return version;
  }

  @Override
  public ListPage list(ListRequest request) {
    return catalog.query(new CatalogQuery.ListObjects(request));
  }

  @Override
  public List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
    List<ObjectVersion> versions = new ArrayList<>();
    ListRequest all =
        new ListRequest(bucket, key.value(), "", true, Optional.empty(), Limits.PAGE_ENTRIES);
    for (Optional<ListRequest> next = Optional.of(all); next.isPresent(); ) {
      ListRequest request = next.get();
      ListPage page = list(request);
      next = page.next().map(request::from);
      for (Listed listed : page.entries()) {
        if (!listed.key().equals(key)) {
          next = Optional.empty(); // Keys that only begin so come behind the key itself.
          break;
        }
        find(bucket, listed).ifPresent(versions::add);
      }
    }
    if (versions.isEmpty()) {
      throw new MillraceException(
          ErrorCode.NO_SUCH_KEY,
          bucket + "/" + Text.printable(key.value()) + ": not there: list the bucket");
    }
    return versions;
  }

  /// Empty when it was destroyed since it was listed.
  private Optional<ObjectVersion> find(BucketName bucket, Listed listed) {
    try {
      return Optional.of(
          catalog.query(
              new CatalogQuery.GetVersion(
                  new ObjectRef(bucket, listed.key(), Optional.of(listed.version())))));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_VERSION || e.code() == ErrorCode.NO_SUCH_KEY) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public DeleteMarker delete(BucketName bucket, ObjectKey key) {
    stat(ObjectRef.current(bucket, key));
    return catalog.execute(
        new CatalogCommand.AddDeleteMarker(bucket, key, new VersionId(ids.timeOrdered())));
  }

  @Override
  public void destroy(ObjectRef ref) {
    VersionId version =
        ref.version()
            .orElseThrow(() ->
                new MillraceException(
                    ErrorCode.INVALID_ARGUMENT,
                    Text.printable(ref.toString())
                        + ": no version named: only one version can be destroyed at a time,"
                        + " name it"));
    catalog.execute(new CatalogCommand.DestroyVersion(ref.bucket(), ref.key(), version));
  }

  @Override
  public StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key) {
    ensureSystemBucket(bucket);
    return catalog.execute(
        new CatalogCommand.CopyVersion(source, bucket, key, new VersionId(ids.timeOrdered())));
  }
}
