package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoragePolicy;
import dev.millrace.model.VersionId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Buckets and listings as JSON.
public final class ListJson {
  private static final Pattern POLICY =
      Pattern.compile("replicated\\(([1-8])\\)|erasure\\(([1-9]|1[0-6]),([1-4])\\)");

  private ListJson() {}

  /// Reads `replicated(2)` or `erasure(4,2)`.
  ///
  /// @throws MillraceException INVALID_ARGUMENT for anything else
  public static StoragePolicy policy(String text) {
    Matcher matcher = POLICY.matcher(text);
    if (!matcher.matches()) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "storage policy '"
              + Text.printable(text)
              + "': not a policy: write replicated(1..8) or erasure(1..16,1..4)");
    }
    return matcher.group(1) != null
        ? new StoragePolicy.Replicated(Integer.parseInt(matcher.group(1)))
        : new StoragePolicy.Erasure(
            Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
  }

  public static JsonObject of(Bucket bucket) {
    return new JsonObject()
        .with("id", bucket.id())
        .with("name", bucket.name().value())
        .with("policy", bucket.policy().toString())
        .with("createdMillis", bucket.createdMillis());
  }

  public static Bucket bucket(JsonObject json) {
    return new Bucket(
        json.number("id"),
        new BucketName(json.text("name")),
        json.parsed("policy", ListJson::policy),
        json.number("createdMillis"));
  }

  public static JsonObject of(ListPage page) {
    JsonObject json =
        new JsonObject()
            .withObjects("entries", page.entries(), ListJson::of)
            .withTexts("commonPrefixes", page.commonPrefixes());
    page.next()
        .ifPresent(next ->
            json.with(
                "next",
                new JsonObject().with("key", next.key()).withOptional("version", next.version())));
    return json;
  }

  public static ListPage page(JsonObject json) {
    return new ListPage(
        json.objects("entries", ListJson::listed),
        json.texts("commonPrefixes"),
        json.has("next")
            ? Optional.of(
                new ListRequest.Cursor(
                    json.object("next").text("key"),
                    json.object("next").optionalParsed("version", VersionId::parse)))
            : Optional.empty());
  }

  private static JsonObject of(Listed listed) {
    return new JsonObject()
        .with("key", listed.key().value())
        .with("version", listed.version().toString())
        .with("current", listed.current())
        .with("deleteMarker", listed.deleteMarker())
        .with("sizeBytes", listed.sizeBytes())
        .with("etag", listed.etag())
        .with("createdMillis", listed.createdMillis());
  }

  private static Listed listed(JsonObject json) {
    return new Listed(
        new ObjectKey(json.text("key")),
        json.parsed("version", VersionId::parse),
        json.flag("current"),
        json.flag("deleteMarker"),
        json.number("sizeBytes"),
        json.text("etag"),
        json.number("createdMillis"));
  }
}
