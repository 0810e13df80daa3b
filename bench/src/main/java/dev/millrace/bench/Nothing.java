package dev.millrace.bench;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StageInput;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.TaskResult;
import java.io.OutputStream;
import java.util.List;

/// An instruction whose second stage has any number of tasks that read and write nothing: what is
/// left is what a task costs the node.
public final class Nothing implements Instruction {
  @Override
  public String name() {
    return "nothing";
  }

  @Override
  public String usage() {
    return "nothing TASKS";
  }

  @Override
  public String description() {
    return "Runs so many tasks that do nothing.";
  }

  @Override
  public Call parse(List<String> arguments) {
    Arguments walk = new Arguments(this, arguments);
    return new Empty(Integer.parseInt(walk.next()));
  }

  private record Empty(int tasks) implements Call {
    @Override
    public Split split() {
      return new Split.WholeFile();
    }

    @Override
    public Combine combine() {
      return new Combine.Stages(new EmptyPlan(tasks));
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context) {
      return Bytes.EMPTY;
    }
  }

  private record EmptyPlan(int tasks) implements StagePlan {
    @Override
    public Stage after(int stage, List<TaskResult> results) {
      return new EmptyStage(tasks);
    }
  }

  private record EmptyStage(int tasks) implements Stage {
    @Override
    public boolean last() {
      return true;
    }

    @Override
    public Bytes run(int task, StageInput input, OutputStream output, TaskContext context) {
      return Bytes.EMPTY;
    }
  }
}
