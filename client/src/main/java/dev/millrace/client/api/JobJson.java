package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Jobs.InstructionInfo;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Remaining;
import dev.millrace.model.VersionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Jobs as JSON.
public final class JobJson {
  private static final Set<String> REQUEST_FIELDS =
      Set.of(
          "program",
          "inputs",
          "labels",
          "outputBucket",
          "outputKey",
          "options",
          "reuse",
          "prefixes");

  private JobJson() {}

  public static JsonObject of(JobRequest request) {
    return new JsonObject()
        .with("program", ProgramJson.of(request.program()))
        .withObjects("inputs", request.inputs(), VersionJson::ref)
        .withTexts("labels", request.labels())
        .withOptional("outputBucket", request.outputBucket())
        .withOptional("outputKey", request.outputKey())
        .with("options", ProgramJson.of(request.options()))
        .with("reuse", request.reuse().name())
        .withObjects("prefixes", request.prefixes(), JobJson::of);
  }

  public static JobRequest request(JsonObject json) {
    json.allow(REQUEST_FIELDS);
    return new JobRequest(
        ProgramJson.program(json.object("program")),
        json.objects("inputs", VersionJson::ref),
        json.texts("labels"),
        json.optionalText("outputBucket").map(BucketName::new),
        json.optionalText("outputKey").map(ObjectKey::new),
        json.has("options") ? ProgramJson.options(json.object("options")) : JobOptions.USUAL,
        json.optionalText("reuse").map(JobJson::reuse).orElse(JobRequest.Reuse.ALLOWED),
        json.has("prefixes") ? json.objects("prefixes", JobJson::prefix) : List.of());
  }

  private static JsonObject of(PrefixInput prefix) {
    return new JsonObject()
        .with("before", prefix.before())
        .with("bucket", prefix.bucket().value())
        .with("prefix", prefix.prefix())
        .with("labelHead", prefix.labelHead());
  }

  private static PrefixInput prefix(JsonObject json) {
    return new PrefixInput(
        json.integer("before"),
        new BucketName(json.text("bucket")),
        json.text("prefix"),
        json.text("labelHead"));
  }

  private static JobRequest.Reuse reuse(String name) {
    for (JobRequest.Reuse reuse : JobRequest.Reuse.values()) {
      if (reuse.name().equals(name)) {
        return reuse;
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "field 'reuse': '"
            + Text.printable(name)
            + "' is not one of "
            + List.of(JobRequest.Reuse.values())
            + ": send one of these");
  }

  public static JsonObject of(JobProgress progress) {
    return new JsonObject()
        .with("job", of(progress.job()))
        .with("revision", progress.revision())
        .with("stage", progress.stage())
        .with("inputBytesDone", progress.inputBytesDone())
        .with("inputBytesTotal", progress.inputBytesTotal())
        .with("piecesDone", progress.piecesDone())
        .with("piecesFailed", progress.piecesFailed())
        .with("piecesTotal", progress.piecesTotal())
        .with("bytesPerSecond", progress.bytesPerSecond())
        .withOptional("remainingMillis", progress.remaining().map(Remaining::millis))
        .withOptional("remainingLeastMillis", progress.remaining().map(Remaining::leastMillis))
        .withOptional("remainingMostMillis", progress.remaining().map(Remaining::mostMillis))
        .withOptional("stall", progress.stall())
        .with("outputBytes", progress.outputBytes());
  }

  public static JobProgress progress(JsonObject json) {
    return new JobProgress(
        job(json.object("job")),
        json.number("revision"),
        json.integer("stage"),
        json.number("inputBytesDone"),
        json.number("inputBytesTotal"),
        json.integer("piecesDone"),
        json.integer("piecesFailed"),
        json.integer("piecesTotal"),
        json.number("bytesPerSecond"),
        remaining(json),
        json.optionalText("stall"),
        json.number("outputBytes"));
  }

  private static Optional<Remaining> remaining(JsonObject json) {
    return json.optionalNumber("remainingMillis")
        .map(millis ->
            new Remaining(
                millis,
                json.optionalNumber("remainingLeastMillis").orElse(millis),
                json.optionalNumber("remainingMostMillis").orElse(millis)));
  }

  public static JsonObject of(InstructionInfo info) {
    return new JsonObject()
        .with("name", info.name())
        .with("usage", info.usage())
        .with("description", info.description())
        .with("files", info.files());
  }

  public static InstructionInfo instruction(JsonObject json) {
    return new InstructionInfo(
        json.text("name"),
        json.text("usage"),
        json.text("description"),
        json.has("files") && json.flag("files"));
  }

  /// Without its inputs.
  static JsonObject of(Job job) {
    JobSpec spec = job.spec();
    JsonObject json =
        new JsonObject()
            .with("id", job.id().toString())
            .with("state", job.state().name())
            .with("program", ProgramJson.of(spec.program()))
            .with("outputBucket", spec.outputBucket().value())
            .with("outputKey", spec.outputKey().value())
            .with("options", ProgramJson.of(spec.options()))
            .with("createdMillis", job.createdMillis())
            .with("endedMillis", job.endedMillis())
            .with("sessionKey", VersionJson.wrappedKey(job.sessionKey()))
            .withOptional("output", job.output())
            .withOptional("failure", job.failure())
            .withObjects("failures", job.failures(), ProgramJson::of);
    job.provenance().ifPresent(from -> json.with("provenance", ProvenanceJson.of(from)));
    job.files()
        .ifPresent(files ->
            json.with(
                "files",
                new JsonObject()
                    .with("count", files.count())
                    .with("sizeBytes", files.sizeBytes())));
    return json;
  }

  static Job job(JsonObject json) {
    JobSpec spec =
        new JobSpec(
            ProgramJson.program(json.object("program")),
            List.of(),
            List.of(),
            new BucketName(json.text("outputBucket")),
            new ObjectKey(json.text("outputKey")),
            ProgramJson.options(json.object("options")));
    return new Job(
        json.parsed("id", JobId::parse),
        spec,
        json.parsed("state", JobJson::state),
        json.number("createdMillis"),
        json.number("endedMillis"),
        VersionJson.wrappedKey(json.object("sessionKey")),
        json.optionalParsed("output", VersionId::parse),
        json.optionalText("failure"),
        json.objects("failures", ProgramJson::failure),
        json.has("provenance")
            ? Optional.of(ProvenanceJson.provenance(json.object("provenance")))
            : Optional.empty(),
        json.has("files") ? Optional.of(files(json.object("files"))) : Optional.empty());
  }

  private static JobFiles files(JsonObject json) {
    return new JobFiles(json.integer("count"), json.number("sizeBytes"));
  }

  private static JobState state(String name) {
    for (JobState state : JobState.values()) {
      if (state.name().equals(name)) {
        return state;
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "job state '" + Text.printable(name) + "': unknown: use matching programs");
  }
}
