package dev.millrace.compute;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs one of the standard tools, in the C locale.
public final class Tool {
  private Tool() {}

  /// What the tool printed and how it ended.
  @SuppressWarnings("ArrayRecordComponent") // read once by a test
  public record Outcome(int status, byte[] output) {}

  /// Runs a command with `input` on its standard input and waits for its end.
  ///
  /// @param folder to run in; null for the current one
  public static Outcome run(@Nullable Path folder, byte[] input, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    builder.environment().put("LC_ALL", "C");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    Thread feeder =
        Thread.startVirtualThread(() -> {
          try (OutputStream in = process.getOutputStream()) {
            in.write(input);
          } catch (IOException _) {
            // the tool did not want all of it
          }
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    process.getInputStream().transferTo(out);
    int status = process.waitFor();
    feeder.join();
    return new Outcome(status, out.toByteArray());
  }
}
