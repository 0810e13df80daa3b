package dev.millrace.compute.program;

/// How the concatenated inputs of a job may be cut into pieces. Where cuts lie within these bounds
/// depends on the size of the inputs, the slots and the speed: the answer must not depend on it.
public sealed interface Split {
  /// Anywhere. A piece may hold the end of one input and the beginning of the next.
  ///
  /// @param leastBytes pieces are not made smaller than this where that can be helped, for the sake
  ///   of speed; taken as the nearest of 1 and 256 MiB when it is outside
  record Bytes(long leastBytes) implements Split {}

  /// Behind a line feed; a line is never cut, and belongs to the piece in which it begins. A last
  /// line without line feed is a line. A piece whose part of an input begins in the middle of a
  /// line that ends behind it has a segment of 0 bytes there.
  record Lines() implements Split {}

  /// Behind a line that begins with a text; a record is never cut. What follows the last such line
  /// is a record.
  ///
  /// @param end what the last line of a record begins with
  record Records(String end) implements Split {}

  /// Only between inputs. A piece may hold several whole inputs, and one input may be of any size.
  record WholeFile() implements Split {}
}
