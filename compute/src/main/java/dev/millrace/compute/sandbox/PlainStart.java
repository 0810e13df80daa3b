package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts programs without a sandbox, for an owner who wants that: as the user of this process, in
/// a scratch folder that is removed afterwards, with a clean environment, in a session of its own
/// that is killed as a whole, and inside the limits of control groups where there are some.
final class PlainStart {
  private final Site site;
  private final Path shell;

  PlainStart(Site site, Path shell) {
    this.site = site;
    this.shell = shell;
  }

  Attempt start(SandboxOrder order) {
    return site.prepare((name, group, undo) -> start(order, name, group, undo));
  }

  private Attempt start(SandboxOrder order, String name, ControlGroup group, Undo undo)
      throws IOException {
    Path scratch = site.ofAttempt(name, "");
    undo.add(() -> Folders.remove(scratch));
    Files.createDirectories(scratch.resolve("out"));
    for (ReadOnlyFile file : order.files()) {
      ShownFiles.check(file.host());
      Path link = scratch.resolve(file.inside().substring(1));
      Path above = link.getParent();
      if (above != null) {
        Files.createDirectories(above);
      }
      Files.createSymbolicLink(link, file.host());
    }
    List<String> command = new ArrayList<>();
    Optional<Path> setsid = site.facts().tool("setsid");
    setsid.ifPresent(tool -> command.add(tool.toString()));
    order.command().forEach(word -> command.add(outside(word, scratch)));
    group.limit(order.limits());
    List<String> words = StartScript.plain(shell, group, command);
    Process process = site.starter().start(words, environment(order, scratch), scratch);
    boolean ownSession = setsid.isPresent() && group.joins().isEmpty();
    Runnable killGroup = ownSession ? () -> killSession(process.pid()) : () -> {};
    return site.watch(
        new Attempt.Parts(process, group, order.limits(), () -> true, killGroup, undo));
  }

  private static Map<String, String> environment(SandboxOrder order, Path scratch) {
    Map<String, String> environment = new HashMap<>(SandboxOrder.standardEnvironment());
    environment.replace("HOME", scratch.toString());
    environment.replace("TMPDIR", scratch.toString());
    environment.replaceAll((_, value) -> outside(value, scratch));
    environment.putAll(order.environment());
    return environment;
  }

  /// A path inside a sandbox as it is outside.
  private static String outside(String word, Path scratch) {
    boolean inside =
        word.equals("/out")
            || word.equals("/program")
            || word.startsWith("/out/")
            || word.startsWith(ReadOnlyFile.FOLDER);
    return inside ? scratch + word : word;
  }

  /// Without control groups: all that did not begin a session of its own.
  private void killSession(long leader) {
    try {
      List<String> kill =
          List.of(
              shell.toString(), "-c", "kill -s KILL -- \"-$1\" 2> /dev/null", "kill", "" + leader);
      site.starter().start(kill, Map.of(), Path.of("/")).waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
