package dev.millrace.compute.plugin;

import dev.millrace.compute.program.Combine;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// A plug-in's combining step. Flushes the answer now and then, which is where a job that was
/// cancelled stops.
///
/// @param reduction the plug-in's
record GuardedReduction(Plugin plugin, String instruction, Combine.Reduction reduction)
    implements Combine.Reduction {
  @Override
  public void reduce(List<Combine.InputFile> inputs, List<TaskResult> results, OutputStream answer)
      throws IOException {
    ForeignCall<Boolean> foreign = new ForeignCall<>(plugin, instruction, "reduce");
    GuardedOutput guarded = new GuardedOutput(foreign, answer, true);
    List<Combine.InputFile> allInputs = List.copyOf(inputs);
    List<TaskResult> allResults = List.copyOf(results);
    foreign.run(
        () -> {
          reduction.reduce(allInputs, allResults, guarded);
          guarded.handOver();
          return true;
        },
        answer::flush);
  }
}
