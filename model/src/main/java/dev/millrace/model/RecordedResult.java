package dev.millrace.model;

import dev.millrace.base.Check;
import java.util.List;

/// An answer that the same job again is given.
///
/// @param job the one that computed it
/// @param program what that job ran
/// @param programDigest of the program
/// @param nodes those that computed it
/// @param answer versions with its bytes, the newest that were given as this answer
public record RecordedResult(
    JobId job, Program program, Sha256 programDigest, List<NodeId> nodes, Answer answer) {
  public RecordedResult {
    nodes = List.copyOf(nodes);
  }

  /// Where an answer lies.
  public sealed interface Answer {}

  /// An answer that is one object.
  ///
  /// @param version its exact version
  public record One(ObjectRef version) implements Answer {}

  /// An answer that is files.
  ///
  /// @param prefix of their keys, without the `/` behind it
  /// @param versions theirs; one at least
  public record Many(ObjectKey prefix, List<VersionId> versions) implements Answer {
    public Many {
      versions = List.copyOf(versions);
      Check.that(!versions.isEmpty(), "no files under %s", prefix);
    }
  }
}
