package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.MillraceException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  @Test
  void parametersAreDecodedOnce() {
    Query query = Query.parse("key=%2525%2B%20%F0%9F%98%80&&empty&x=a=b");
    assertThat(query.required("key")).isEqualTo("%25+ 😀");
    assertThat(query.required("empty")).isEmpty();
    assertThat(query.required("x")).isEqualTo("a=b");
    assertThat(query.optional("none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a=%", "a=%1", "a=%g1", "a=%c3", "a=%c0%af", "a=1&a=2", "a=b+c", "a=\u00fc"})
  void whatIsMalformedIsRefusedByName(String raw) {
    assertThatThrownBy(() -> Query.parse(raw))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void unknownParametersAreRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Query.parse("perfix=a").allow(Set.of("prefix", "limit")))
        .hasMessageContaining("perfix")
        .hasMessageContaining("limit, prefix");
  }
}
