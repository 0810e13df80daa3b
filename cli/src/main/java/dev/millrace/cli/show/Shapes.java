package dev.millrace.cli.show;

import dev.millrace.client.Admin.Finding;
import dev.millrace.client.Explanation;
import dev.millrace.model.Bucket;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobProgress;
import dev.millrace.model.Listed;
import dev.millrace.model.NodeInfo;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Remaining;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskFailure;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The nouns as JSON objects. Scripts rely on these names: fields are added, never renamed.
public final class Shapes {
  private Shapes() {}

  public static Map<String, @Nullable Object> bucket(Bucket bucket) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("bucket", bucket.name().value());
    fields.put("policy", bucket.policy().toString());
    fields.put("created", time(bucket.createdMillis()));
    return fields;
  }

  public static Map<String, @Nullable Object> version(ObjectVersion version) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("bucket", version.bucket().value());
    fields.put("key", version.key().value());
    fields.put("version", version.id().toString());
    fields.put("created", time(version.createdMillis()));
    switch (version) {
      case StoredVersion stored -> {
        fields.put("deleteMarker", false);
        fields.put("sizeBytes", stored.sizeBytes());
        fields.put("etag", stored.etag());
        fields.put("metadata", stored.stored().metadata());
        fields.put("producer", stored.stored().producer().map(Object::toString).orElse(null));
      }
      case DeleteMarker _ -> fields.put("deleteMarker", true);
    }
    return fields;
  }

  public static Map<String, @Nullable Object> listed(Listed listed) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("key", listed.key().value());
    fields.put("version", listed.version().toString());
    fields.put("current", listed.current());
    fields.put("deleteMarker", listed.deleteMarker());
    fields.put("sizeBytes", listed.sizeBytes());
    fields.put("etag", listed.etag());
    fields.put("created", time(listed.createdMillis()));
    return fields;
  }

  public static Map<String, @Nullable Object> job(JobProgress progress) {
    Job job = progress.job();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", job.id().toString());
    fields.put("program", job.spec().program().displayName());
    fields.put("priority", job.spec().options().priority().word());
    fields.put("state", job.state().name().toLowerCase(Locale.ROOT));
    fields.put("created", time(job.createdMillis()));
    fields.put("ended", job.endedMillis() == 0 ? null : time(job.endedMillis()));
    fields.put("outputBucket", job.spec().outputBucket().value());
    fields.put("outputKey", job.spec().outputKey().value());
    fields.put("outputVersion", job.output().map(Object::toString).orElse(null));
    fields.put("outputFiles", job.files().map(JobFiles::count).orElse(null));
    fields.put("failure", job.failure().orElse(null));
    fields.put("failures", job.failures().stream().map(Shapes::failure).toList());
    fields.put("stage", progress.stage());
    fields.put("reusedFrom", job.reusedFrom().map(Object::toString).orElse(null));
    fields.put("inputBytesDone", progress.inputBytesDone());
    fields.put("inputBytesTotal", progress.inputBytesTotal());
    fields.put("piecesDone", progress.piecesDone());
    fields.put("piecesFailed", progress.piecesFailed());
    fields.put("piecesTotal", progress.piecesTotal());
    fields.put("bytesPerSecond", progress.bytesPerSecond());
    fields.put("remainingMillis", progress.remaining().map(Remaining::millis).orElse(null));
    fields.put(
        "remainingLeastMillis", progress.remaining().map(Remaining::leastMillis).orElse(null));
    fields.put("remainingMostMillis", progress.remaining().map(Remaining::mostMillis).orElse(null));
    fields.put("stall", progress.stall().orElse(null));
    fields.put("outputBytes", progress.outputBytes());
    return fields;
  }

  /// A job with its inputs.
  public static Map<String, @Nullable Object> job(
      JobProgress progress, List<Explanation.Input> inputs) {
    Map<String, @Nullable Object> fields = job(progress);
    fields.put("inputs", inputs.stream().map(input -> input.ref().toString()).toList());
    fields.put("labels", inputs.stream().map(Explanation.Input::label).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> failure(TaskFailure failure) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("task", failure.task().toString());
    fields.put("attempt", failure.attempt());
    fields.put("node", failure.node().toString());
    fields.put("inputOffset", failure.inputOffset());
    fields.put("inputBytes", failure.inputBytes());
    fields.put("kind", failure.kind().name().toLowerCase(Locale.ROOT));
    fields.put("message", failure.message());
    fields.put("log", failure.log());
    return fields;
  }

  public static Map<String, @Nullable Object> node(NodeInfo node) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", node.id().toString());
    fields.put("roles", node.roles());
    fields.put("state", node.state());
    fields.put("pid", node.pid());
    fields.put("host", node.host());
    fields.put("address", node.address());
    fields.put("slots", node.slots());
    fields.put("capacityBytes", node.disks().stream().mapToLong(DiskInfo::capacityBytes).sum());
    fields.put("freeBytes", node.disks().stream().mapToLong(DiskInfo::freeBytes).sum());
    fields.put("storedBytes", node.storedBytes());
    fields.put("chunks", node.chunks());
    fields.put("damagedChunks", node.damagedChunks());
    fields.put("disks", node.disks().stream().map(Shapes::disk).toList());
    return fields;
  }

  public static Map<String, @Nullable Object> disk(DiskInfo disk) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", disk.id().toString());
    fields.put("path", disk.path());
    fields.put("capacityBytes", disk.capacityBytes());
    fields.put("freeBytes", disk.freeBytes());
    fields.put("headRoomBytes", disk.headRoomBytes());
    fields.put("writable", disk.writable());
    return fields;
  }

  public static Map<String, @Nullable Object> finding(Finding finding) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", finding.name());
    fields.put("holds", finding.holds());
    fields.put("detail", finding.detail());
    fields.put("remedy", finding.holds() ? null : finding.remedy());
    return fields;
  }

  /// A moment in UTC, ISO 8601.
  public static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
