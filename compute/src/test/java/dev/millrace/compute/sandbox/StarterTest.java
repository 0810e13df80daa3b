package dev.millrace.compute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class StarterTest {
  private static final Path ROOT = Path.of("/");

  /// A process that dies with the thread that started it, as a sandbox does.
  private static final List<String> BOUND = List.of("setpriv", "--pdeathsig", "KILL", "cat");

  @Test
  void aProcessOutlivesTheThreadThatAskedForItAndNotTheStarter() throws Exception {
    Process process;
    try (Starter starter = new Starter()) {
      CompletableFuture<Process> started = new CompletableFuture<>();
      Thread asking =
          Thread.ofPlatform()
              .start(
                  () -> started.complete(starter.start(BOUND, Map.of("PATH", "/usr/bin"), ROOT)));
      asking.join();
      process = started.join();
      OutputStream stdin = process.getOutputStream();
      stdin.write("alive".getBytes(StandardCharsets.US_ASCII));
      stdin.flush();
      assertThat(process.getInputStream().readNBytes(5)).asString().isEqualTo("alive");
    }
    assertThat(process.waitFor()).isEqualTo(137);
  }

  @Test
  void nothingOfThisProcessGoesAlong() throws IOException {
    try (Starter starter = new Starter()) {
      Process process =
          starter.start(List.of("/usr/bin/env"), Map.of("ONLY", "this"), Path.of("/usr"));
      assertThat(Runs.text(process.getInputStream())).isEqualTo("ONLY=this\n");
    }
  }

  @Test
  void whatCannotBeStartedIsNamed() {
    Starter starter = new Starter();
    try (starter) {
      assertThatThrownBy(() -> starter.start(List.of("/no/such"), Map.of(), ROOT))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_ERROR))
          .hasMessageContaining("process /no/such: ");
    }
    assertThatThrownBy(() -> starter.start(List.of("/usr/bin/true"), Map.of(), ROOT))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }
}
