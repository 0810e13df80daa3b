package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Jobs.InstructionInfo;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.VersionId;
import java.util.Set;

/// Jobs as JSON.
public final class JobJson {
  private static final Set<String> REQUEST_FIELDS =
      Set.of("program", "inputs", "labels", "outputBucket", "outputKey", "priority");

  private JobJson() {}

  public static JsonObject of(JobRequest request) {
    return new JsonObject()
        .with("program", of(request.program()))
        .withObjects("inputs", request.inputs(), VersionJson::ref)
        .withTexts("labels", request.labels())
        .withOptional("outputBucket", request.outputBucket())
        .withOptional("outputKey", request.outputKey())
        .with("priority", request.priority().word());
  }

  public static JobRequest request(JsonObject json) {
    json.allow(REQUEST_FIELDS);
    return new JobRequest(
        program(json.object("program")),
        json.objects("inputs", VersionJson::ref),
        json.texts("labels"),
        json.optionalText("outputBucket").map(BucketName::new),
        json.optionalText("outputKey").map(ObjectKey::new),
        priority(json));
  }

  public static JsonObject of(JobProgress progress) {
    return new JsonObject()
        .with("job", of(progress.job()))
        .with("revision", progress.revision())
        .with("inputBytesDone", progress.inputBytesDone())
        .with("inputBytesTotal", progress.inputBytesTotal())
        .with("piecesDone", progress.piecesDone())
        .with("piecesTotal", progress.piecesTotal())
        .with("bytesPerSecond", progress.bytesPerSecond())
        .withOptional("remainingMillis", progress.remainingMillis())
        .with("outputBytes", progress.outputBytes());
  }

  public static JobProgress progress(JsonObject json) {
    return new JobProgress(
        job(json.object("job")),
        json.number("revision"),
        json.number("inputBytesDone"),
        json.number("inputBytesTotal"),
        json.integer("piecesDone"),
        json.integer("piecesTotal"),
        json.number("bytesPerSecond"),
        json.optionalNumber("remainingMillis"),
        json.number("outputBytes"));
  }

  public static JsonObject of(InstructionInfo info) {
    return new JsonObject()
        .with("name", info.name())
        .with("usage", info.usage())
        .with("description", info.description());
  }

  public static InstructionInfo instruction(JsonObject json) {
    return new InstructionInfo(json.text("name"), json.text("usage"), json.text("description"));
  }

  private static JsonObject of(Job job) {
    JobSpec spec = job.spec();
    return new JsonObject()
        .with("id", job.id().toString())
        .with("state", job.state().name())
        .with("program", of(spec.program()))
        .withObjects("inputs", spec.inputs(), VersionJson::ref)
        .withTexts("labels", spec.labels())
        .with("outputBucket", spec.outputBucket().value())
        .with("outputKey", spec.outputKey().value())
        .with("priority", spec.priority().word())
        .with("createdMillis", job.createdMillis())
        .with("endedMillis", job.endedMillis())
        .with("sessionKey", VersionJson.wrappedKey(job.sessionKey()))
        .withOptional("output", job.output())
        .withOptional("failure", job.failure());
  }

  private static Job job(JsonObject json) {
    JobSpec spec =
        new JobSpec(
            program(json.object("program")),
            json.objects("inputs", VersionJson::ref),
            json.texts("labels"),
            new BucketName(json.text("outputBucket")),
            new ObjectKey(json.text("outputKey")),
            priority(json));
    return new Job(
        json.parsed("id", JobId::parse),
        spec,
        json.parsed("state", JobJson::state),
        json.number("createdMillis"),
        json.number("endedMillis"),
        VersionJson.wrappedKey(json.object("sessionKey")),
        json.optionalParsed("output", VersionId::parse),
        json.optionalText("failure"));
  }

  private static Priority priority(JsonObject json) {
    return json.optionalParsed("priority", Priority::parse).orElse(Priority.NORMAL);
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

  private static JsonObject of(Program program) {
    return switch (program) {
      case Program.Instruction instruction ->
          new JsonObject()
              .with("instruction", instruction.name())
              .withTexts("arguments", instruction.arguments());
    };
  }

  private static Program program(JsonObject json) {
    return new Program.Instruction(json.text("instruction"), json.texts("arguments"));
  }
}
