package dev.millrace.compute.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class CpuTimeTest {
  @Test
  void theSystemCountsEachThreadByItself() throws Exception {
    CpuTime system = CpuTime.ofSystem();
    long before = system.ofThisThread().orElseThrow();
    FutureTask<Long> other =
        new FutureTask<>(() -> {
          while (system.ofThisThread().orElseThrow() < 20_000_000) {
            Thread.onSpinWait();
          }
          return system.ofThisThread().orElseThrow();
        });
    Thread.ofPlatform().start(other);
    assertThat(other.get()).isGreaterThanOrEqualTo(20_000_000);
    long own = before;
    while (own == before) {
      own = system.ofThisThread().orElseThrow();
    }
    assertThat(own).isGreaterThan(before);
  }
}
