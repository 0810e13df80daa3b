package dev.millrace.compute.program;

import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// How the answers of the pieces become the answer of the job.
public sealed interface Combine {
  /// One behind the other. Costs nothing: no bytes are copied, and the answer can be read from its
  /// start while later pieces still run.
  record ConcatenateInOrder() implements Combine {}

  /// By one step over what the pieces returned.
  record Aggregate(Reduction reduction) implements Combine {}

  /// Not at all: each task writes files ([TaskContext#beginFile]), which are published below the
  /// job's output key, all at once when every task has finished. A name that two tasks write fails
  /// the job. There may be [dev.millrace.net.CatalogCommand.PublishFiles#FILES] in all.
  record Files() implements Combine {}

  /// By further stages, whose tasks run on slots as the pieces did. The outputs of the last one,
  /// one behind the other, are the answer.
  record Stages(StagePlan plan) implements Combine {}

  /// Makes the answer from the pieces' states and counters.
  interface Reduction {
    /// Writes the answer. The states of all pieces are in memory at once. Writing is where a
    /// cancelled job stops; of `results` only counters and state are of use here.
    ///
    /// @param inputs in the order of the job
    /// @param results in the order of the pieces, which cover the concatenated inputs exactly
    void reduce(List<InputFile> inputs, List<TaskResult> results, OutputStream answer)
        throws IOException;
  }

  /// One input of the job.
  ///
  /// @param label how answers name it; empty when it has no name
  record InputFile(String label, long sizeBytes) {}
}
