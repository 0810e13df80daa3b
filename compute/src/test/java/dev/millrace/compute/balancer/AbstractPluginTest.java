package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectRef;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/// A node with one plug-in, whose steps a test replaces.
@Timeout(60)
abstract class AbstractPluginTest {
  static final String TEXT = "The mill grinds slowly, but it grinds exceedingly small.";

  final FakePlugin plugin = new FakePlugin();
  final JobHouse house = new JobHouse(plugin.guarded());
  final ObjectRef input = house.put("in", TEXT);

  /// Opened at the end: what a plug-in waits for that never ends by itself.
  final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void close() {
    house.close();
    never.countDown();
  }

  void waitForever() {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Runs the plug-in; its job fails, and another job succeeds.
  String failure() {
    JobProgress end = house.awaitEnd(house.submitFresh("odd", input));
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertGoesOn();
    return end.job().failure().orElseThrow();
  }

  void assertItsFault(String failure, String... words) {
    assertThat(failure)
        .contains(FakePlugin.JAR, "'odd'", "report it to the plug-in's maker")
        .contains(words)
        .doesNotContain("\n");
  }

  void assertGoesOn() {
    house.copy.letAll();
    assertThat(house.output(house.submitFresh("copy", input))).asString(UTF_8).isEqualTo(TEXT);
  }

  String refusal() {
    MillraceException[] refused = new MillraceException[1];
    assertThatThrownBy(() -> house.submitFresh("odd", input))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
              refused[0] = e;
            });
    assertGoesOn();
    return String.valueOf(refused[0].getMessage());
  }
}
