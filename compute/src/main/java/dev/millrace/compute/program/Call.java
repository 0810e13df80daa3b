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
  /// How the input may be cut. Always the same for the same arguments.
  Split split();

  /// How the pieces' answers go together. Always the same for the same arguments.
  Combine combine();

  /// Runs over one piece. Memory is bounded whatever the size of the piece: read, work, write.
  ///
  /// @param output takes this piece's part of the answer, on the task's thread and until its end;
  ///   not to be written to when answers are aggregated. It need not be flushed or closed
  /// @return what the combining step needs of this piece; at most 1 MiB, [Bytes#EMPTY] when it
  ///   needs nothing
  /// @throws dev.millrace.base.MillraceException BAD_INPUT when the input isn't what the
  ///   instruction works on: the job fails with this message, which names the input
  /// @throws IOException passed on from `output`
  Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException;
}
