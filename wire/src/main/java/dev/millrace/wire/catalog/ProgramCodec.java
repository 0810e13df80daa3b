package dev.millrace.wire.catalog;

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
import dev.millrace.wire.proto.CutUnitRow;
import dev.millrace.wire.proto.FailureKindRow;
import dev.millrace.wire.proto.FailureRow;
import dev.millrace.wire.proto.JobOptionsRow;
import dev.millrace.wire.proto.LimitsRow;
import dev.millrace.wire.proto.PriorityRow;
import dev.millrace.wire.proto.ProgramRow;
import java.util.Optional;

/// Programs, their limits and their failures, to messages and back. Reading fails as in
/// [NounCodec].
final class ProgramCodec {
  private ProgramCodec() {}

  static ProgramRow write(Program program) {
    return switch (program) {
      case Program.Instruction instruction ->
          ProgramRow.newBuilder()
              .setInstruction(
                  ProgramRow.Instruction.newBuilder()
                      .setName(instruction.name())
                      .addAllArguments(instruction.arguments()))
              .build();
      case Program.Executable executable ->
          ProgramRow.newBuilder().setExecutable(message(executable)).build();
    };
  }

  private static ProgramRow.Executable message(Program.Executable executable) {
    ProgramRow.Executable.Builder row =
        ProgramRow.Executable.newBuilder()
            .setCommand(executable.command())
            .setUnit(
                switch (executable.cut().unit()) {
                  case BYTES -> CutUnitRow.CUT_UNIT_BYTES;
                  case LINES -> CutUnitRow.CUT_UNIT_LINES;
                  case RECORDS -> CutUnitRow.CUT_UNIT_RECORDS;
                  case WHOLE -> CutUnitRow.CUT_UNIT_WHOLE;
                })
            .setHeaderLines(executable.cut().headerLines())
            .setRecordEnd(executable.cut().recordEnd())
            .setFiles(executable.files());
    executable.reduce().ifPresent(row::setReduce);
    for (Shipped shipped : executable.shipped()) {
      row.addShipped(
          ProgramRow.Shipped.newBuilder()
              .setName(shipped.name())
              .setContent(NounCodec.write(shipped.content())));
    }
    return row.build();
  }

  static Program read(ProgramRow row) {
    return switch (row.getKindCase()) {
      case INSTRUCTION ->
          new Program.Instruction(
              row.getInstruction().getName(), row.getInstruction().getArgumentsList());
      case EXECUTABLE -> noun(row.getExecutable());
      case KIND_NOT_SET -> throw NounCodec.newer("a job's program");
    };
  }

  private static Program.Executable noun(ProgramRow.Executable row) {
    Cut.Unit unit =
        switch (row.getUnit()) {
          case CUT_UNIT_BYTES -> Cut.Unit.BYTES;
          case CUT_UNIT_LINES -> Cut.Unit.LINES;
          case CUT_UNIT_RECORDS -> Cut.Unit.RECORDS;
          case CUT_UNIT_WHOLE -> Cut.Unit.WHOLE;
          case CUT_UNIT_UNSPECIFIED, UNRECOGNIZED ->
              throw NounCodec.newer("how a job's input is cut");
        };
    return new Program.Executable(
        row.getCommand(),
        new Cut(unit, row.getHeaderLines(), row.getRecordEnd()),
        row.hasReduce() ? Optional.of(row.getReduce()) : Optional.empty(),
        row.getFiles(),
        row.getShippedList().stream()
            .map(shipped -> new Shipped(shipped.getName(), NounCodec.read(shipped.getContent())))
            .toList());
  }

  static JobOptionsRow write(JobOptions options) {
    return JobOptionsRow.newBuilder()
        .setLimits(message(options.limits()))
        .setUnsandboxed(options.unsandboxed())
        .setPriority(
            switch (options.priority()) {
              case LOW -> PriorityRow.PRIORITY_LOW;
              case NORMAL -> PriorityRow.PRIORITY_NORMAL;
              case HIGH -> PriorityRow.PRIORITY_HIGH;
            })
        .build();
  }

  static JobOptions read(JobOptionsRow row) {
    Priority priority =
        switch (row.getPriority()) {
          case PRIORITY_LOW -> Priority.LOW;
          case PRIORITY_UNSPECIFIED, PRIORITY_NORMAL -> Priority.NORMAL;
          case PRIORITY_HIGH -> Priority.HIGH;
          case UNRECOGNIZED -> throw NounCodec.newer("a job's priority");
        };
    return new JobOptions(noun(row.getLimits()), row.getUnsandboxed(), priority);
  }

  private static LimitsRow message(TaskLimits limits) {
    return LimitsRow.newBuilder()
        .setMemoryBytes(limits.memoryBytes())
        .setProcesses(limits.processes())
        .setMilliCores(limits.milliCores())
        .setScratchBytes(limits.scratchBytes())
        .setOutputBytes(limits.outputBytes())
        .setTimeMillis(limits.timeMillis())
        .build();
  }

  private static TaskLimits noun(LimitsRow row) {
    return new TaskLimits(
        row.getMemoryBytes(),
        row.getProcesses(),
        row.getMilliCores(),
        row.getScratchBytes(),
        row.getOutputBytes(),
        row.getTimeMillis());
  }

  static FailureRow write(TaskFailure failure) {
    return FailureRow.newBuilder()
        .setStage(failure.task().stage())
        .setTask(failure.task().task())
        .setAttempt(failure.attempt())
        .setNode(NounCodec.write(failure.node().value()))
        .setInputOffset(failure.inputOffset())
        .setInputBytes(failure.inputBytes())
        .setKind(
            switch (failure.kind()) {
              case LOST -> FailureKindRow.FAILURE_KIND_LOST;
              case PROGRAM -> FailureKindRow.FAILURE_KIND_PROGRAM;
              case LIMIT -> FailureKindRow.FAILURE_KIND_LIMIT;
              case FINAL -> FailureKindRow.FAILURE_KIND_FINAL;
            })
        .setMessage(failure.message())
        .setLog(failure.log())
        .build();
  }

  static TaskFailure read(FailureRow row) {
    FailureKind kind =
        switch (row.getKind()) {
          case FAILURE_KIND_LOST -> FailureKind.LOST;
          case FAILURE_KIND_PROGRAM -> FailureKind.PROGRAM;
          case FAILURE_KIND_LIMIT -> FailureKind.LIMIT;
          case FAILURE_KIND_FINAL -> FailureKind.FINAL;
          case FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw NounCodec.newer("the kind of a task's failure");
        };
    return new TaskFailure(
        new TaskId(row.getStage(), row.getTask()),
        row.getAttempt(),
        new NodeId(NounCodec.read(row.getNode())),
        row.getInputOffset(),
        row.getInputBytes(),
        kind,
        row.getMessage(),
        row.getLog());
  }
}
