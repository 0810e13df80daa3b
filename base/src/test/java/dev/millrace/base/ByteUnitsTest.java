package dev.millrace.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteUnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "7,7",
    "7B,7",
    "512KiB,524288",
    "64M,67108864",
    "2gb,2147483648",
    "1 TiB,1099511627776"
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertThat(ByteUnits.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5G", "1XB", "9999999999P", "12 34"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> ByteUnits.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("not a size in bytes")
        .extracting(e -> ((MillraceException) e).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void printsThreeSignificantDigits() {
    assertThat(ByteUnits.format(0)).isEqualTo("0 B");
    assertThat(ByteUnits.format(1023)).isEqualTo("1023 B");
    assertThat(ByteUnits.format(1024)).isEqualTo("1.00 KiB");
    assertThat(ByteUnits.format(1_363_668_599)).isEqualTo("1.27 GiB");
    assertThat(ByteUnits.format(Long.MAX_VALUE)).isEqualTo("8.00 EiB");
  }
}
