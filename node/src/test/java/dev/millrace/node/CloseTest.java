package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.cli.NodeAccess.UpRequest;
import dev.millrace.cli.Terminal;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Millrace;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Program;
import dev.millrace.node.home.RunningNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The end of a node in the midst of work, and what the next one finds.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CloseTest {
  private static final byte[] TEXT = Content.text(3, 24 * (int) ByteUnits.MIB);

  @TempDir Path temp;

  @Test
  void anEmbeddedNodeClosesUnderLoadAndLosesNothing() throws Exception {
    Path home = temp.resolve("home");
    Shop shop;
    JobId job;
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop = Shop.open(millrace.files());
      job = submit(millrace, shop);
    }
    for (int round = 0; round < 3; round++) {
      sweepComesDue(home);
      Millrace millrace = EmbeddedNode.open(home);
      Load load = Load.start(millrace, shop);
      close(millrace);
      load.awaitEnd();
    }
    verify(home, shop, job);
  }

  @Test
  void aRunningNodeStopsUnderLoadAndLosesNothing() throws Exception {
    Path home = temp.resolve("home");
    Shop shop;
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop = Shop.open(millrace.files());
    }
    sweepComesDue(home);
    // What a killed process leaves behind.
    Files.writeString(home.resolve("node"), "4194304 http://127.0.0.1:1\n");
    CompletableFuture<Runnable> interrupt = new CompletableFuture<>();
    FutureTask<Integer> up =
        new FutureTask<>(() ->
            new HomeAccess()
                .up(new UpRequest(home, OptionalInt.of(0), Map.of()), terminal(temp, interrupt)));
    Thread.ofPlatform().start(up);
    Runnable stop = interrupt.get();
    JobId job;
    Load load;
    try (Millrace millrace = open(home)) {
      assertThat(millrace.admin().nodes().getFirst().address())
          .isEqualTo(RunningNode.find(home).orElseThrow().address().toString());
      job = submit(millrace, shop);
      load = Load.start(millrace, shop);
      long begun = Clock.system().nanoTime();
      stop.run();
      assertThat(up.get()).isZero();
      System.out.println("up stopped in " + Duration.ofNanos(Clock.system().nanoTime() - begun));
      load.awaitEnd();
    }
    assertThat(home.resolve("node")).doesNotExist();
    verify(home, shop, job);
  }

  /// The address is published when the API listens.
  private static Millrace open(Path home) {
    while (RunningNode.find(home).map(node -> node.address().getPort() == 1).orElse(true)) {
      Thread.onSpinWait();
    }
    return new HomeAccess().open(home);
  }

  @Test
  void theWordOfADeadNodeIsNotBelieved() throws IOException {
    Path home = temp.resolve("home");
    EmbeddedNode.open(home).close();
    Files.writeString(home.resolve("node"), "4194304 http://127.0.0.1:1\n");
    try (Millrace millrace = new HomeAccess().open(home)) {
      assertThat(millrace.admin().nodes().getFirst().address()).isEqualTo("embedded");
      assertThat(millrace.files().buckets()).isEmpty();
    }
    assertThat(new HomeAccess().rebuildCatalog(home).figures()).isNotEmpty();
  }

  private static JobId submit(Millrace millrace, Shop shop) {
    shop.put(millrace.files(), "text", TEXT);
    return millrace
        .jobs()
        .submit(
            new JobRequest(
                new Program.Instruction("compress", List.of("--level", "19")),
                List.of(Content.ref("shop", "text")),
                List.of("text"),
                Optional.of(new BucketName("shop")),
                Optional.of(new ObjectKey("text.zst"))))
        .job()
        .id();
  }

  private static void verify(Path home, Shop shop, JobId job) {
    try (Millrace millrace = EmbeddedNode.open(home)) {
      shop.verifyBytes(millrace.files());
      assertThat(millrace.admin().scrub().damaged()).isEmpty();
      Jobs jobs = millrace.jobs();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      jobs.output(job, packed);
      assertThat(jobs.progress(job).job().state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(Content.get(millrace.files(), "shop", "text.zst")).isEqualTo(packed.toByteArray());
      ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
      jobs.output(
          jobs.submit(
                  new JobRequest(
                      new Program.Instruction("decompress", List.of()),
                      List.of(Content.ref("shop", "text.zst")),
                      List.of("text"),
                      Optional.empty(),
                      Optional.empty()))
              .job()
              .id(),
          unpacked);
      assertThat(unpacked.toByteArray()).isEqualTo(TEXT);
    }
  }

  private static void close(Millrace millrace) {
    long begun = Clock.system().nanoTime();
    millrace.close();
    System.out.println("closed in " + Duration.ofNanos(Clock.system().nanoTime() - begun));
  }

  /// The sweep at the end of the next command is due, with no grace for anything.
  private static void sweepComesDue(Path home) throws IOException {
    Files.setLastModifiedTime(
        home.resolve("tidied"),
        FileTime.from(
            Instant.ofEpochMilli(Clock.system().currentMillis()).minus(Duration.ofDays(3))));
  }

  private static Terminal terminal(Path folder, CompletableFuture<Runnable> interrupt) {
    return new Terminal(
        new ByteArrayInputStream(new byte[0]),
        new ByteArrayOutputStream(),
        new ByteArrayOutputStream(),
        new Terminal.Surroundings(Map.of(), folder, () -> ZoneId.of("UTC"), false),
        action -> {
          interrupt.complete(action);
          return () -> {};
        });
  }
}
