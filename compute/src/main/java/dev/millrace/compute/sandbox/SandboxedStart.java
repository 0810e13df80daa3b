package dev.millrace.compute.sandbox;

import dev.millrace.base.MillraceException;
import dev.millrace.compute.sandbox.ReadySandboxes.Ready;
import dev.millrace.compute.sandbox.ReadySandboxes.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Starts programs in bubblewrap: a shell that becomes `setpriv`, which drops root, and that
/// becomes `bwrap`, which starts a shell inside that becomes the program. So an attempt takes no
/// process more than bubblewrap's own two.
final class SandboxedStart implements AutoCloseable {
  private static final Path ROOT = Path.of("/");

  private final Site site;
  private final ShownFiles shown;
  private final HostView view;
  private final Tools tools;
  private final UnaryOperator<List<String>> weakened;
  private final ReadySandboxes sandboxes;

  /// The machine's programs that it takes.
  ///
  /// @param setpriv only for root
  record Tools(Path shell, Path bubblewrap, Optional<Path> setpriv) {}

  /// @param shown where programs find the host's files
  /// @param weakened changes bubblewrap's options, for tests of the test; leaves them alone
  ///   otherwise
  SandboxedStart(
      Site site,
      ShownFiles shown,
      HostView view,
      Tools tools,
      UnaryOperator<List<String>> weakened) {
    this.site = site;
    this.shown = shown;
    this.view = view;
    this.tools = tools;
    this.weakened = weakened;
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    this.sandboxes = new ReadySandboxes(this::make, most);
  }

  Path shell() {
    return tools.shell();
  }

  /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, INVALID_ARGUMENT for a file of the
  ///   order; IO_ERROR
  Attempt start(SandboxOrder order) {
    Ready sandbox = sandboxes.take(Shape.of(order));
    return sandbox
        .undo()
        .orUndo(() -> {
          sandbox.go(order);
          return site.watch(
              new Attempt.Parts(
                  sandbox.process(),
                  sandbox.group(),
                  order.limits(),
                  () -> ran(sandbox.files().status()),
                  () -> {},
                  sandbox.undo()));
        });
  }

  private Ready make(Shape shape) {
    return site.prepare((name, group, undo) -> {
      StartScript.Files files =
          new StartScript.Files(
              site.ofAttempt(name, ".sh"),
              site.ofAttempt(name, ".status"),
              site.ofAttempt(name, ".options"),
              site.filter());
      undo.remove(files.orders());
      undo.remove(files.status());
      undo.remove(files.options());
      StartScript.makeOrders(files.orders());
      List<Path> open = new ArrayList<>();
      for (ReadOnlyFile file : shape.files()) {
        Path path = shown.show(file.host());
        undo.add(() -> shown.release(path));
        open.add(path);
      }
      Files.write(
          files.options(), separated(weakened.apply(BwrapOptions.of(view, shown, shape, open))));
      List<String> words = StartScript.waiting(tools.shell(), group, files, bubblewrap());
      Process process = site.starter().start(words, Map.of(), ROOT);
      undo.add(() -> end(process));
      return new Ready(shape, process, group, files, undo);
    });
  }

  private List<String> bubblewrap() {
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
    return words;
  }

  private static void end(Process process) {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true; // it is dying: the group can be removed only afterwards
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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

  /// Ends the sandboxes that stand ready.
  @Override
  public void close() {
    sandboxes.close();
  }
}
