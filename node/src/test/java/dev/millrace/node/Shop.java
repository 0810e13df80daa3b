package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.client.Files;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoredVersion;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A bucket, and what must be in it: everything that was acknowledged.
final class Shop {
  static final BucketName BUCKET = new BucketName("shop");

  private final Map<ObjectRef, byte[]> versions = new LinkedHashMap<>();
  private final Map<ObjectRef, String> etags = new LinkedHashMap<>();

  /// Makes the bucket.
  static Shop open(Files files) {
    files.createBucket(BUCKET, Optional.empty());
    return new Shop();
  }

  StoredVersion put(Files files, String key, byte[] bytes) {
    StoredVersion version =
        files.put(PutRequest.of(BUCKET, new ObjectKey(key)), new ByteArrayInputStream(bytes));
    synchronized (this) {
      versions.put(ObjectRef.of(version), bytes);
      etags.put(ObjectRef.of(version), version.etag());
    }
    return version;
  }

  /// No longer expects a version.
  synchronized void forget(ObjectVersion version) {
    versions.remove(ObjectRef.of(version));
  }

  /// No longer expects any version of a key.
  synchronized void forget(String key) {
    versions.keySet().removeIf(ref -> ref.key().value().equals(key));
  }

  synchronized int size() {
    return versions.size();
  }

  /// All of it is there, and nothing else under its keys; versions of a key in their order.
  synchronized void verify(Files files) {
    Map<ObjectKey, List<ObjectRef>> byKey = new LinkedHashMap<>();
    versions
        .keySet()
        .forEach(ref ->
            byKey.computeIfAbsent(ref.key(), _ -> new java.util.ArrayList<>()).addFirst(ref));
    byKey.forEach((key, refs) ->
        assertThat(files.versions(BUCKET, key).stream().map(ObjectRef::of).toList())
            .as(key.value())
            .isEqualTo(refs));
    verifyBytes(files);
  }

  /// All of it is there.
  synchronized void verifyBytes(Files files) {
    versions.forEach((ref, bytes) -> {
      assertThat(Content.get(files, ref, ByteRange.whole())).as(ref.toString()).isEqualTo(bytes);
      assertThat(files.stat(ref).etag()).isEqualTo(etags.get(ref));
    });
  }
}
