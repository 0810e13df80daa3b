package dev.millrace.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Limits;
import dev.millrace.base.MillraceException;
import java.util.Map;
import java.util.Optional;

/// What a writer made, before and after its commit: everything of a version but its name and its
/// place in the order.
///
/// @param sizeBytes plaintext length
/// @param etag the hexadecimal MD5 of the plaintext, or for a job's output an opaque tag
/// @param content where the sealed bytes are
/// @param key the data key, wrapped
/// @param metadata user metadata, names in lower case; at most 2 KiB in all
/// @param producer the job that made it, if one did
public record Stored(
    long sizeBytes,
    String etag,
    Content content,
    WrappedKey key,
    Map<String, String> metadata,
    Optional<JobId> producer) {
  public Stored {
    metadata = Map.copyOf(metadata);
    Check.that(sizeBytes >= 0, "size %d", sizeBytes);
    if (content instanceof Content.Chunked chunked) {
      long named = chunked.manifest().sizeBytes();
      Check.that(named == sizeBytes, "manifest of %d bytes for %d", named, sizeBytes);
    }
    int metadataBytes = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      metadataBytes +=
          entry.getKey().getBytes(UTF_8).length + entry.getValue().getBytes(UTF_8).length;
    }
    if (metadataBytes > Limits.METADATA_BYTES) {
      throw new MillraceException(
          ErrorCode.TOO_LARGE,
          "metadata: "
              + metadataBytes
              + " bytes are more than the "
              + Limits.METADATA_BYTES
              + " allowed: shorten it");
    }
  }
}
