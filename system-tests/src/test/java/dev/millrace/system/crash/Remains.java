package dev.millrace.system.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a node that was ended left on the machine, and what of it must be gone once the home was
/// opened and closed again.
///
/// @param processes that it had started
/// @param groups control groups that it had made
record Remains(Path home, List<ProcessHandle> processes, List<Path> groups) {
  /// Ratis logs an error when it is closed while it answers a request ("available = -1 < 0").
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
    try (Stream<String> lines = Files.lines(home.resolve("logs").resolve("millrace.log"))) {
      lines
          .filter(line -> line.contains(" ERROR ") && !line.contains(RATIS))
          .map(line -> "logged: " + line)
          .forEach(faults::add);
    }
    return faults;
  }

  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.toList();
    } catch (UncheckedIOException e) {
      return List.of(folder);
    }
  }
}
