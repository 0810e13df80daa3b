package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static HttpLimits atLeast(long bytesPerSecond, Duration grace) {
    return new HttpLimits(
        8192,
        1,
        1,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        bytesPerSecond,
        grace,
        Duration.ofSeconds(1));
  }

  @Test
  void aBodyBelowTheRateFailsWithTimeoutAndKeepsFailing() {
    RequestBody body =
        new RequestBody(
            new ByteArrayInputStream(new byte[10]), atLeast(Long.MAX_VALUE, Duration.ZERO));
    assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessageContaining("too slow");
    assertThatThrownBy(body::read).isInstanceOf(IOException.class);
    assertThat(body.failure().map(MillraceException::code)).contains(ErrorCode.TIMEOUT);
  }

  @Test
  void graceIsNotHeldAgainstTheSender() throws IOException {
    RequestBody body =
        new RequestBody(
            new ByteArrayInputStream(new byte[10]), atLeast(Long.MAX_VALUE, Duration.ofMinutes(1)));
    assertThat(body.readAllBytes()).hasSize(10);
    assertThat(body.failure()).isEmpty();
  }
}
