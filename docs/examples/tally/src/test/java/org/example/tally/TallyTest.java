package org.example.tally;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.rehearsal.Rehearsal;
import org.junit.jupiter.api.Test;

final class TallyTest {
  private static final String LOG = "GET,200\nPUT,201\nGET,200\n\nGET,404\nnothing\nDELETE,\nGET,200";

  private static Rehearsal tally(String... arguments) {
    return Rehearsal.of(new TallyInstruction(), arguments);
  }

  private static String text(byte[] answer) {
    return new String(answer, UTF_8);
  }

  private static MillraceException failure(ErrorCode code, Runnable action) {
    MillraceException failure = assertThrows(MillraceException.class, action::run);
    assertEquals(code, failure.code());
    return failure;
  }

  @Test
  void countsAsTheStandardToolsDo() {
    // printf … | LC_ALL=C sh -c 'cut -d, -f2 | sort | uniq -c | sort -rn'
    assertEquals(
        "      3 200\n      2 \n      1 nothing\n      1 404\n      1 201\n",
        text(tally("-d", ",", "-f", "2").with("log", LOG).answer()));
    assertEquals(
        "      4 GET\n      1 nothing\n      1 PUT\n      1 DELETE\n      1 \n",
        text(tally("-f", "1", "-d", ",").with("log", LOG).answer()));
  }

  @Test
  void theAnswerIsTheSameWhereverTheInputIsCut() {
    Rehearsal tally = tally("--field=2", "--delimiter=,").with("a", LOG).with("b", "").with("c", LOG);
    String whole = text(tally.answer());
    for (int pieceBytes = 1; pieceBytes <= 2 * LOG.length(); pieceBytes++) {
      assertEquals(whole, text(tally.answer(pieceBytes)));
    }
  }

  @Test
  void linesWithoutAnyFieldAreCounted() {
    assertEquals("", text(tally("-f", "1").with("empty", "").answer()));
    assertEquals("      2 \n", text(tally("-f", "3").with("a", "\na\tb\n").answer()));
  }

  @Test
  void tooManyValuesAreRefusedWithTheLimit() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Counts.VALUES; i++) {
      text.append(i).append('\n');
    }
    Rehearsal most = tally("-f", "1").with("a", text.toString());
    assertEquals(Counts.VALUES, text(most.answer(10_000)).lines().count());
    Rehearsal more = most.with("b", "one more\n");
    for (int pieceBytes : new int[] {1000, 1_000_000}) {
      MillraceException failure = failure(ErrorCode.BAD_INPUT, () -> more.answer(pieceBytes));
      assertTrue(failure.getMessage().contains("more than 10000 different values"));
    }
  }

  @Test
  void aValueThatIsTooLongIsRefusedAndALongLineIsNot() {
    Rehearsal tally = tally("-f", "2");
    String longest = "x".repeat(Counts.VALUE_BYTES);
    assertEquals(
        "      1 " + longest + "\n",
        text(tally.with("a", "y".repeat(5000) + "\t" + longest + "\tz\n").answer()));
    failure(ErrorCode.BAD_INPUT, () -> tally.with("a", "y\t" + longest + "x\n").answer());
    failure(ErrorCode.BAD_INPUT, () -> tally.with("a", longest + "x\n").answer());
  }

  @Test
  void wrongArgumentsAreRefused() {
    for (String[] wrong :
        new String[][] {
          {}, {"-f", "0"}, {"-f"}, {"-f", "x"}, {"-f", "1", "-d", "ab"}, {"-f", "1", "-d"}, {"2"}
        }) {
      MillraceException failure = failure(ErrorCode.INVALID_ARGUMENT, () -> tally(wrong));
      assertTrue(failure.getMessage().startsWith("tally: "), failure.getMessage());
    }
  }
}
