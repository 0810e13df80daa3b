package dev.millrace.model;

import java.util.List;

/// An answer that the same job again is given.
///
/// @param job the one that computed it
/// @param program what that job ran
/// @param programDigest of the program
/// @param nodes those that computed it
/// @param answer a version with its bytes, the newest that was given as this answer
public record RecordedResult(
    JobId job, Program program, Sha256 programDigest, List<NodeId> nodes, ObjectRef answer) {
  public RecordedResult {
    nodes = List.copyOf(nodes);
  }
}
