package dev.millrace.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.JavaProcess;
import dev.millrace.system.process.LoopDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ends a writing node at random moments and looks whether anything it acknowledged is missing.
///
/// `-Dmillrace.crash.kills=N` and `-Dmillrace.crash.cuts=N` (on each file system) set the length;
/// the small form is the default. `-Dmillrace.seed=N` replays the schedule; what runs between is
/// real concurrency and is not replayed.
@Timeout(value = 6, unit = TimeUnit.HOURS)
final class CrashTest {
  private static final int KILLS = Integer.getInteger("millrace.crash.kills", 4);
  private static final int CUTS = Integer.getInteger("millrace.crash.cuts", 2);

  /// After so many rounds a new home begins: each round looks for all that its home acknowledged.
  private static final int ROUNDS_A_HOME = 20;

  private static final long SEED = Long.getLong("millrace.seed", 20261121L);
  private static final int SHORTEST_RUN_MILLIS = 300;
  private static final int LONGEST_RUN_MILLIS = 3000;
  private static final int PROCESS_SECONDS = 300;

  /// How the writer's run ends.
  private interface End {
    void strike(Process writer) throws IOException;
  }

  /// What a campaign adds up to.
  private static final class Tally {
    private long acknowledged;
    private long rounds;
    private final List<String> faults = new ArrayList<>();

    void add(List<String> lines) {
      rounds++;
      for (String line : lines) {
        if (line.startsWith("acknowledged ")) {
          acknowledged += Long.parseLong(line.split(" ", -1)[1]);
        } else {
          faults.add(line);
        }
      }
    }
  }

  @TempDir Path temp;

  @Test
  void nothingAcknowledgedIsLostByKills() throws Exception {
    Tally tally = new Tally();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < KILLS; round++) {
      Path home = home(temp, round);
      runAndEnd(home, random, JavaProcess::kill);
      tally.add(verify(home));
    }
    report("kill -9", tally, KILLS);
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  void nothingAcknowledgedIsLostByPowerCuts(LoopDisk.Kind kind) throws Exception {
    Tally tally = new Tally();
    SplittableRandom random = new SplittableRandom(SEED + kind.name().hashCode());
    try (LoopDisk disk = LoopDisk.make(temp, kind, "4G")) {
      for (int round = 0; round < CUTS; round++) {
        Path home = home(disk.folder(), round);
        runAndEnd(
            home,
            random,
            writer -> {
              disk.cutPower();
              JavaProcess.kill(writer);
            });
        disk.unmount();
        disk.mount();
        tally.add(verify(home));
      }
    }
    report("power cut on " + kind, tally, CUTS);
  }

  private Path home(Path folder, int round) throws IOException {
    if (round % ROUNDS_A_HOME == 0) {
      Files.deleteIfExists(log());
      if (round > 0) {
        LoopDisk.run("rm", "-rf", folder.resolve("home-" + (round / ROUNDS_A_HOME - 1)).toString());
      }
    }
    return folder.resolve("home-" + round / ROUNDS_A_HOME);
  }

  private static void report(String what, Tally tally, int rounds) {
    System.out.println(
        what
            + ": "
            + tally.rounds
            + " rounds, "
            + tally.acknowledged
            + " acknowledged versions looked for, "
            + tally.faults.size()
            + " faults");
    assertThat(tally.faults).as("seed %d", SEED).isEmpty();
    assertThat(tally.rounds).isEqualTo(rounds);
    assertThat(tally.acknowledged).isPositive();
  }

  /// Runs a writer for a random time after it is ready; keeps its lines.
  private void runAndEnd(Path home, SplittableRandom random, End end) throws Exception {
    Process writer = java(CrashWriter.class, home.toString(), Long.toString(random.nextLong()));
    int millis = random.nextInt(SHORTEST_RUN_MILLIS, LONGEST_RUN_MILLIS);
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      Thread striker = new Thread(() -> {});
      String line;
      List<String> said = new ArrayList<>();
      while ((line = lines.readLine()) != null) {
        said.add(line);
        if (line.equals("READY")) {
          striker = striker(writer, millis, end);
        }
      }
      striker.join();
      assertThat(said).as("%s", Files.readString(errors())).contains("READY");
      Files.write(log(), said, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } finally {
      writer.destroyForcibly();
      writer.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static Thread striker(Process writer, int millis, End end) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            // the writer does not end by itself: this is only a wait for the moment
            writer.waitFor(millis, TimeUnit.MILLISECONDS);
            end.strike(writer);
          } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private List<String> verify(Path home) throws Exception {
    Process verifier = java(CrashVerifier.class, home.toString(), log().toString());
    try (BufferedReader reader = verifier.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = reader.readAllLines();
      assertThat(verifier.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(verifier.exitValue()).as("%s", Files.readString(errors())).isZero();
      return lines;
    } finally {
      verifier.destroyForcibly();
    }
  }

  private Process java(Class<?> main, String... arguments) throws IOException {
    return JavaProcess.start(main, errors(), List.of(arguments));
  }

  private Path log() {
    return temp.resolve("acknowledged");
  }

  private Path errors() {
    return temp.resolve("errors");
  }
}
