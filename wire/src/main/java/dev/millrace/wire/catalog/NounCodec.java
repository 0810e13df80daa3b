package dev.millrace.wire.catalog;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.proto.Id;
import dev.millrace.wire.proto.InlineRow;
import dev.millrace.wire.proto.ManifestRow;
import dev.millrace.wire.proto.ObjectRefRow;
import dev.millrace.wire.proto.Policy;
import dev.millrace.wire.proto.StoredRow;
import dev.millrace.wire.proto.WrappedKeyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The nouns that rows and commands have in common, to messages and back. Reading fails with
/// CORRUPT_CATALOG, or HOME_VERSION for a case that a newer version wrote.
public final class NounCodec {
  private NounCodec() {}

  public static Id write(Id128 id) {
    return Id.newBuilder().setHigh(id.high()).setLow(id.low()).build();
  }

  public static Id128 read(Id id) {
    return new Id128(id.getHigh(), id.getLow());
  }

  public static Policy write(StoragePolicy policy) {
    return switch (policy) {
      case StoragePolicy.Replicated replicated ->
          Policy.newBuilder()
              .setReplicated(Policy.Replicated.newBuilder().setCopies(replicated.copies()))
              .build();
      case StoragePolicy.Erasure erasure ->
          Policy.newBuilder()
              .setErasure(
                  Policy.Erasure.newBuilder().setData(erasure.data()).setParity(erasure.parity()))
              .build();
    };
  }

  public static StoragePolicy read(Policy policy) {
    return switch (policy.getKindCase()) {
      case REPLICATED -> new StoragePolicy.Replicated(policy.getReplicated().getCopies());
      case ERASURE ->
          new StoragePolicy.Erasure(policy.getErasure().getData(), policy.getErasure().getParity());
      case KIND_NOT_SET -> throw newer("a storage policy");
    };
  }

  public static WrappedKeyRow write(WrappedKey key) {
    return WrappedKeyRow.newBuilder()
        .setMasterKeyNumber(key.masterKeyNumber())
        .setWrapped(write(key.wrapped()))
        .build();
  }

  public static WrappedKey read(WrappedKeyRow row) {
    return new WrappedKey(row.getMasterKeyNumber(), read(row.getWrapped()));
  }

  public static ByteString write(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.toArray());
  }

  public static Bytes read(ByteString bytes) {
    return Bytes.copyOf(bytes.toByteArray());
  }

  public static ManifestRow write(Manifest manifest) {
    ManifestRow.Builder row = ManifestRow.newBuilder();
    for (Extent extent : manifest.extents()) {
      row.addVolumeNumber(extent.chunk().volumeNumber());
      row.addLocal(extent.chunk().local());
      row.addLengthBytes(extent.lengthBytes());
    }
    return row.build();
  }

  public static Manifest read(ManifestRow row) {
    int count = row.getLocalCount();
    if (row.getVolumeNumberCount() != count || row.getLengthBytesCount() != count) {
      throw corrupt("a manifest has columns of different length", null);
    }
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      extents.add(
          new Extent(new ChunkId(row.getVolumeNumber(i), row.getLocal(i)), row.getLengthBytes(i)));
    }
    return new Manifest(extents);
  }

  static InlineRow write(Content.Inline inline) {
    return InlineRow.newBuilder()
        .setSealedAs(write(new Id128(inline.sealedAs().volumeNumber(), inline.sealedAs().local())))
        .setSealed(write(inline.sealed()))
        .build();
  }

  static Content.Inline read(InlineRow row) {
    return new Content.Inline(
        new ChunkId(row.getSealedAs().getHigh(), row.getSealedAs().getLow()),
        read(row.getSealed()));
  }

  public static StoredRow write(Stored stored) {
    StoredRow.Builder row =
        StoredRow.newBuilder()
            .setSizeBytes(stored.sizeBytes())
            .setEtag(stored.etag())
            .setKey(write(stored.key()))
            .putAllMetadata(stored.metadata());
    stored.producer().ifPresent(job -> row.setProducer(write(job.value())));
    switch (stored.content()) {
      case Content.Inline inline -> row.setInline(write(inline));
      case Content.Chunked chunked -> row.setManifest(write(chunked.manifest()));
    }
    return row.build();
  }

  public static Stored read(StoredRow row) {
    Content content =
        switch (row.getContentCase()) {
          case INLINE -> read(row.getInline());
          case MANIFEST -> new Content.Chunked(read(row.getManifest()));
          case CONTENT_NOT_SET -> throw newer("a version's content");
        };
    return new Stored(
        row.getSizeBytes(),
        row.getEtag(),
        content,
        read(row.getKey()),
        row.getMetadataMap(),
        row.hasProducer() ? Optional.of(new JobId(read(row.getProducer()))) : Optional.empty());
  }

  public static ObjectRefRow write(ObjectRef ref) {
    ObjectRefRow.Builder row =
        ObjectRefRow.newBuilder().setBucket(ref.bucket().value()).setKey(ref.key().value());
    ref.version().ifPresent(version -> row.setVersion(write(version.value())));
    return row.build();
  }

  public static ObjectRef read(ObjectRefRow row) {
    return new ObjectRef(
        new BucketName(row.getBucket()),
        new ObjectKey(row.getKey()),
        row.hasVersion() ? Optional.of(new VersionId(read(row.getVersion()))) : Optional.empty());
  }

  /// What was read has a case that this version does not know.
  public static MillraceException newer(String what) {
    return new MillraceException(
        ErrorCode.HOME_VERSION,
        "catalog: "
            + what
            + " was written by a newer version of Millrace: start that version or a later one");
  }

  static MillraceException corrupt(
      String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.CORRUPT_CATALOG,
        "catalog: " + what + ": restore it with 'millrace catalog restore'",
        cause);
  }
}
