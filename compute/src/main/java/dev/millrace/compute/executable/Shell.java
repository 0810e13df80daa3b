package dev.millrace.compute.executable;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.compute.sandbox.ReadOnlyFile;
import dev.millrace.compute.sandbox.Sandbox;
import dev.millrace.compute.sandbox.SandboxEnd;
import dev.millrace.compute.sandbox.SandboxLimits;
import dev.millrace.compute.sandbox.SandboxOrder;
import dev.millrace.model.JobOptions;
import dev.millrace.model.Program.Shipped;
import dev.millrace.model.TaskLimits;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs commands of one job, each in a sandbox of its own, and says how they fail.
final class Shell {
  /// A failing part of a pipeline fails the command, as does a variable that is not set.
  private static final List<String> BASH =
      List.of("/usr/bin/bash", "-e", "-u", "-o", "pipefail", "-c");

  private static final String PATH = "/program:/usr/local/bin:/usr/bin:/bin";
  private static final double MILLI = 1000;

  /// What the C library calls the two limits that do not end a program, which then says so itself.
  private static final String NO_SPACE = "No space left on device";

  private static final String NO_PROCESS = "Resource temporarily unavailable";

  private final Sandbox sandbox;
  private final ShippedFiles files;
  private final List<Shipped> shipped;
  private final JobOptions options;

  Shell(Sandbox sandbox, ShippedFiles files, List<Shipped> shipped, JobOptions options) {
    this.sandbox = sandbox;
    this.files = files;
    this.shipped = List.copyOf(shipped);
    this.options = options;
  }

  /// Runs one command to its end.
  ///
  /// @param input what its input is called; empty when that has no name
  /// @throws MillraceException PROGRAM_FAILED, LIMIT_HIT, SANDBOX_INCOMPLETE; CANCELLED, and what
  ///   reading the input or writing the output fails with
  void run(
      String command,
      String input,
      ProgramRun.Feed feed,
      OutputStream output,
      TaskContext context) {
    List<String> words = new ArrayList<>(BASH);
    words.add(command);
    Map<String, String> environment = environment(input);
    run(words, environment, what(input), feed, stdout -> ProgramRun.copy(stdout, output), context);
  }

  /// As [#run], but in an empty folder; the files that the command leaves there are what it wrote.
  /// It is told the number of its piece, for their names.
  void runForFiles(
      String command,
      String input,
      ProgramRun.Feed feed,
      OutputStream output,
      TaskContext context) {
    FolderFiles files = new FolderFiles(what(input), context, output);
    Map<String, String> environment = environment(input);
    environment.put("MILLRACE_PIECE", Integer.toString(context.task()));
    run(FolderFiles.words(command), environment, what(input), feed, files, context);
    files.requireWhole();
  }

  private static String what(String input) {
    return "program" + (input.isEmpty() ? "" : " over '" + Text.printable(input) + "'");
  }

  /// What a command finds in its environment. Its answer may be taken over by other jobs, so it
  /// learns nothing but what its answer may depend on.
  private static Map<String, String> environment(String input) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", PATH);
    if (!input.isEmpty()) {
      environment.put("MILLRACE_INPUT", input);
    }
    return environment;
  }

  private void run(
      List<String> words,
      Map<String, String> environment,
      String what,
      ProgramRun.Feed feed,
      ProgramRun.Sink sink,
      TaskContext context) {
    TaskLimits limits = options.limits().times(context.limitFactor());
    SandboxOrder order = order(words, environment, limits);
    ProgramRun run = new ProgramRun(sandbox.start(order), context, limits.outputBytes());
    ProgramRun.Ended ended = run.run(feed, sink);
    if (ended.wroteTooMuch()) {
      throw limit(
          what,
          "it wrote more than " + ByteUnits.format(limits.outputBytes()) + " to its output",
          "--max-output");
    }
    check(what, ended, limits);
  }

  private SandboxOrder order(
      List<String> words, Map<String, String> environment, TaskLimits limits) {
    return new SandboxOrder(
        words,
        environment,
        shipped.stream()
            .map(file ->
                new ReadOnlyFile(files.at(file.content()), ReadOnlyFile.FOLDER + file.name()))
            .toList(),
        new SandboxLimits(
            limits.memoryBytes(),
            limits.processes(),
            limits.milliCores() / MILLI,
            limits.scratchBytes(),
            limits.timeMillis()),
        options.unsandboxed());
  }

  private static void check(String what, ProgramRun.Ended ended, TaskLimits limits) {
    switch (ended.end()) {
      case SandboxEnd.Exited(int code) -> {
        if (code != 0) {
          throw failed(what, said("exit code " + code, ended), remedy(code, ended));
        }
      }
      case SandboxEnd.Signalled(int signal) ->
          throw failed(
              what,
              said("ended by signal " + signal + Signals.name(signal), ended),
              signal == Signals.PIPE
                  ? "let the command behind the pipe read to the end, as sed -n 1,10p does and head"
                      + " does not"
                  : "mend the program");
      case SandboxEnd.OutOfMemory _ ->
          throw limit(
              what,
              "it used more than its memory of " + ByteUnits.format(limits.memoryBytes()),
              "--memory");
      case SandboxEnd.OutOfTime _ -> {
        String why = "it took longer than " + limits.timeMillis() + " ms";
        throw ended.lastLine().endsWith(NO_PROCESS)
            ? limit(what, said(why, ended), "--processes, or --time")
            : limit(what, why, "--time");
      }
      case SandboxEnd.Refused refused ->
          throw new MillraceException(
              ErrorCode.SANDBOX_INCOMPLETE,
              what + ": its sandbox refused: " + refused.why() + ": see 'millrace doctor'");
    }
  }

  private static String said(String end, ProgramRun.Ended ended) {
    return ended.lastLine().isEmpty() ? end : end + ", '" + ended.lastLine() + "'";
  }

  private static String remedy(int code, ProgramRun.Ended ended) {
    if (ended.lastLine().endsWith(NO_SPACE)) {
      return "write less to /tmp, or allow more with --scratch";
    }
    if (ended.lastLine().endsWith(NO_PROCESS)) {
      return "start fewer processes, or allow more with --processes";
    }
    return switch (code) {
      case 126 -> "ship a file that can be executed on this machine";
      case 127 -> "check the command's name, or ship it with --ship FILE";
      default -> "mend the command or its input";
    };
  }

  private static MillraceException failed(String what, String why, String remedy) {
    return new MillraceException(ErrorCode.PROGRAM_FAILED, what + ": " + why + ": " + remedy);
  }

  private static MillraceException limit(String what, String why, String option) {
    return new MillraceException(
        ErrorCode.LIMIT_HIT, what + ": " + why + ": allow more with " + option);
  }
}
