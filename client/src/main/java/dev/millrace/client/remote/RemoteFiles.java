package dev.millrace.client.remote;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.FileSink;
import dev.millrace.client.Files;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.client.api.ListJson;
import dev.millrace.client.api.SharedFile;
import dev.millrace.client.api.TransferLine;
import dev.millrace.client.api.VersionJson;
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
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/// `Files` over the API.
final class RemoteFiles implements Files {
  private static final int BLOCK_BYTES = (int) (256 * ByteUnits.KIB);

  private final Api api;

  RemoteFiles(Api api) {
    this.api = api;
  }

  @Override
  public Bucket createBucket(BucketName name, Optional<StoragePolicy> policy) {
    Target target = path("buckets").segment(name.value()).withOptional("policy", policy);
    return ListJson.bucket(api.json(Call.of("PUT", target), new JsonObject()));
  }

  @Override
  public void deleteBucket(BucketName name) {
    api.json(Call.of("DELETE", path("buckets").segment(name.value())));
  }

  @Override
  public List<Bucket> buckets() {
    return api.json(Call.of("GET", path("buckets"))).objects("buckets", ListJson::bucket);
  }

  @Override
  public StoredVersion put(PutRequest request, InputStream body) {
    return new Put(api, request, body).run();
  }

  @Override
  public StoredVersion stat(ObjectRef ref) {
    return VersionJson.stored(api.json(Call.of("GET", object("stat", ref))));
  }

  /// Looks the version up first: the answer to it is what is returned, and the bytes that follow
  /// are of exactly that version, also after a break.
  @Override
  public StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink) {
    StoredVersion version = stat(ref);
    ByteRange.Resolved resolved = range.resolve(version.sizeBytes());
    if (resolved.length() == 0) {
      return version;
    }
    long last = resolved.offset() + resolved.length() - 1;
    Call call = Call.of("GET", object("objects", ObjectRef.of(version)));
    LongFunction<Call> from =
        position -> {
          long first = resolved.offset() + position;
          return first == 0 && last == version.sizeBytes() - 1
              ? call
              : call.with("Range", "bytes=" + first + "-" + last);
        };
    boolean shares = sink instanceof FileSink && resolved.length() >= Put.SHARED_BYTES;
    if (!shares || !share(from.apply(0), (FileSink) sink, resolved.length())) {
      new Download(api, sink, BLOCK_BYTES).run(from);
    }
    return version;
  }

  /// Has the node write to the file behind the sink.
  ///
  /// @return false when the bytes have to come over the connection, from the first on
  private boolean share(Call call, FileSink sink, long length) {
    Optional<SharedFile> shared = sink.path().flatMap(SharedFile::at);
    return shared.isPresent()
        && api.transfer(
                call.with(ApiNames.SHARED_FILE, shared.get().field()),
                (_, answer) -> follow(sink, length, new TransferLines(answer)))
            .isPresent();
  }

  private static StoredVersion follow(FileSink sink, long length, TransferLines lines)
      throws IOException {
    while (true) {
      switch (lines.next()) {
        case TransferLine.Moved moved -> Download.tell(sink, moved.bytes());
        case TransferLine.Done done -> {
          lines.end();
          Download.tell(sink, length);
          return done.version();
        }
        case TransferLine.Unwritable unwritable -> {
          IOException why = new IOException(unwritable.why());
          sink.failedElsewhere(why);
          throw Download.unwritable(why);
        }
        case TransferLine.Read _ -> throw new IOException("it read from where it should write");
        case TransferLine.Failed failed -> throw failed.why();
      }
    }
  }

  @Override
  public ListPage list(ListRequest request) {
    Target target =
        path("list")
            .segment(request.bucket().value())
            .with("prefix", request.prefix())
            .with("delimiter", request.delimiter())
            .with("versions", Boolean.toString(request.allVersions()))
            .with("limit", Integer.toString(request.limit()))
            .withOptional("after", request.after().map(ListRequest.Cursor::key))
            .withOptional("afterVersion", request.after().flatMap(ListRequest.Cursor::version));
    return ListJson.page(api.json(Call.of("GET", target)));
  }

  @Override
  public List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
    return api.json(Call.of("GET", object("versions", ObjectRef.current(bucket, key))))
        .objects("versions", VersionJson::version);
  }

  @Override
  public DeleteMarker delete(BucketName bucket, ObjectKey key) {
    return VersionJson.marker(
        api.json(Call.of("DELETE", object("objects", ObjectRef.current(bucket, key)))));
  }

  @Override
  public void destroy(ObjectRef ref) {
    if (ref.version().isEmpty()) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT, "destroy " + ref + ": no version: name the one to destroy");
    }
    api.json(Call.of("DELETE", object("objects", ref)));
  }

  @Override
  public StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key) {
    JsonObject body =
        new JsonObject()
            .with("source", VersionJson.ref(source))
            .with("bucket", bucket.value())
            .with("key", key.value());
    return VersionJson.stored(api.json(Call.of("POST", path("copy")), body));
  }

  static Target object(String route, ObjectRef ref) {
    return path(route)
        .segment(ref.bucket().value())
        .with("key", ref.key().value())
        .withOptional("version", ref.version());
  }

  private static Target path(String segment) {
    return Target.of(ApiNames.ROOT).segment(segment);
  }
}
