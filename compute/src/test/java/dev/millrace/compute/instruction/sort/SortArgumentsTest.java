package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.instruction.CutRun;
import dev.millrace.compute.program.Split;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SortArgumentsTest {
  private static final String TEXT = "b,10\nB,9\na,9\nb,10\nc,-1\n";

  private final SortInstruction sort = new SortInstruction();
  private final CutRun run = new CutRun();

  @AfterEach
  void close() {
    run.close();
  }

  private String answer(String... arguments) {
    try {
      byte[] answer =
          run.answer(
              sort.parse(List.of(arguments)),
              List.of("text"),
              List.of(TEXT.getBytes(UTF_8)),
              List.of());
      return new String(answer, UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void optionsCanBeWrittenInAllTheirForms() {
    String byNumber = "b,10\nb,10\na,9\nB,9\nc,-1\n";
    assertThat(answer("-t,", "-nrk2")).isEqualTo(byNumber);
    assertThat(answer("--field-separator=,", "--key=2", "--numeric-sort", "--reverse"))
        .isEqualTo(byNumber);
    assertThat(answer("--field-separator", ",", "--key", "2", "-rn")).isEqualTo(byNumber);
    assertThat(answer("-nrt,", "-k2")).isEqualTo(byNumber);
    assertThat(answer("-k", "2nr", "-rt", ",", "-t,")).isEqualTo(byNumber);
  }

  @Test
  void longNamesMeanWhatTheLettersMean() {
    assertThat(answer("--ignore-case", "--stable", "--unique")).isEqualTo(answer("-fsu"));
    assertThat(answer("-fsu")).isEqualTo("a,9\nb,10\nB,9\nc,-1\n");
    assertThat(answer("--ignore-leading-blanks")).isEqualTo(answer("-b"));
    assertThat(answer("--zero-terminated")).isEqualTo(TEXT + "\0");
  }

  @Test
  void inputThatEndsWithNulsIsNotCut() {
    assertThat(sort.parse(List.of()).split()).isEqualTo(new Split.Lines());
    assertThat(sort.parse(List.of("-z")).split()).isEqualTo(new Split.WholeFile());
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertRefused("sort: argument '-x': not known: use sort [-n]", "-x");
    assertRefused("argument '-nx': not known", "-nx");
    assertRefused("argument '-c': not known", "-c");
    assertRefused("argument '-': not known", "-");
    assertRefused("argument '--check': not known", "--check");
    assertRefused("argument 'file': not known", "file");
    assertRefused("option -k: its value is missing", "-nk");
    assertRefused("option --key: its value is missing", "--key");
    assertRefused("-k '0': a field has the number 0: they begin with 1", "-k0");
    assertRefused("-k '1.0': a byte has the number 0: they begin with 1", "-k", "1.0");
    assertRefused("-k '1,0': a field has the number 0", "--key=1,0");
    assertRefused("-k 'n': the number of a field is missing", "-kn");
    assertRefused("-k '1,': the number of a field is missing", "-k1,");
    assertRefused("-k '1.': the number of a byte is missing; a key is like 2", "-k1.");
    assertRefused("-k '1,2.n': the number of a byte is missing", "-k1,2.n");
    assertRefused("-k '1g': 'g' is none of the letters b, f, n, r", "-k1g");
    assertRefused("-k '1n1': '1' is none of the letters", "-k1n1");
    assertRefused("-k '1,2,3': ',' is none of the letters", "-k1,2,3");
    assertRefused("-k '-1': the number of a field is missing", "-k", "-1");
    assertRefused("-t '': the separator must be one byte", "-t", "");
    assertRefused("-t 'ab': the separator must be one byte", "-tab");
    assertRefused("-t 'é': the separator must be one byte", "-t", "é");
    assertRefused("option -t: it is given twice, with different separators", "-ta", "-tb");
  }

  @Test
  void numbersOfAnySizeAreTaken() {
    String huge = "99999999999999999999";
    assertThat(answer("-k" + huge + "." + huge + "," + huge + "." + huge)).isEqualTo(answer());
  }

  @Test
  void thereAreNotMoreKeysThanPositionsCanName() {
    String[] keys = new String[LineOrder.MOST_KEYS + 1];
    java.util.Arrays.fill(keys, "-k2");
    assertRefused("option -k: there are more than 100 of it", keys);
    keys[0] = "-r";
    assertThat(answer(keys)).isEqualTo(answer("-r", "-k2"));
  }

  private void assertRefused(String why, String... arguments) {
    assertThatThrownBy(() -> sort.parse(List.of(arguments)))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(why);
  }
}
