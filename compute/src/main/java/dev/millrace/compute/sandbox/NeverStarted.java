package dev.millrace.compute.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A program that this machine cannot execute: it has ended, with 126 as in a shell, before it
/// began.
final class NeverStarted implements Running {
  private static final int NOT_EXECUTABLE = 126;

  private final InputStream stderr;

  /// @param why said on its standard error
  NeverStarted(String why) {
    this.stderr =
        new ByteArrayInputStream(("millrace: " + why + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
  }

  @Override
  public InputStream stdout() {
    return InputStream.nullInputStream();
  }

  @Override
  public InputStream stderr() {
    return stderr;
  }

  @Override
  public SandboxEnd await() {
    return new SandboxEnd.Exited(NOT_EXECUTABLE);
  }

  @Override
  public void kill() {}

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
  public void close() {}
}
