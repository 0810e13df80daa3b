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

  /// Whether its answer is files ([Combine.Files]), whatever its arguments are: then an output is a
  /// folder.
  default boolean files() {
    return false;
  }

  /// Reads the arguments.
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT that names the argument and the
  ///   remedy
  Call parse(List<String> arguments);
}
