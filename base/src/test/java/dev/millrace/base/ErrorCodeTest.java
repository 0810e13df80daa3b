package dev.millrace.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
  @Test
  void numbersAreUniqueAndSayTheirKind() {
    Set<Integer> seen = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(seen.add(code.number())).as(code.name()).isTrue();
      assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
      int thousand =
          switch (code.kind()) {
            case USER -> 1;
            case RETRYABLE -> 2;
            case EXHAUSTED -> 3;
            case CORRUPT -> 4;
            case INTERNAL -> 5;
          };
      assertThat(code.number() / 1000).as(code.name()).isEqualTo(thousand);
    }
  }

  @Test
  void aNumberOfANewerVersionIsABugHere() {
    assertThat(ErrorCode.ofNumber(9999)).isEqualTo(ErrorCode.BUG);
  }
}
