package dev.millrace.client.api;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.Extent;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Versions as JSON. The manifest and the keys are there in the form in which they lie: sealed.
public final class VersionJson {
  private VersionJson() {}

  public static JsonObject of(ObjectVersion version) {
    JsonObject json =
        new JsonObject()
            .with("bucket", version.bucket().value())
            .with("key", version.key().value())
            .with("version", version.id().toString())
            .with("sequence", version.sequence())
            .with("createdMillis", version.createdMillis());
    return switch (version) {
      case DeleteMarker marker -> json.with("deleteMarker", true);
      case StoredVersion stored -> {
        Stored content = stored.stored();
        yield json.with("deleteMarker", false)
            .with("sizeBytes", content.sizeBytes())
            .with("etag", content.etag())
            .withTextMap("metadata", content.metadata())
            .withOptional("producer", content.producer())
            .with("dataKey", wrappedKey(content.key()))
            .with("content", content(content.content()));
      }
    };
  }

  public static ObjectVersion version(JsonObject json) {
    BucketName bucket = new BucketName(json.text("bucket"));
    ObjectKey key = new ObjectKey(json.text("key"));
    VersionId id = json.parsed("version", VersionId::parse);
    long sequence = json.number("sequence");
    long createdMillis = json.number("createdMillis");
    if (json.flag("deleteMarker")) {
      return new DeleteMarker(bucket, key, id, sequence, createdMillis);
    }
    Stored stored =
        new Stored(
            json.number("sizeBytes"),
            json.text("etag"),
            content(json.object("content")),
            wrappedKey(json.object("dataKey")),
            json.textMap("metadata"),
            json.optionalParsed("producer", JobId::parse));
    return new StoredVersion(bucket, key, id, sequence, createdMillis, stored);
  }

  public static StoredVersion stored(JsonObject json) {
    return switch (version(json)) {
      case StoredVersion stored -> stored;
      case DeleteMarker marker -> throw unexpected("delete marker " + marker.id());
    };
  }

  public static DeleteMarker marker(JsonObject json) {
    return switch (version(json)) {
      case DeleteMarker marker -> marker;
      case StoredVersion stored -> throw unexpected("version " + stored.id() + " with bytes");
    };
  }

  public static JsonObject ref(ObjectRef ref) {
    return new JsonObject()
        .with("bucket", ref.bucket().value())
        .with("key", ref.key().value())
        .withOptional("version", ref.version());
  }

  public static ObjectRef ref(JsonObject json) {
    return new ObjectRef(
        new BucketName(json.text("bucket")),
        new ObjectKey(json.text("key")),
        json.optionalParsed("version", VersionId::parse));
  }

  static JsonObject wrappedKey(WrappedKey key) {
    return new JsonObject()
        .with("masterKeyNumber", key.masterKeyNumber())
        .with("wrapped", base64(key.wrapped()));
  }

  static WrappedKey wrappedKey(JsonObject json) {
    return new WrappedKey(
        json.integer("masterKeyNumber"), json.parsed("wrapped", VersionJson::unBase64));
  }

  private static JsonObject content(Content content) {
    return switch (content) {
      case Content.Inline inline ->
          new JsonObject()
              .with("inlineAs", inline.sealedAs().toString())
              .with("sealed", base64(inline.sealed()));
      case Content.Chunked chunked -> {
        List<Extent> extents = chunked.manifest().extents();
        yield new JsonObject()
            .withTexts("chunks", extents.stream().map(e -> e.chunk().toString()).toList())
            .withNumbers("lengths", extents.stream().map(e -> (long) e.lengthBytes()).toList());
      }
    };
  }

  private static Content content(JsonObject json) {
    if (json.has("inlineAs")) {
      return new Content.Inline(
          json.parsed("inlineAs", ChunkId::parse), json.parsed("sealed", VersionJson::unBase64));
    }
    List<String> chunks = json.texts("chunks");
    List<Long> lengths = json.numbers("lengths");
    if (chunks.size() != lengths.size()) {
      throw unexpected(chunks.size() + " chunks with " + lengths.size() + " lengths");
    }
    List<Extent> extents = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      extents.add(new Extent(ChunkId.parse(chunks.get(i)), Math.toIntExact(lengths.get(i))));
    }
    return new Content.Chunked(new Manifest(extents));
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }

  private static Bytes unBase64(String text) {
    try {
      return Bytes.copyOf(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT, "not base 64: encode its bytes so", e);
    }
  }

  private static MillraceException unexpected(String what) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, "version: " + what + " is out of place: use matching programs");
  }
}
