package dev.millrace.compute.sandbox;

import dev.millrace.base.ByteUnits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The shell that an attempt is at first, before it becomes what it runs. It joins the control
/// groups, so that the program is inside its limits before its first instruction.
///
/// In a sandbox it then waits for a line on its standard input, and goes on with the orders of a
/// file that was written meanwhile: the limits that the kernel puts on each single process (one
/// that is tighter already stays), the files for bubblewrap at its descriptors, what it becomes.
/// When the process that started it dies, the line never comes and it ends.
final class StartScript {
  private static final String JOIN =
      """
      { ulimit -c 0; ulimit -n 1024; } 2> /dev/null
      groups=$1
      shift
      while [ "$groups" -gt 0 ]; do
        echo 0 > "$1" || exit 97
        shift
        groups=$((groups - 1))
      done
      """;

  private static final String WAIT =
      """
      read -r line || exit 97
      . "$1"
      """;

  private static final String BECOME = "exec \"$@\"\n";

  /// What ends the wait.
  static final String GO = "go\n";

  /// Of `ulimit -f`.
  private static final int BLOCK_BYTES = 512;

  /// A file reaches its file system's limit, which a program can handle, before this one, which
  /// kills.
  private static final long FILE_SPARE_BYTES = ByteUnits.MIB;

  /// The time limit comes first. This one is for a sandbox whose watch is gone.
  private static final long SPARE_SECONDS = 60;

  private StartScript() {}

  /// What an attempt reads and writes besides its standard streams.
  ///
  /// @param orders from [#orders]
  /// @param status written by bubblewrap
  /// @param options read by bubblewrap
  record Files(Path orders, Path status, Path options, Path filter) {}

  /// The command that joins `group` and waits.
  static List<String> waiting(Path shell, ControlGroup group, Files files) {
    List<String> words = begin(shell, JOIN + WAIT, "sandbox", group);
    words.add(files.orders().toString());
    return words;
  }

  /// The orders for one that waits: to become `command`.
  static String orders(Files files, SandboxLimits limits, List<String> command) {
    long blocks = (limits.scratchBytes() + FILE_SPARE_BYTES) / BLOCK_BYTES;
    double cpuMillis = limits.timeMillis() * Math.max(1, limits.cores());
    long seconds = TimeUnit.MILLISECONDS.toSeconds((long) cpuMillis) + SPARE_SECONDS;
    return String.join(
        "\n",
        "exec "
            + BwrapOptions.STATUS_DESCRIPTOR
            + "> "
            + quoted(files.status().toString())
            + " "
            + BwrapOptions.OPTIONS_DESCRIPTOR
            + "< "
            + quoted(files.options().toString())
            + " "
            + BwrapOptions.FILTER_DESCRIPTOR
            + "< "
            + quoted(files.filter().toString()),
        "{ ulimit -f " + blocks + "; ulimit -t " + seconds + "; } 2> /dev/null",
        "exec " + command.stream().map(StartScript::quoted).collect(Collectors.joining(" ")),
        "");
  }

  /// The command that joins `group` and becomes `command`, without a sandbox.
  static List<String> plain(Path shell, ControlGroup group, List<String> command) {
    List<String> words = begin(shell, JOIN + BECOME, "program", group);
    words.addAll(command);
    return words;
  }

  private static List<String> begin(Path shell, String script, String name, ControlGroup group) {
    List<String> words = new ArrayList<>(List.of(shell.toString(), "-c", script, name));
    words.add(Integer.toString(group.joins().size()));
    group.joins().forEach(file -> words.add(file.toString()));
    return words;
  }

  /// A word that the shell takes as it is.
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
