package dev.millrace.compute.program;

import dev.millrace.base.Check;

/// The part of one input that belongs to a piece.
///
/// @param input position of the input in the job, from 0
/// @param label how answers name the input
/// @param offset first byte of the segment within the input
/// @param lengthBytes 0 for an empty input, and where a piece that is cut by lines has none that
///   begins in it
public record Segment(int input, String label, long offset, long lengthBytes) {
  public Segment {
    Check.that(input >= 0 && offset >= 0 && lengthBytes >= 0, "segment %d+%d", offset, lengthBytes);
  }
}
