package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"abc", "a-b", "a.b.c", "9lives", "x-1.y-2", ".inputs"})
  void bucketNamesOfS3AreTaken(String name) {
    assertThat(new BucketName(name).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "ab", "Abc", "a_b", "-abc", "abc-", "a..b", "a.-b", "a-.b", "a/b", "..", "a b"
      })
  void otherBucketNamesAreRefused(String name) {
    assertThatThrownBy(() -> new BucketName(name))
        .isInstanceOf(MillraceException.class)
        .extracting(e -> ((MillraceException) e).code())
        .isEqualTo(ErrorCode.INVALID_BUCKET_NAME);
  }

  @Test
  void aBucketNameIsWhatItsRuleSays() {
    Pattern rule = Pattern.compile("\\.?[a-z0-9](?:-*[a-z0-9])*(?:\\.[a-z0-9](?:-*[a-z0-9])*)*");
    char[] letters = {'a', 'z', '0', '9', '-', '.', 'A', '_', '`', '{', '/', ':', 'ü'};
    int valid = 0;
    for (int number = 0; number < Math.powExact(letters.length, 5); number++) {
      StringBuilder name = new StringBuilder();
      for (int rest = number; name.length() < 5; rest /= letters.length) {
        name.append(letters[rest % letters.length]);
      }
      boolean taken = true;
      try {
        valid += new BucketName(name.toString()).value().length() / 5;
      } catch (MillraceException e) {
        taken = false;
      }
      assertThat(taken).as(name.toString()).isEqualTo(rule.matcher(name).matches());
    }
    assertThat(valid).isPositive();
  }

  @Test
  void sixtyThreeCharactersAreTheMost() {
    assertThat(new BucketName("a".repeat(63)).value()).hasSize(63);
    assertThatThrownBy(() -> new BucketName("a".repeat(64))).isInstanceOf(MillraceException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "//", "a//b", "../../etc/passwd", "🌊", "a\\b", " ", "a\nb"})
  void keysAreKeptAsTheyAre(String key) {
    assertThat(new ObjectKey(key).value()).isEqualTo(key);
  }

  @Test
  void keysThatNoStoreCouldKeepAreRefused() {
    for (String key : List.of("", "a\0b", "x".repeat(1025), "🌊".repeat(257), "\ud83c")) {
      assertThatThrownBy(() -> new ObjectKey(key))
          .isInstanceOf(MillraceException.class)
          .extracting(e -> ((MillraceException) e).code())
          .isEqualTo(ErrorCode.INVALID_KEY);
    }
    assertThat(new ObjectKey("🌊".repeat(256)).utf8()).hasSize(1024);
  }

  @Test
  void keysSortByTheirBytes() {
    // UTF-16 order would put the surrogate pair of U+1F30A before U+FF5E.
    assertThat(new ObjectKey("～")).isLessThan(new ObjectKey("🌊"));
    assertThat(new ObjectKey("a")).isLessThan(new ObjectKey("a/"));
  }
}
