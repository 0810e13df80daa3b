package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.ChunkService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageNodeTest {
  private static final BucketName BUCKET = new BucketName("bucket");

  @TempDir private Path folder;

  @Test
  void filesGoToTheDiskAndComeBack() {
    byte[] bytes = new byte[20_000_000];
    new SplittableRandom(1).nextBytes(bytes);
    try (DiskSite site = new DiskSite(folder)) {
      assertThat(site.files.createBucket(BUCKET, Optional.empty()).policy())
          .isEqualTo(new StoragePolicy.Replicated(1));
      ObjectKey key = new ObjectKey("key");
      StoredVersion version =
          site.files.put(PutRequest.of(BUCKET, key), new ByteArrayInputStream(bytes));
      assertThat(site.disks.usage().chunks()).isEqualTo(3);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      site.files.get(ObjectRef.current(BUCKET, key), ByteRange.whole(), out);
      assertThat(Arrays.equals(out.toByteArray(), bytes)).isTrue();

      Extent first = ((Content.Chunked) version.stored().content()).manifest().extents().getFirst();
      ChunkService service = site.nodes.chunks(site.node.node());
      assertThat(service.stat(first.chunk()).orElseThrow().plainBytes())
          .isEqualTo(first.lengthBytes());
      service.delete(first.chunk());
      assertThat(service.stat(first.chunk())).isEmpty();
      assertThatThrownBy(() -> service.read(first.chunk(), 0, 1, new byte[200_000]))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUCH_KEY));
    }
  }

  @Test
  void onlyThisNodeIsKnown() {
    try (DiskSite site = new DiskSite(folder)) {
      assertThat(site.nodes.place(new StoragePolicy.Replicated(1)))
          .containsExactly(site.node.node());
      assertThat(site.nodes.spread()).isEqualTo(1);
      assertThatThrownBy(() -> site.nodes.chunks(new NodeId(new Id128(9, 9))))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
      assertThatThrownBy(() -> site.nodes.place(new StoragePolicy.Replicated(2)))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    }
  }
}
