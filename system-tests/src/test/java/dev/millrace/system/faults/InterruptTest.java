package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Growth;
import dev.millrace.system.process.LoopDisk;
import dev.millrace.system.process.UpNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that are stopped half-way: by a person, by the system, or by force.
final class InterruptTest {
  private static final int STOP_SECONDS = 2;

  /// More than a command does before it is stopped.
  private static final int LARGE_BYTES = 400_000_000;

  private static final int SOME_BYTES = 3_000_000;

  enum Work {
    PUT,
    GET,
    RUN
  }

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource
  void aSignalEndsACommandInTimeAndLeavesNothing(Work work) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path large = prepare(cli);
    Path answers = Files.createDirectories(temp.resolve("answers"));
    for (String signal : new String[] {"INT", "TERM"}) {
      Growth growth = watch(cli, work, answers);
      Process command = begin(cli, work, large, answers);
      try {
        growth.await(SOME_BYTES, command);
        LoopDisk.run("kill", "-" + signal, Long.toString(command.pid()));
        boolean ended = command.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        assertThat(ended).as("%s by %s", work, signal).isTrue();
        assertThat(command.exitValue()).as("%s by %s", work, signal).isNotZero();
      } finally {
        command.destroyForcibly();
      }
      assertThat(answers).isEmptyDirectory();
      assertThat(cli.run("ls", "lab").out()).contains("before").doesNotContain("answer");
      assertThat(cli.run("jobs").out()).doesNotContain("running");
    }
    repeat(cli, work, large, answers);
  }

  @ParameterizedTest
  @EnumSource
  void aCommandThatWasKilledIsRepeated(Work work) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path large = prepare(cli);
    Path answers = Files.createDirectories(temp.resolve("answers"));
    Growth growth = watch(cli, work, answers);
    Process command = begin(cli, work, large, answers);
    try {
      growth.await(SOME_BYTES, command);
    } finally {
      command.destroyForcibly().waitFor();
    }
    assertThat(answers.resolve("answer")).doesNotExist();
    assertThat(cli.run("ls", "lab").out()).contains("before").doesNotContain("answer");
    repeat(cli, work, large, answers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aNodeThatIsAskedToStopDoes(String signal) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    try (UpNode node = UpNode.start(cli)) {
      assertThat(cli.run("mb", "lab").status()).isZero();
      LoopDisk.run("kill", "-" + signal, Long.toString(node.process().pid()));
      assertThat(node.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(node.process().exitValue()).isZero();
    }
    assertThat(cli.home().resolve("node")).doesNotExist();
    assertThat(cli.run("ls").out()).contains("lab");
  }

  @Test
  void aNodeThatWasKilledIsStartedAgain() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    UpNode killed = UpNode.start(cli);
    try {
      assertThat(cli.run("mb", "lab").status()).isZero();
    } finally {
      killed.process().destroyForcibly().waitFor();
    }
    // its address is still in the home, and nobody is there
    assertThat(cli.run("ls").out()).contains("lab");
    Files.deleteIfExists(cli.home().resolve("node"));
    try (UpNode node = UpNode.start(cli)) {
      assertThat(cli.run("ls").out()).contains("lab");
      assertThat(node.stop()).isZero();
    }
  }

  private Path prepare(Cli cli) throws Exception {
    byte[] bytes = new byte[LARGE_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    Path large = Files.write(temp.resolve("large"), bytes);
    assertThat(cli.run("mb", "lab").status()).isZero();
    assertThat(cli.run("put", large.toString(), "lab/before").status()).isZero();
    return large;
  }

  private static List<String> words(Work work, Path large, Path answers) {
    return switch (work) {
      case PUT -> List.of("put", large.toString(), "lab/answer");
      case GET -> List.of("get", "lab/before", "-o", answers.resolve("answer").toString());
      case RUN ->
          List.of(
              "run",
              "compress",
              "--level",
              "9",
              "mr://lab/before",
              "-o",
              answers.resolve("answer").toString());
    };
  }

  private static Process begin(Cli cli, Work work, Path large, Path answers) throws IOException {
    return cli.builder(cli.words(words(work, large, answers).toArray(String[]::new)))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// Where the command's work is to be seen on the disk.
  private static Growth watch(Cli cli, Work work, Path answers) throws IOException {
    return Growth.of(work == Work.GET ? answers : cli.home().resolve("disk"));
  }

  private static void repeat(Cli cli, Work work, Path large, Path answers) throws Exception {
    Cli.Result again = cli.run(words(work, large, answers).toArray(String[]::new));
    assertThat(again.status()).as(again.err()).isZero();
    switch (work) {
      case PUT -> assertThat(cli.run("ls", "lab").out()).contains("answer");
      case GET -> assertThat(answers.resolve("answer")).hasSameBinaryContentAs(large);
      case RUN -> LoopDisk.run("zstd", "-q", "-t", answers.resolve("answer").toString());
    }
  }
}
