package dev.millrace.compute.program;

import java.util.List;

/// A program in Java that runs inside the worker. Found by `ServiceLoader`, so an implementation is
/// public with a constructor without parameters. Stateless and thread-safe.
public interface Instruction {
  /// What people type: lower-case letters, digits and `-`.
  String name();

  /// One line as in `compress [--level 1..19] [--format zstd|gzip]`.
  String usage();

  /// One sentence for people.
  String description();

  /// The version of what its answers are: raised whenever the same arguments over the same input
  /// give another answer than before, so that nobody is served one that an older version recorded.
  default int semantics() {
    return 1;
  }

  /// Reads the arguments.
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT that names the argument and the
  ///   remedy
  Call parse(List<String> arguments);
}
