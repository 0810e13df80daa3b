package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Runs programs in a sandbox to their end.
final class Runs {
  /// Small, so that a test which goes wrong does not go far.
  static final SandboxLimits LIMITS = new SandboxLimits(128L << 20, 32, 2, 16L << 20, 60_000);

  private Runs() {}

  /// What a program printed and how it ended.
  record Outcome(SandboxEnd end, String out, String err, long cpuNanos, long memoryPeakBytes) {}

  static SandboxOrder order(List<String> command, SandboxLimits limits) {
    return new SandboxOrder(command, Map.of(), List.of(), limits, false);
  }

  /// A shell's script.
  static SandboxOrder script(String script) {
    return script(script, LIMITS);
  }

  static SandboxOrder script(String script, SandboxLimits limits) {
    return order(List.of("sh", "-c", script), limits);
  }

  static Outcome run(Sandbox sandbox, SandboxOrder order) {
    return run(sandbox, order, "");
  }

  static Outcome run(Sandbox sandbox, SandboxOrder order, String input) {
    try (Running running = sandbox.start(order)) {
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(running.stderr()), Thread::startVirtualThread);
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(running.stdout()), Thread::startVirtualThread);
      try (OutputStream stdin = running.stdin()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // the program did not want all of it
      }
      SandboxEnd end = running.await();
      return new Outcome(
          end, out.join(), err.join(), running.cpuNanos(), running.memoryPeakBytes());
    }
  }

  static Outcome run(Sandbox sandbox, String script) {
    return run(sandbox, script(script));
  }

  static String text(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
