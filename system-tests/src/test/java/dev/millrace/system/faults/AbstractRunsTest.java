package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Tests of one class over one node, of whose sandbox nothing is left when it has stopped.
abstract class AbstractRunsTest {
  @TempDir static Path temp;

  static FailingRuns runs;
  static Cli cli;

  @BeforeAll
  static void start() throws Exception {
    runs = FailingRuns.start(temp);
    cli = runs.cli();
  }

  @AfterAll
  static void stop() throws Exception {
    runs.close();
    assertThat(cli.home().resolve("sandbox")).doesNotExist();
  }
}
