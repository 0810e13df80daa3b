package dev.millrace.system.crash;

import dev.millrace.model.JobOptions;
import dev.millrace.model.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The jobs of the campaign: what each runs over [JobInput]. What the answer is, [JobAnswers]
/// knows.
enum JobShape {
  COMPRESS,
  COUNT,
  GREP,
  SORT,
  /// A command on each piece.
  COMMAND,
  /// A command on each piece, and one over all.
  REDUCE,
  /// A command that leaves files.
  FILES,
  SPLIT,
  /// A command that fails on one piece as long as a file of the machine is missing.
  FAILING;

  static final String LABEL = "input";

  static final int SPLIT_LINES = 40_000;
  static final String NEEDLE = "7f";
  static final String PART = "part-";

  /// @param flag the file that [#FAILING] looks for
  Program program(Path flag) {
    return switch (this) {
      case COMPRESS -> instruction("compress", "--format", "gzip");
      case COUNT -> instruction("count");
      case GREP -> instruction("grep", NEEDLE);
      case SORT -> instruction("sort");
      case COMMAND -> command("sleep 0.03; tr a-f A-F");
      case REDUCE ->
          new Program.Executable(
              "sleep 0.03; wc -l",
              Program.Cut.LINES,
              Optional.of("sleep 0.1; awk '{n += $1} END {print n}'"),
              false,
              List.of());
      case FILES ->
          new Program.Executable(
              "sleep 0.03; cat > \"$MILLRACE_OUT/" + PART + "$MILLRACE_PIECE\"",
              Program.Cut.LINES,
              Optional.empty(),
              true,
              List.of());
      case SPLIT -> instruction("split", "-l", Integer.toString(SPLIT_LINES));
      case FAILING ->
          command(
              "cat > p; if ! test -e '%s' && grep -q %s p; then exit 3; fi; cat p"
                  .formatted(flag, JobInput.MARK));
    };
  }

  private static Program instruction(String name, String... arguments) {
    return new Program.Instruction(name, List.of(arguments));
  }

  private static Program command(String text) {
    return new Program.Executable(text, Program.Cut.LINES, Optional.empty(), false, List.of());
  }

  /// In a sandbox there are no files of the machine to look for.
  JobOptions options() {
    JobOptions usual = JobOptions.USUAL;
    return new JobOptions(usual.limits(), this == FAILING, usual.priority());
  }

  /// Whether the answer is files.
  boolean files() {
    return this == FILES || this == SPLIT;
  }

  /// A file that the answer is sure to have.
  String firstFile() {
    return this == SPLIT ? "xaa" : PART + "0";
  }
}
