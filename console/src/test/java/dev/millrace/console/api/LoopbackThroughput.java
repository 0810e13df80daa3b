package dev.millrace.console.api;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.client.Admin;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Extent;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Measures one GiB up and down over loopback against a backend that drops and makes bytes:
/// seconds, and CPU seconds of both ends together, which live in this process. A program, not a
/// test.
final class LoopbackThroughput {
  private static final long SIZE = ByteUnits.GIB;
  private static final int ROUNDS = 4;
  private static final int BLOCK_BYTES = (int) (128 * ByteUnits.KIB);
  private static final double NANOS = 1e9;

  private LoopbackThroughput() {}

  public static void main(String[] arguments) {
    BearerToken token = BearerToken.random();
    ApiServer server = ApiServer.start(ApiConfig.loopback(0, token), new Null(), Optional::empty);
    Millrace remote = new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token);
    BucketName bucket = new BucketName("null");
    ObjectKey key = new ObjectKey("k");
    for (int round = 0; round < ROUNDS; round++) {
      measure(
          "PUT",
          () -> {
            var _ = remote.files().put(Files.PutRequest.of(bucket, key), new Zeros());
          });
      measure(
          "GET",
          () -> {
            var _ =
                remote
                    .files()
                    .get(
                        ObjectRef.current(bucket, key),
                        ByteRange.whole(),
                        OutputStream.nullOutputStream());
          });
    }
    remote.close();
    server.close();
  }

  private static void measure(String what, Runnable action) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long start = Clock.system().nanoTime();
    action.run();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s 1 GiB: %.2f s, %.2f CPU s",
            what,
            (Clock.system().nanoTime() - start) / NANOS,
            (system.getProcessCpuTime() - cpu) / NANOS));
  }

  /// A GiB of zeros.
  private static final class Zeros extends InputStream {
    private long left = SIZE;

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = (int) Math.min(left, length);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }

  /// Drops what is put and gives a GiB of zeros.
  private static final class Null implements Millrace, Files {
    private final FakeMillrace rest = new FakeMillrace();
    private final StoredVersion version;

    Null() {
      BucketName bucket = new BucketName("null");
      var _ = rest.files.createBucket(bucket, Optional.empty());
      StoredVersion small =
          rest.files.put(
              Files.PutRequest.of(bucket, new ObjectKey("k")),
              new ByteArrayInputStream(new byte[1]));
      List<Extent> extents = new ArrayList<>();
      for (int i = 0; i < SIZE / (8 * ByteUnits.MIB); i++) {
        extents.add(new Extent(new ChunkId(1, i), (int) (8 * ByteUnits.MIB)));
      }
      Stored stored =
          new Stored(
              SIZE,
              small.etag(),
              new Content.Chunked(new Manifest(extents)),
              small.stored().key(),
              small.stored().metadata(),
              Optional.empty());
      version =
          new StoredVersion(
              bucket, small.key(), small.id(), small.sequence(), small.createdMillis(), stored);
    }

    @Override
    public Files files() {
      return this;
    }

    @Override
    public Jobs jobs() {
      return rest.jobs;
    }

    @Override
    public Admin admin() {
      return rest.admin;
    }

    @Override
    public void close() {}

    @Override
    public StoredVersion put(PutRequest request, InputStream body) {
      byte[] block = new byte[(int) ByteUnits.MIB];
      try {
        while (body.read(block) >= 0) {}
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return version;
    }

    @Override
    public StoredVersion stat(ObjectRef ref) {
      return version;
    }

    @Override
    public StoredVersion get(ObjectRef ref, ByteRange range, OutputStream sink) {
      byte[] block = new byte[BLOCK_BYTES];
      try {
        for (long sent = 0; sent < SIZE; sent += block.length) {
          sink.write(block);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return version;
    }

    @Override
    public Bucket createBucket(BucketName name, Optional<StoragePolicy> policy) {
      return rest.files.createBucket(name, policy);
    }

    @Override
    public void deleteBucket(BucketName name) {
      rest.files.deleteBucket(name);
    }

    @Override
    public List<Bucket> buckets() {
      return rest.files.buckets();
    }

    @Override
    public ListPage list(ListRequest request) {
      return rest.files.list(request);
    }

    @Override
    public List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
      return rest.files.versions(bucket, key);
    }

    @Override
    public DeleteMarker delete(BucketName bucket, ObjectKey key) {
      return rest.files.delete(bucket, key);
    }

    @Override
    public void destroy(ObjectRef ref) {
      rest.files.destroy(ref);
    }

    @Override
    public StoredVersion copy(ObjectRef source, BucketName bucket, ObjectKey key) {
      return rest.files.copy(source, bucket, key);
    }
  }
}
