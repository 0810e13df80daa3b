package dev.millrace.compute.program;

import dev.millrace.base.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

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

  /// A piece's state as it would be if its inputs stood elsewhere in the job: so a later job with
  /// the same inputs takes the piece over instead of running it. Absent, as it is unless a call
  /// says otherwise, when that can't be done: with such a piece, or, when it is absent for the
  /// empty state, with any.
  ///
  /// A call that gives a state promises that its answer to whole inputs depends on nothing but
  /// their bytes, their labels, and whether the job has one input or several: not on their numbers,
  /// on other inputs, or on how they were cut.
  ///
  /// @param by how much larger the number of each input is now
  default Optional<Bytes> moved(Bytes state, int by) {
    return Optional.empty();
  }

  /// Whether the answer to an input looks otherwise in a job of one input than in one of several.
  /// Where it does not, what was computed of one alone serves when others are added.
  default boolean tellsOneInputFromSeveral() {
    return true;
  }

  /// How many inputs a job may have at most, 1 or more.
  default int mostInputs() {
    return Integer.MAX_VALUE;
  }

  /// Runs over one piece. Memory is bounded whatever the size of the piece: read, work, write.
  ///
  /// @param output takes this piece's part of the answer, on the task's thread and until its end;
  ///   not to be written to when answers are aggregated, or before the first file is begun when
  ///   they are files. It need not be flushed or closed
  /// @return what the combining step needs of this piece; at most 1 MiB, [Bytes#EMPTY] when it
  ///   needs nothing, and when answers are files
  /// @throws dev.millrace.base.MillraceException BAD_INPUT when the input isn't what the
  ///   instruction works on: the job fails with this message, which names the input
  /// @throws IOException passed on from `output`
  Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException;
}
