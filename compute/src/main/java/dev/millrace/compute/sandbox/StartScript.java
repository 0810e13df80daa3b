package dev.millrace.compute.sandbox;

import dev.millrace.base.ByteUnits;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The shells that an attempt is before it becomes its program.
///
/// The first joins the control groups, so that the program is inside its limits before its first
/// instruction, opens the files for bubblewrap at its descriptors, and becomes bubblewrap. That
/// sets the sandbox up and starts the second shell inside, which waits for a line on its standard
/// input. Then it goes on with the orders of a file that was written meanwhile: the program's
/// environment, the limits that the kernel puts on each single process (one that is tighter already
/// stays), what it becomes. When the process that started it dies, the line never comes and it
/// ends.
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

  private static final int ORDERS_DESCRIPTOR = 6;

  private static final String OPEN =
      """
      exec %d< "$1" %d> "$2" %d< "$3" %d< "$4"
      shift 4
      """
          .formatted(
              ORDERS_DESCRIPTOR,
              BwrapOptions.STATUS_DESCRIPTOR,
              BwrapOptions.OPTIONS_DESCRIPTOR,
              BwrapOptions.FILTER_DESCRIPTOR);

  private static final String WAIT =
      """
      read -r line || exit 97
      . /proc/self/fd/%d
      """
          .formatted(ORDERS_DESCRIPTOR);

  private static final String BECOME = "exec \"$@\"\n";

  /// What ends the wait.
  static final byte[] GO = {'\n'};

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
  /// @param orders from [#makeOrders], and then [#orders]
  /// @param status written by bubblewrap
  /// @param options read by bubblewrap
  record Files(Path orders, Path status, Path options, Path filter) {}

  /// The command that joins `group`, sets the sandbox up, and waits inside.
  ///
  /// @param bubblewrap its words but those of the command inside
  static List<String> waiting(
      Path shell, ControlGroup group, Files files, List<String> bubblewrap) {
    List<String> words = begin(shell, JOIN + OPEN + BECOME, "sandbox", group);
    for (Path file : List.of(files.orders(), files.status(), files.options(), files.filter())) {
      words.add(file.toString());
    }
    words.addAll(bubblewrap);
    words.addAll(List.of(shell.toString(), "-c", WAIT, "sandbox"));
    return words;
  }

  /// Makes the empty file for the orders. The user of the program has to open it once more, by its
  /// descriptor; others can't get at it, since its folder is closed.
  static void makeOrders(Path file) throws IOException {
    java.nio.file.Files.createFile(file);
    java.nio.file.Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /// The orders for one that waits.
  static String orders(SandboxOrder order) {
    SandboxLimits limits = order.limits();
    long blocks = (limits.scratchBytes() + FILE_SPARE_BYTES) / BLOCK_BYTES;
    double cpuMillis = limits.timeMillis() * Math.max(1, limits.cores());
    long seconds = TimeUnit.MILLISECONDS.toSeconds((long) cpuMillis) + SPARE_SECONDS;
    List<String> lines = new ArrayList<>();
    lines.add("exec " + ORDERS_DESCRIPTOR + "<&-");
    order.environment().forEach((name, value) -> lines.add("export " + name + "=" + quoted(value)));
    lines.add("{ ulimit -f " + blocks + "; ulimit -t " + seconds + "; } 2> /dev/null");
    lines.add(
        "exec "
            + order.command().stream().map(StartScript::quoted).collect(Collectors.joining(" ")));
    lines.add("");
    return String.join("\n", lines);
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
