package dev.millrace.compute.program;

import java.util.List;

/// A program in Java that runs inside the worker. Found by `ServiceLoader`, so an implementation is
/// public with a constructor without parameters, and named in
/// `META-INF/services/dev.millrace.compute.program.Instruction` of its jar. Made once for each
/// process. Stateless and thread-safe. What a plug-in says of its name, usage and description when
/// it is loaded holds until the process ends.
public interface Instruction {
  /// What people type: 1 to 64 lower-case letters, digits and `-`, a letter or digit first. Not one
  /// that another instruction has.
  String name();

  /// One line as in `compress [--level 1..19] [--format zstd|gzip]`: the name, then what it takes
  /// before the inputs, in brackets what may be left out. At most 500 characters for a plug-in.
  ///
  /// The command line sorts the user's words by it: behind `-f N` or `--level 1..19` a word belongs
  /// to the option, behind `[-l]` it doesn't; `a|b` are words to choose from, `PATTERN` is any one
  /// word; what is left over is an input.
  String usage();

  /// One sentence for people. At most 1,000 characters for a plug-in.
  String description();

  /// The version of what its answers are: raised whenever the same arguments over the same input
  /// give another answer than before, so that nobody is served one that an older version recorded.
  default int semantics() {
    return 1;
  }

  /// Whether its answer is files ([Combine.Files]), whatever its arguments are: then an output is a
  /// folder.
  default boolean files() {
    return false;
  }

  /// Reads the arguments, before anything of the job exists. Called again when a node goes on with
  /// the job after a restart; what it makes must then be the same. Quick: a plug-in has ten
  /// seconds. [Arguments] walks over options.
  ///
  /// @throws dev.millrace.base.MillraceException INVALID_ARGUMENT that names the argument and the
  ///   remedy
  Call parse(List<String> arguments);
}
