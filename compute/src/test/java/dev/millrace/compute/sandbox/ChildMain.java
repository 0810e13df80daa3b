package dev.millrace.compute.sandbox;

import dev.millrace.base.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// What [ChildJvm]s do.
final class ChildMain {
  private ChildMain() {}

  /// `report FOLDER` prints the report, and what a program says. `hold FOLDER` starts a program
  /// with children in sessions of their own, prints the ids of all its processes, and waits; `pause
  /// FOLDER` pauses the program before it waits.
  public static void main(String[] arguments) throws IOException {
    BubblewrapSandbox sandbox = new BubblewrapSandbox(Path.of(arguments[1]), Clock.system());
    if (arguments[0].equals("report")) {
      report(sandbox);
    } else {
      hold(sandbox, arguments[0].equals("pause"));
    }
  }

  private static void report(BubblewrapSandbox sandbox) {
    try (sandbox) {
      sandbox
          .report()
          .properties()
          .forEach(property ->
              System.out.println(
                  (property.holds() ? "holds " : "lacks ")
                      + property.name()
                      + ": "
                      + property.detail()));
      if (sandbox.report().complete()) {
        System.out.print(Runs.run(sandbox, "id -u; ls -A /tmp; stat -c %u /proc/1").out());
      }
    }
  }

  private static void hold(BubblewrapSandbox sandbox, boolean paused) throws IOException {
    String script = "setsid sh -c 'setsid sleep 1000 & echo on; sleep 1000' & sleep 1000";
    Running running = sandbox.start(Runs.script(script));
    running.stdout().readNBytes(3);
    if (paused) {
      running.pause();
    }
    System.out.println(
        ((Attempt) running)
            .processes().stream()
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(" ")));
    System.in.read();
  }
}
