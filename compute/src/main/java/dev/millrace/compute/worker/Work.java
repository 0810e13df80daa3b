package dev.millrace.compute.worker;

import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Stage;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskResult;
import java.util.List;

/// What a task does.
public sealed interface Work {
  /// Whether it writes a part of its stage's output.
  boolean writes();

  /// Whether what it writes is files.
  boolean files();

  /// Runs a call over a piece of the job's input.
  ///
  /// @param segments what of which input
  /// @param contents of the job's inputs
  record OnInput(Call call, List<Segment> segments, Contents contents) implements Work {
    public OnInput {
      segments = List.copyOf(segments);
    }

    @Override
    public boolean writes() {
      return switch (call.combine()) {
        case Combine.ConcatenateInOrder _, Combine.Files _, Combine.Stages _ -> true;
        case Combine.Aggregate _ -> false;
      };
    }

    @Override
    public boolean files() {
      return call.combine() instanceof Combine.Files;
    }
  }

  /// Runs a task of a later stage.
  ///
  /// @param parts results of the stage before
  /// @param contents what each of them wrote
  record OnStage(Stage stage, List<TaskResult> parts, List<Stored> contents) implements Work {
    public OnStage {
      parts = List.copyOf(parts);
      contents = List.copyOf(contents);
    }

    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public boolean files() {
      return false;
    }
  }
}
