package dev.millrace.system.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a node that was ended left on the machine, and what of it must be gone once the home was
/// opened and closed again.
///
/// @param processes that it had started
/// @param groups control groups that it had made
record Remains(Path home, List<ProcessHandle> processes, List<Path> groups) {
  /// How an entry of the log begins, which lines of an exception do not.
  private static final Pattern BEGIN = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT");

  /// Ratis 3.3 logs an error when it is closed while it answers a request that was executed:
  /// `PendingRequests` releases its permit once more than it was given.
  private static final String RATIS = "available = -1 < 0";

  /// Of a home whose node is dead.
  static Remains of(Path home, List<ProcessHandle> processes) throws IOException {
    Path noted = sandbox(home).resolve("groups");
    List<Path> groups =
        Files.exists(noted) ? Files.readAllLines(noted).stream().map(Path::of).toList() : List.of();
    return new Remains(home, processes, groups);
  }

  private static Path sandbox(Path home) {
    return home.resolve("sandbox");
  }

  /// What is still there, one line each.
  List<String> faults() throws IOException {
    List<String> faults = new ArrayList<>();
    processes.stream()
        .map(process -> process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join())
        .filter(ProcessHandle::isAlive)
        .map(process -> "process still runs: " + process.pid() + " " + process.info())
        .forEach(faults::add);
    groups.stream()
        .filter(Files::exists)
        .map(group -> "control group is still there: " + group)
        .forEach(faults::add);
    if (Files.exists(sandbox(home))) {
      faults.add("files of the sandbox are still there: " + tree(sandbox(home)));
    }
    errors(Files.readAllLines(home.resolve("logs").resolve("millrace.log"))).stream()
        .filter(error -> !error.contains(RATIS))
        .map(error -> "logged: " + error)
        .forEach(faults::add);
    return faults;
  }

  /// Errors of a log, each with the exception that stands in the line behind it.
  private static List<String> errors(List<String> log) {
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < log.size(); i++) {
      if (log.get(i).contains(" ERROR ")) {
        boolean last = i + 1 == log.size() || BEGIN.matcher(log.get(i + 1)).lookingAt();
        errors.add(last ? log.get(i) : log.get(i) + " " + log.get(i + 1));
      }
    }
    return errors;
  }

  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.toList();
    } catch (UncheckedIOException e) {
      return List.of(folder);
    }
  }
}
