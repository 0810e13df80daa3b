package dev.millrace.compute.executable;

import dev.millrace.compute.sandbox.Running;
import dev.millrace.compute.sandbox.Sandbox;
import dev.millrace.compute.sandbox.SandboxEnd;
import dev.millrace.compute.sandbox.SandboxOrder;
import dev.millrace.compute.sandbox.SandboxReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// No sandbox at all: plain processes, for tests of what lies around one.
public final class PlainSandbox implements Sandbox {
  private static final int SIGNALS = 128;

  @Override
  public SandboxReport report() {
    return new SandboxReport(List.of(new SandboxReport.Property("nothing", true, "for tests", "")));
  }

  @Override
  public Running start(SandboxOrder order) {
    // In a session of its own, which is killed as a whole: a child may be born at any moment.
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(order.command());
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(SandboxOrder.standardEnvironment());
    builder.environment().putAll(order.environment());
    try {
      Path out = Files.createTempDirectory("plain-sandbox");
      builder.environment().put("MILLRACE_OUT", out.toString());
      return new Plain(builder.start(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Plain(Process process, Path out) implements Running {
    @Override
    public OutputStream stdin() {
      return process.getOutputStream();
    }

    @Override
    public InputStream stdout() {
      return process.getInputStream();
    }

    @Override
    public InputStream stderr() {
      return process.getErrorStream();
    }

    @Override
    public SandboxEnd await() {
      int status = process.onExit().join().exitValue();
      return status > SIGNALS
          ? new SandboxEnd.Signalled(status - SIGNALS)
          : new SandboxEnd.Exited(status);
    }

    @Override
    public void kill() {
      process.destroyForcibly();
      run("bash", "-c", "kill -KILL -- -" + process.pid() + " 2> /dev/null || true");
    }

    private static void run(String... words) {
      try {
        new ProcessBuilder(words).start().onExit().join();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public long cpuNanos() {
      return 0;
    }

    @Override
    public long memoryPeakBytes() {
      return 0;
    }

    @Override
    public void close() {
      kill();
      process.onExit().join();
      // Paths may be longer than Java can name.
      run("rm", "-rf", out.toString());
    }
  }
}
