package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.FailureKind;
import dev.millrace.model.JobOptions;
import dev.millrace.model.NodeId;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Shipped;
import dev.millrace.model.TaskFailure;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskLimits;
import java.util.List;
import java.util.Locale;

/// Programs, their limits and their failures as JSON.
final class ProgramJson {
  private ProgramJson() {}

  static JsonObject of(Program program) {
    return switch (program) {
      case Program.Instruction instruction ->
          new JsonObject()
              .with("instruction", instruction.name())
              .withTexts("arguments", instruction.arguments());
      case Program.Executable executable ->
          new JsonObject()
              .with("command", executable.command())
              .with("cut", of(executable.cut()))
              .withOptional("reduce", executable.reduce())
              .with("files", executable.files())
              .withObjects("shipped", executable.shipped(), ProgramJson::of);
    };
  }

  static Program program(JsonObject json) {
    if (json.has("command")) {
      return new Program.Executable(
          json.text("command"),
          json.has("cut") ? cut(json.object("cut")) : Cut.LINES,
          json.optionalText("reduce"),
          json.has("files") && json.flag("files"),
          json.has("shipped") ? json.objects("shipped", ProgramJson::shipped) : List.of());
    }
    return new Program.Instruction(json.text("instruction"), json.texts("arguments"));
  }

  private static JsonObject of(Cut cut) {
    return new JsonObject()
        .with("unit", cut.unit().name().toLowerCase(Locale.ROOT))
        .with("headerLines", cut.headerLines())
        .with("recordEnd", cut.recordEnd());
  }

  private static Cut cut(JsonObject json) {
    return new Cut(
        json.parsed("unit", text -> parse(Cut.Unit.values(), "way to cut", text)),
        json.has("headerLines") ? json.integer("headerLines") : 0,
        json.optionalText("recordEnd").orElse(""));
  }

  private static JsonObject of(Shipped shipped) {
    return new JsonObject()
        .with("name", shipped.name())
        .with("content", VersionJson.ref(shipped.content()));
  }

  private static Shipped shipped(JsonObject json) {
    return new Shipped(json.text("name"), VersionJson.ref(json.object("content")));
  }

  static JsonObject of(JobOptions options) {
    return new JsonObject()
        .with("limits", of(options.limits()))
        .with("unsandboxed", options.unsandboxed())
        .with("priority", options.priority().word());
  }

  /// What is left out is as usual.
  static JobOptions options(JsonObject json) {
    return new JobOptions(
        json.has("limits") ? limits(json.object("limits")) : TaskLimits.USUAL,
        json.has("unsandboxed") && json.flag("unsandboxed"),
        json.has("priority") ? json.parsed("priority", Priority::parse) : Priority.NORMAL);
  }

  private static JsonObject of(TaskLimits limits) {
    return new JsonObject()
        .with("memoryBytes", limits.memoryBytes())
        .with("processes", limits.processes())
        .with("milliCores", limits.milliCores())
        .with("scratchBytes", limits.scratchBytes())
        .with("outputBytes", limits.outputBytes())
        .with("timeMillis", limits.timeMillis());
  }

  private static TaskLimits limits(JsonObject json) {
    TaskLimits usual = TaskLimits.USUAL;
    return new TaskLimits(
        json.optionalNumber("memoryBytes").orElse(usual.memoryBytes()),
        json.has("processes") ? json.integer("processes") : usual.processes(),
        json.has("milliCores") ? json.integer("milliCores") : usual.milliCores(),
        json.optionalNumber("scratchBytes").orElse(usual.scratchBytes()),
        json.optionalNumber("outputBytes").orElse(usual.outputBytes()),
        json.optionalNumber("timeMillis").orElse(usual.timeMillis()));
  }

  static JsonObject of(TaskFailure failure) {
    return new JsonObject()
        .with("stage", failure.task().stage())
        .with("task", failure.task().task())
        .with("attempt", failure.attempt())
        .with("node", failure.node().toString())
        .with("inputOffset", failure.inputOffset())
        .with("inputBytes", failure.inputBytes())
        .with("kind", failure.kind().name().toLowerCase(Locale.ROOT))
        .with("message", failure.message())
        .with("log", failure.log());
  }

  static TaskFailure failure(JsonObject json) {
    return new TaskFailure(
        new TaskId(json.integer("stage"), json.integer("task")),
        json.integer("attempt"),
        json.parsed("node", text -> new NodeId(Id128.parse(text))),
        json.number("inputOffset"),
        json.number("inputBytes"),
        json.parsed("kind", text -> parse(FailureKind.values(), "kind of failure", text)),
        json.text("message"),
        json.text("log"));
  }

  private static <E extends Enum<E>> E parse(E[] values, String what, String text) {
    for (E value : values) {
      if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
        return value;
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        what + " '" + Text.printable(text) + "': unknown: use matching programs");
  }
}
