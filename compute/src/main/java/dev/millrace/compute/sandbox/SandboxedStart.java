package dev.millrace.compute.sandbox;

import dev.millrace.base.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Starts programs in bubblewrap: a shell that becomes `setpriv`, which drops root, and that
/// becomes `bwrap`. So an attempt takes no process more than bubblewrap's own two.
final class SandboxedStart {
  private final Site site;
  private final ShownFiles shown;
  private final HostView view;
  private final WarmShells shells;
  private final Tools tools;
  private final UnaryOperator<List<String>> weakened;

  /// The machine's programs that it takes.
  ///
  /// @param setpriv only for root
  record Tools(Path bubblewrap, Optional<Path> setpriv) {}

  /// @param shown where programs find the host's files
  /// @param weakened changes bubblewrap's options, for tests of the test; leaves them alone
  ///   otherwise
  SandboxedStart(
      Site site,
      ShownFiles shown,
      HostView view,
      WarmShells shells,
      Tools tools,
      UnaryOperator<List<String>> weakened) {
    this.site = site;
    this.shown = shown;
    this.view = view;
    this.shells = shells;
    this.tools = tools;
    this.weakened = weakened;
  }

  Path shell() {
    return shells.shell();
  }

  /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT for a file of the
  ///   order; IO_ERROR
  Attempt start(SandboxOrder order) {
    WarmShells.Shell shell = shells.take();
    return shell
        .undo()
        .orUndo(() -> {
          List<Path> files = new ArrayList<>();
          for (ReadOnlyFile file : order.files()) {
            Path open = shown.show(file.host());
            shell.undo().add(() -> shown.release(open));
            files.add(open);
          }
          List<String> options = weakened.apply(BwrapOptions.of(view, shown, order, files));
          shell.go(order.limits(), separated(options), command(order));
          return site.watch(
              new Attempt.Parts(
                  shell.process(),
                  shell.group(),
                  order.limits(),
                  () -> ran(shell.files().status()),
                  () -> {},
                  shell.undo()));
        });
  }

  private List<String> command(SandboxOrder order) {
    List<String> words = new ArrayList<>();
    tools
        .setpriv()
        .ifPresent(setpriv -> {
          String id = Integer.toString(RunAs.OUTSIDE);
          words.addAll(List.of(setpriv.toString(), "--reuid", id, "--regid", id));
          words.addAll(List.of("--clear-groups", "--no-new-privs"));
        });
    words.add(tools.bubblewrap().toString());
    words.addAll(List.of("--args", Integer.toString(BwrapOptions.OPTIONS_DESCRIPTOR), "--"));
    words.addAll(order.command());
    return words;
  }

  private static byte[] separated(List<String> words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String word : words) {
      bytes.write(word.getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  /// bubblewrap notes an exit code only of a program that was executed.
  private static boolean ran(Path status) {
    try {
      return Files.readString(status).contains("\"exit-code\"");
    } catch (IOException e) {
      return false; // it did not get as far as that
    }
  }
}
