package dev.millrace.system.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A node kept running by `millrace up` on a free port.
public final class UpNode implements AutoCloseable {
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 20;

  private final Process process;
  private final Thread drain;

  private UpNode(Process process, Thread drain) {
    this.process = process;
    this.drain = drain;
  }

  /// Starts the node and waits until other commands can find it.
  public static UpNode start(Cli cli) throws IOException, InterruptedException {
    Process process = cli.start("up", "--port", "0");
    StringBuilder said = new StringBuilder();
    Thread drain = Thread.ofVirtual().start(() -> drain(process.errorReader(UTF_8), said));
    UpNode node = new UpNode(process, drain);
    try {
      node.awaitAddress(cli.home().resolve("node"), said);
      return node;
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void awaitAddress(Path address, StringBuilder said)
      throws IOException, InterruptedException {
    long deadline = Clock.system().nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.exists(address)) {
      boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      if (ended) {
        drain.join();
        throw new IOException("up ended with " + process.exitValue() + ": " + said);
      }
      if (Clock.system().nanoTime() > deadline) {
        throw new IOException("up did not start: " + said);
      }
    }
  }

  private static void drain(BufferedReader reader, StringBuilder said) {
    reader.lines().forEach(line -> said.append(line).append('\n'));
  }

  public Process process() {
    return process;
  }

  /// Asks the node to stop (SIGTERM) and gives its exit status.
  public int stop() throws IOException, InterruptedException {
    // not Process.destroy, which closes what the drain still reads
    process.toHandle().destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the node did not stop");
    }
    drain.join();
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    if (!process.isAlive()) {
      return;
    }
    try {
      stop();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
