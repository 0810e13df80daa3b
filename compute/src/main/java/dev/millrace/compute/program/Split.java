package dev.millrace.compute.program;

/// How the concatenated inputs of a job may be cut into pieces.
public sealed interface Split {
  /// Anywhere. A piece may hold the end of one input and the beginning of the next.
  ///
  /// @param leastBytes pieces are not made smaller than this, but for the last
  record Bytes(long leastBytes) implements Split {}

  /// Behind a line feed; a line is never cut. A last line without line feed is a line.
  record Lines() implements Split {}

  /// Behind a line that begins with a text; a record is never cut. What follows the last such line
  /// is a record.
  ///
  /// @param end what the last line of a record begins with
  record Records(String end) implements Split {}

  /// Only between inputs. A piece may hold several whole inputs.
  record WholeFile() implements Split {}
}
