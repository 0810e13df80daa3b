package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SyntaxTest {
  private static Syntax syntax() {
    return new Syntax("try", "Tries things")
        .flag("All of them", "-a", "--all")
        .value("OUT", "Where to; " + "a long explanation ".repeat(8).strip(), "-o", "--output")
        .values("FILE", "Send a file along", "--ship")
        .value("SOMETHING-LONG", "A label that is too long", "--with-a-long-name")
        .words("WORD…", 1, 3, "What to try");
  }

  private static Arguments parse(String... args) {
    return syntax().parse(List.of(args));
  }

  private static void refused(String message, String... args) {
    assertThatThrownBy(() -> parse(args))
        .as(String.join(" ", args))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void readsOptionsInEveryForm() {
    for (List<String> args :
        List.of(
            List.of("-o", "x", "w"),
            List.of("-ox", "w"),
            List.of("-o=x", "w"),
            List.of("w", "--output", "x"),
            List.of("--output=x", "w"),
            List.of("w", "--all", "--output=x"),
            List.of("w", "-ao", "x"))) {
      Arguments arguments = syntax().parse(args);
      assertThat(arguments.value("--output")).as(args.toString()).contains("x");
      assertThat(arguments.value("-o")).contains("x");
      assertThat(arguments.words()).containsExactly("w");
      assertThat(arguments.flag("--json")).isFalse();
    }
    assertThat(parse("w", "-a").flag("--all")).isTrue();
    assertThat(parse("w", "--output=").value("-o")).contains("");
    assertThat(parse("w", "--output=a=b").value("-o")).contains("a=b");
    assertThat(parse("w", "-o", "'x'").value("-o")).as("quotes are the shell's").contains("'x'");
    assertThat(parse("w").value("--output")).isEmpty();
    assertThat(parse("--ship", "a", "w", "--ship=b").values("--ship")).containsExactly("a", "b");
    assertThat(parse("w").values("--ship")).isEmpty();
  }

  @Test
  void wordsMayLookLikeOptionsBehindTwoHyphensAndStandAlone() {
    assertThat(parse("-", "--", "-x", "--all").words()).containsExactly("-", "-x", "--all");
    assertThat(parse("--", "-a").flag("-a")).isFalse();
    assertThat(parse("", "ü").words()).containsExactly("", "ü");
  }

  @Test
  void saysWhatIsWrong() {
    refused("unknown option '--al': did you mean '--all'?", "w", "--al");
    refused("unknown option '-x'", "-x", "w");
    refused("option '--all' has no value: leave it out", "w", "--all=yes");
    refused("option '--output' has no value: write one behind it", "w", "-o");
    refused("option '--output' has no value: write one behind it", "w", "-o", "--all");
    refused("option '--output' is given twice: leave one out", "w", "-o", "x", "--output=y");
    refused("option '--all' is given twice: leave one out", "w", "-a", "--all");
    refused("something is missing: write WORD…", "--all");
    refused("'4' is a word too many", "1", "2", "3", "4");
  }

  @Test
  void behindTheFirstWordEverythingIsVerbatimUnlessAnOptionIsGiven() {
    Syntax run = syntax().words("WORD…", 0, Syntax.ANY, "").verbatimAfterFirstWordUnless("--ship");
    Arguments verbatim = run.parse(List.of("--all", "grep", "-i", "--", "--all", "-o"));
    assertThat(verbatim.words()).containsExactly("grep", "-i", "--", "--all", "-o");
    assertThat(verbatim.flag("--all")).isTrue();
    assertThat(run.parse(List.of("w", "--all", "--ship=f")).words()).containsExactly("w");
    assertThatThrownBy(() -> run.parse(List.of("--bogus", "grep")))
        .hasMessageStartingWith("unknown option '--bogus'");
  }

  @Test
  void thePageFitsAndExplainsAll() {
    String page = syntax().help();
    assertThat(page).startsWith("Usage: millrace try [OPTION]… WORD…\nTries things\n\n");
    assertThat(page)
        .contains("\n  -o, --output=OUT   Where to; a long explanation")
        .contains("\n      --ship=FILE    Send a file along; may be given several times\n")
        .contains("\n      --with-a-long-name=SOMETHING-LONG\n                     A label that");
    assertThat(page.lines())
        .allMatch(line -> line.length() <= 100 && line.equals(line.stripTrailing()));
    assertThat(page.lines().map(String::strip).filter(line -> line.startsWith("-")))
        .hasSize(9)
        .isSortedAccordingTo((a, b) -> longName(a).compareTo(longName(b)));
  }

  private static String longName(String line) {
    return line.substring(line.indexOf("--")).replaceFirst("[ =].*", "");
  }
}
