package dev.millrace.compute.balancer;

import dev.millrace.base.Bytes;
import dev.millrace.compute.plugin.Plugins;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;

/// A plug-in `odd` whose every step a test can replace. Unless told otherwise it says nothing about
/// any input.
final class FakePlugin implements Instruction {
  static final String JAR = "odd-1.0.jar";

  /// What it does with a piece.
  interface Run {
    Bytes run(PieceInput input, OutputStream output, TaskContext context) throws Exception;
  }

  volatile Callable<Boolean> parse = () -> true;
  volatile Callable<Split> split = () -> new Split.Bytes(1);
  volatile Callable<Combine> combine = Combine.ConcatenateInOrder::new;
  volatile Run run = (_, _, _) -> Bytes.EMPTY;

  /// Aggregates by `reduction`.
  void reduce(Combine.Reduction reduction) {
    combine = () -> new Combine.Aggregate(reduction);
  }

  Instruction guarded() {
    return Plugins.guarded(JAR, this);
  }

  @Override
  public String name() {
    return "odd";
  }

  @Override
  public String usage() {
    return "odd";
  }

  @Override
  public String description() {
    return "Does what a test says.";
  }

  @Override
  public Call parse(List<String> arguments) {
    return quietly(parse) ? new OddCall() : nothing();
  }

  @SuppressWarnings("NullAway") // what a plug-in may do that nobody checked
  static <T> T nothing() {
    return null;
  }

  /// Throws what it throws, checked or not, as code of other compilers does.
  static <T> T quietly(Callable<T> step) {
    try {
      return step.call();
    } catch (Exception e) {
      throw FakePlugin.<RuntimeException>thrown(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the very point of it
  private static <E extends Exception> E thrown(Exception e) throws E {
    throw (E) e;
  }

  private final class OddCall implements Call {
    @Override
    public Split split() {
      return quietly(split);
    }

    @Override
    public Combine combine() {
      return quietly(combine);
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      return quietly(() -> run.run(input, output, context));
    }
  }
}
