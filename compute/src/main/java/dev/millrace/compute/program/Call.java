package dev.millrace.compute.program;

import dev.millrace.base.Bytes;
import java.io.IOException;
import java.io.OutputStream;

/// An instruction with its arguments, ready to run over the pieces of one job. Immutable and
/// thread-safe: many pieces run at once.
///
/// The answer must depend on nothing but the arguments and the input's bytes and labels, so that a
/// piece may be run again anywhere.
public interface Call {
  /// How the input may be cut.
  Split split();

  /// How the pieces' answers go together.
  Combine combine();

  /// How many inputs a job may have at most, 1 or more.
  default int mostInputs() {
    return Integer.MAX_VALUE;
  }

  /// Runs over one piece. Memory is bounded whatever the size of the piece: read, work, write.
  ///
  /// @param output takes this piece's part of the answer; not to be written to when answers are
  ///   aggregated, or before the first file is begun when they are files
  /// @return what the combining step needs of this piece; at most 1 MiB, [Bytes#EMPTY] when it
  ///   needs nothing, and when answers are files
  /// @throws dev.millrace.base.MillraceException BAD_INPUT when the input isn't what the
  ///   instruction works on: the job fails with this message, which names the input
  /// @throws IOException passed on from `output`
  Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException;
}
