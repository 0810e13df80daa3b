package dev.millrace.model;

import dev.millrace.base.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which parts of a published answer belong to which of its job's inputs, so that a later job with
/// some of the same inputs can take them over.
///
/// @param kin the key that jobs of the same program and arguments have in common
/// @param groups in order; together all inputs and all pieces
/// @param apart the version that holds what the pieces wrote, where that is not the answer
public record AnswerParts(Sha256 kin, List<Group> groups, Optional<ObjectRef> apart) {
  public AnswerParts {
    groups = List.copyOf(groups);
  }

  /// The shortest run of pieces that is the answer to whole inputs.
  ///
  /// @param inputs how many
  public record Group(int inputs, List<Piece> pieces) {
    public Group {
      pieces = List.copyOf(pieces);
    }

    public long inputBytes() {
      return pieces.stream().mapToLong(Piece::inputBytes).sum();
    }
  }

  /// What is left of a piece's [TaskResult] beside the bytes of its answer.
  ///
  /// @param extents how many of the extents of all pieces are this one's
  public record Piece(
      long inputBytes, int extents, Map<String, Long> counters, Bytes state, NodeId node) {
    public Piece {
      counters = Map.copyOf(counters);
    }
  }
}
