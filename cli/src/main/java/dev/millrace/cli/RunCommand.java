package dev.millrace.cli;

import dev.millrace.base.Clock;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.InstructionInfo;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.JobId;
import dev.millrace.model.JobOptions;
import dev.millrace.model.Priority;
import dev.millrace.model.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Runs a program over files or objects and hands on its answer.
final class RunCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.value(
        "OUT",
        "Where the answer goes: a local file or mr://BUCKET/KEY (default: standard output); for an"
            + " answer that is files mr://BUCKET/PREFIX/",
        "-o",
        "--output");
    ExecutableOptions.define(syntax);
    syntax
        .flag("Compute the answer also when it is recorded already", "--fresh")
        .value("WORD", "How urgent it is: low, normal (the default) or high", "--priority")
        .words(
            "[PROGRAM [ARGS]] INPUT…",
            0,
            Syntax.ANY,
            "The program, its own arguments, and inputs: local files, - for standard input,"
                + " mr://BUCKET/KEY, or mr://BUCKET/PREFIX/ for all under it. Without any, the"
                + " programs are listed")
        .verbatimAfterFirstWordUnless(ExecutableOptions.EXEC);
  }

  @Override
  public void run(Arguments arguments, Session session) {
    ExecutableOptions executable = new ExecutableOptions(arguments);
    if (executable.given()) {
      RunWords words = RunWords.inputs(arguments.words());
      Running running =
          new Running(
              words,
              arguments.value("-o"),
              executable.files(),
              session.json(),
              List.of(),
              fresh(arguments, words));
      JobOptions options = executable.options().with(priority(arguments, words.priority()));
      executable.program(List.of()); // refuses what is wrong with it before anything is sent
      run(running, () -> program(executable, session), options, session);
      return;
    }
    executable.refuseWithoutCommand();
    List<String> words = arguments.words();
    Jobs jobs = session.millrace().jobs();
    if (words.isEmpty()) {
      throw new UsageException(
          "no program given: choose one of "
              + HelpCommand.programs(jobs.instructions())
              + ", or --exec CMD");
    }
    InstructionInfo instruction = jobs.instruction(words.getFirst());
    ProgramUsage usage = ProgramUsage.parse(instruction.usage());
    RunWords sorted = RunWords.sort(words.subList(1, words.size()), usage);
    Running running =
        new Running(
            sorted,
            arguments.value("-o").or(sorted::output),
            instruction.files(),
            session.json() || sorted.flags().contains("--json"),
            usage.optionalChoices(),
            fresh(arguments, sorted));
    Program program = new Program.Instruction(instruction.name(), sorted.arguments());
    JobOptions options = JobOptions.USUAL.with(priority(arguments, sorted.priority()));
    run(running, () -> program, options, session);
  }

  private static Program program(ExecutableOptions executable, Session session) {
    ShippedUploads uploads = new ShippedUploads(session);
    return executable.program(executable.shipped().stream().map(uploads::ship).toList());
  }

  /// What was typed, beside the program.
  ///
  /// @param files whether the answer is files
  /// @param choices what the first input could also have been: an argument of the program
  private record Running(
      RunWords words,
      Optional<String> output,
      boolean files,
      boolean json,
      List<String> choices,
      JobRequest.Reuse reuse) {}

  private static JobRequest.Reuse fresh(Arguments arguments, RunWords words) {
    return arguments.flag("--fresh") || words.flags().contains("--fresh")
        ? JobRequest.Reuse.FRESH
        : JobRequest.Reuse.ALLOWED;
  }

  /// @param program made once the inputs are known to be there
  private static void run(
      Running running, Supplier<Program> program, JobOptions options, Session session) {
    RunWords words = running.words();
    if (running.files()) {
      RunOutput.folder(running.output());
    }
    check(words, running.output(), running.json(), session);
    Jobs jobs = session.millrace().jobs();
    RunInputs inputs = new RunInputs(session, Clock.system());
    inputs.check(words.inputs(), running.choices());
    try (RunOutput sink = RunOutput.open(running.output(), running.files(), session)) {
      Program ready = program.get();
      words.inputs().forEach(inputs::add);
      JobRequest request =
          new JobRequest(
              ready,
              inputs.refs(),
              inputs.labels(),
              sink.published().map(ObjectName::bucket),
              sink.published().map(ObjectName::key),
              options,
              running.reuse(),
              inputs.prefixes());
      session.stop().check();
      follow(jobs, jobs.submit(request).job().id(), sink, words, session, running.json());
    }
  }

  private static Priority priority(Arguments arguments, Optional<String> behind) {
    return arguments
        .value("--priority")
        .or(() -> behind)
        .map(RunCommand::priority)
        .orElse(Priority.NORMAL);
  }

  private static Priority priority(String word) {
    try {
      return Priority.parse(word);
    } catch (MillraceException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static void check(
      RunWords words, Optional<String> output, boolean json, Session session) {
    if (words.inputs().isEmpty()) {
      throw new UsageException(
          "no input given: name files, mr://BUCKET/KEY, or - for standard input");
    }
    boolean toStandardOutput = output.isEmpty() || output.get().equals("-");
    if (json && toStandardOutput) {
      throw new UsageException("the answer itself goes to standard output: add -o OUT");
    }
    if (words.inputs().stream().filter("-"::equals).count() > 1) {
      throw new UsageException("standard input is named twice: leave one '-' out");
    }
    if (!toStandardOutput) {
      for (String input : words.inputs()) {
        if (same(input, output.get(), session)) {
          throw new UsageException(
              "'" + Text.printable(input) + "' is input and output: choose another output");
        }
      }
    }
  }

  private static boolean same(String input, String output, Session session) {
    boolean stored = input.startsWith(ObjectName.SCHEME);
    if (input.equals("-") || stored != output.startsWith(ObjectName.SCHEME)) {
      return false;
    }
    if (stored) {
      ObjectName from = ObjectName.parse(input);
      ObjectName to = ObjectName.parse(output);
      return from.equals(to)
          || (from.folder()
              && from.bucket().equals(to.bucket())
              && to.path().startsWith(from.path())
              && exists(to, session));
    }
    Path from = session.path(input);
    Path to = session.path(output);
    try {
      return Files.isRegularFile(to) && Files.isRegularFile(from) && Files.isSameFile(from, to);
    } catch (IOException e) {
      return from.normalize().equals(to.normalize());
    }
  }

  private static boolean exists(ObjectName name, Session session) {
    try {
      session.millrace().files().stat(name.ref(Optional.empty()));
      return true;
    } catch (MillraceException e) {
      return false;
    }
  }

  private static void follow(
      Jobs jobs, JobId id, RunOutput sink, RunWords words, Session session, boolean json) {
    try (Terminal.Registration _ = session.terminal().interrupts().on(() -> jobs.cancel(id))) {
      if (session.stop().requested()) {
        jobs.cancel(id);
      }
      try (JobWatch _ =
          new JobWatch(jobs, id, session.progress("run", words.flags().contains("--progress")))) {
        sink.receive(jobs, id, session);
      } catch (RuntimeException e) {
        // Nobody waits for the answer any more; without effect on a job that has ended.
        jobs.cancel(id);
        throw e;
      }
    }
    if (json) {
      JsonOut.object(session.out(), Shapes.job(jobs.progress(id)));
    }
  }
}
