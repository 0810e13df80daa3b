package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.program.Arguments;
import dev.millrace.testkit.Seeds;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// That words, differences and prefixes say the same, and what they say of text and numbers.
final class LineOrderTest {
  private static final List<List<String>> ORDERS =
      List.of(
          List.of(),
          List.of("-r"),
          List.of("-f"),
          List.of("-n"),
          List.of("-nr"),
          List.of("-s", "-k1,1", "-k2,2n"),
          List.of("-k2nr", "-k1f,1", "-u"),
          List.of("-t,", "-k2,2.3r", "-k1.2,1", "-n"));

  private static LineOrder order(List<String> options) {
    SortArguments arguments = new SortArguments();
    arguments.read(new Arguments(new SortInstruction(), options));
    return arguments.order();
  }

  private static byte[] memory(String one, String other) {
    return (one + "\n" + other + "\n12345678").getBytes(ISO_8859_1);
  }

  /// Where lines first differ, going word by word.
  private static int byWords(LineOrder order, byte[] memory, int one, int other) {
    int position = LineOrder.FIRST;
    while (position != LineOrder.END) {
      long word = order.word(memory, one, position);
      if (word != order.word(memory, other, position)) {
        break;
      }
      position = order.next(position, word);
    }
    return position;
  }

  /// -1, 0 or 1.
  private static int compare(LineOrder order, byte[] memory, int one, int other) {
    int position = byWords(order, memory, one, other);
    return position == LineOrder.END
        ? 0
        : Long.compare(order.word(memory, one, position), order.word(memory, other, position));
  }

  private static int compare(LineOrder order, String one, String other) {
    return compare(order, memory(one, other), 0, one.length() + 1);
  }

  private static String line(SplittableRandom random) {
    String letters = random.nextBoolean() ? "ab, \0" : "0011.-, 9a";
    StringBuilder line = new StringBuilder();
    if (random.nextInt(3) == 0) {
      line.append("1".repeat(random.nextInt(40)));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      line.append(letters.charAt(random.nextInt(letters.length())));
    }
    return line.toString();
  }

  @Test
  void differencesAndPrefixesAgreeWithTheWords() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LineOrderTest"));
    for (int round = Seeds.rounds(50_000); round > 0; round--) {
      LineOrder order = order(ORDERS.get(random.nextInt(ORDERS.size())));
      String one = line(random);
      String other = random.nextInt(5) == 0 ? one : one.substring(one.length() / 2) + line(random);
      byte[] memory = memory(one, other);
      int second = one.length() + 1;
      assertThat(order.difference(memory, 0, second, LineOrder.FIRST))
          .as("'%s' '%s'", one, other)
          .isEqualTo(byWords(order, memory, 0, second));

      int expected = compare(order, memory, 0, second);
      LinePrefix prefix = order.prefix(memory, second, 1 + random.nextInt(8));
      LinePrefix whole = order.prefix(memory, 0, 100);
      assertThat(whole.isWhole()).isTrue();
      assertThat(order.isBefore(memory, 0, prefix)).isEqualTo(whole.isBefore(prefix));
      if (prefix.isWhole()) {
        assertThat(Integer.signum(whole.compareTo(prefix))).isEqualTo(expected);
        assertThat(whole.isSameLine(prefix)).isEqualTo(expected == 0);
      }
    }
  }

  @Test
  void textIsInTheOrderOfItsBytes() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LineOrderTest.text"));
    for (int round = Seeds.rounds(50_000); round > 0; round--) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      String one = new String(bytes, ISO_8859_1).replace('\n', 'x');
      String other =
          one.substring(0, random.nextInt(one.length() + 1)) + line(random).replace('\n', 'x');
      byte[] upperOne = upper(one);
      byte[] upperOther = upper(other);
      assertThat(compare(order(List.of()), one, other))
          .isEqualTo(Integer.signum(one.compareTo(other)));
      assertThat(compare(order(List.of("-fu")), one, other))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(upperOne, upperOther)));
    }
  }

  private static byte[] upper(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] >= 'a' && bytes[i] <= 'z') {
        bytes[i] = (byte) (bytes[i] - 32);
      }
    }
    return bytes;
  }

  @Test
  void numbersAreInTheOrderOfTheirValues() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("LineOrderTest.numbers"));
    LineOrder order = order(List.of("-nu"));
    for (int round = Seeds.rounds(50_000); round > 0; round--) {
      String one = number(random);
      String other =
          switch (random.nextInt(5)) {
            case 0 -> one + "0";
            case 3 -> one.replaceFirst("\\d(\\D*\\d{0,2})$", "3$1");
            case 1 -> "0" + one.replace("-", "");
            case 2 -> one.substring(0, one.length() / 2) + "7";
            default -> number(random);
          };
      byte[] memory = memory(one, other);
      assertThat(order.difference(memory, 0, one.length() + 1, LineOrder.FIRST))
          .as("%s %s", one, other)
          .isEqualTo(byWords(order, memory, 0, one.length() + 1));
      assertThat(compare(order, one, other))
          .as("%s %s", one, other)
          .isEqualTo(value(one).compareTo(value(other)));
    }
  }

  private static BigDecimal value(String number) {
    String plain = number.equals("-") || number.isEmpty() ? "0" : number;
    plain = plain.replaceFirst("^(-?)\\.", "$10.").replaceFirst("\\.$", "");
    return new BigDecimal(plain);
  }

  private static String number(SplittableRandom random) {
    StringBuilder number = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    int whole = random.nextInt(10) == 0 ? random.nextInt(100, 140) : random.nextInt(20);
    for (int i = 0; i < whole; i++) {
      number.append((char) ('0' + random.nextInt(random.nextInt(2, 11))));
    }
    if (random.nextBoolean()) {
      number.append('.');
      for (int i = random.nextInt(40); i > 0; i--) {
        number.append((char) ('0' + random.nextInt(random.nextInt(2, 11))));
      }
    }
    return number.toString();
  }

  @Test
  void wordsOfNumbersAreAsDocumented() {
    assertThat(numberWord("0")).isEqualTo("8000000000000000");
    assertThat(numberWord("-000.000")).isEqualTo("8000000000000000");
    assertThat(numberWord("x1")).isEqualTo("8000000000000000");
    assertThat(numberWord("5\u00807")).isEqualTo("8160000000000000");
    assertThat(numberWord("0.05")).isEqualTo("8016000000000000");
    assertThat(numberWord(" \t01500.0kg")).isEqualTo("8426000000000000");
    assertThat(numberWord("-1500")).isEqualTo("7bd9ffffffffffff");
    assertThat(numberWord("9".repeat(200))).isEqualTo("ff0000c8aaaaaaaa");
  }

  private static String numberWord(String line) {
    long word = order(List.of("-nu")).word(memory(line, ""), 0, LineOrder.FIRST);
    return String.format(Locale.ROOT, "%016x", word ^ Long.MIN_VALUE);
  }
}
