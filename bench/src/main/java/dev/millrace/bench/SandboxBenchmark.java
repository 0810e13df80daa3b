package dev.millrace.bench;

import dev.millrace.base.Clock;
import dev.millrace.compute.sandbox.BubblewrapSandbox;
import dev.millrace.compute.sandbox.Running;
import dev.millrace.compute.sandbox.SandboxEnd;
import dev.millrace.compute.sandbox.SandboxLimits;
import dev.millrace.compute.sandbox.SandboxOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// From the order to the end of a program that does nothing: in a sandbox, without one, and as a
/// bare process.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 4)
@Fork(1)
public class SandboxBenchmark {
  private static final String PROGRAM = "/usr/bin/true";

  private Path folder = Path.of("");
  private BubblewrapSandbox sandbox = new BubblewrapSandbox(folder, Clock.system());

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("millrace-bench");
    sandbox = new BubblewrapSandbox(folder.resolve("sandbox"), Clock.system());
  }

  @TearDown
  public void close() throws IOException {
    sandbox.close();
    Files.delete(folder);
  }

  @Benchmark
  public SandboxEnd sandboxed() {
    return run(false);
  }

  @Benchmark
  public SandboxEnd unsandboxed() {
    return run(true);
  }

  private SandboxEnd run(boolean unsandboxed) {
    SandboxOrder order =
        new SandboxOrder(
            List.of(PROGRAM), Map.of(), List.of(), SandboxLimits.standard(), unsandboxed);
    try (Running running = sandbox.start(order)) {
      return running.await();
    }
  }

  @Benchmark
  public int bareProcess() throws IOException, InterruptedException {
    return new ProcessBuilder(PROGRAM).start().waitFor();
  }
}
