package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/// Starts processes, all from one thread that lives as long as they may.
///
/// Linux sends a process that asked for it (`bwrap --die-with-parent`) its death signal when the
/// *thread* that started it ends, not only when its whole process does. A pool's thread, or the
/// carrier of a virtual one, may end at any moment.
final class Starter implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("sandbox-starter").factory());

  /// Starts `command` in `folder` with `environment` and nothing else.
  ///
  /// @throws MillraceException IO_ERROR when there are no processes to be had; UNAVAILABLE after
  ///   [#close]
  Process start(List<String> command, Map<String, String> environment, Path folder) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return thread.submit(builder::start).get();
    } catch (ExecutionException e) {
      throw failure(command, e.getCause() instanceof IOException cause ? cause : e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "start of a program: interrupted: start it again", e);
    } catch (RejectedExecutionException e) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE, "sandbox: it is closed: start the node again", e);
    }
  }

  private static MillraceException failure(List<String> command, Exception cause) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "process "
            + command.getFirst()
            + ": "
            + cause.getMessage()
            + ": look at the machine's load",
        cause);
  }

  /// Ends the thread, and with it every process in a sandbox.
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
