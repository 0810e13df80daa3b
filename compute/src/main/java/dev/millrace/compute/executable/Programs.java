package dev.millrace.compute.executable;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Instructions;
import dev.millrace.compute.sandbox.Sandbox;
import dev.millrace.compute.sandbox.SandboxReport;
import dev.millrace.model.JobOptions;
import dev.millrace.model.Program;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Shipped;
import java.util.HashSet;
import java.util.Set;

/// What this node can run, of every kind. Thread-safe.
public final class Programs {
  private static final int MOST_HEADER_LINES = 1000;

  private final Instructions instructions;
  private final Sandbox sandbox;
  private final ShippedFiles files;

  public Programs(Instructions instructions, Sandbox sandbox, ShippedFiles files) {
    this.instructions = instructions;
    this.sandbox = sandbox;
    this.files = files;
  }

  public Instructions instructions() {
    return instructions;
  }

  /// A program that is ready to run.
  ///
  /// @throws MillraceException NO_SUCH_PROGRAM, INVALID_ARGUMENT; SANDBOX_INCOMPLETE for an
  ///   executable where the sandbox is, NO_SUCH_KEY for a shipped file that isn't there
  public Call call(Program program, JobOptions options) {
    return switch (program) {
      case Program.Instruction named -> instructions.find(named.name()).parse(named.arguments());
      case Program.Executable executable -> call(executable, options);
    };
  }

  private Call call(Program.Executable executable, JobOptions options) {
    check(executable.cut());
    if (executable.files() && executable.reduce().isPresent()) {
      throw invalid("files", "a second command reads what the first writes to standard output");
    }
    Set<String> names = new HashSet<>();
    for (Shipped shipped : executable.shipped()) {
      check(shipped, names);
      files.find(shipped.content());
    }
    if (!options.unsandboxed()) {
      SandboxReport report = sandbox.report();
      if (!report.complete()) {
        throw new MillraceException(ErrorCode.SANDBOX_INCOMPLETE, report.refusal());
      }
    }
    return new ExecutableCall(executable, new Shell(sandbox, files, executable.shipped(), options));
  }

  private static void check(Shipped shipped, Set<String> names) {
    String name = shipped.name();
    if (!name.matches("[^/\\p{Cntrl}]{1,255}") || name.equals(".") || name.equals("..")) {
      throw invalid("shipped file '" + Text.printable(name) + "'", "not a file's name");
    }
    if (!names.add(name)) {
      throw invalid("shipped file '" + Text.printable(name) + "'", "there are two of this name");
    }
  }

  private static void check(Cut cut) {
    boolean headed =
        switch (cut.unit()) {
          case LINES, RECORDS -> true;
          case BYTES, WHOLE -> false;
        };
    if (cut.headerLines() < 0 || cut.headerLines() > MOST_HEADER_LINES) {
      throw invalid("header", "not a number of lines from 0 to " + MOST_HEADER_LINES);
    }
    if (cut.headerLines() > 0 && !headed) {
      throw invalid("header", "it goes with lines and records only");
    }
    if (cut.recordEnd().isEmpty() == (cut.unit() == Cut.Unit.RECORDS)
        || cut.recordEnd().indexOf('\n') >= 0) {
      throw invalid(
          "record end",
          "records, and nothing else, need the text with which the last line of each begins");
    }
  }

  private static MillraceException invalid(String what, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, what + ": " + why + ": see 'millrace help run'");
  }
}
