package dev.millrace.system.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The sources of this repository against the rules of the house.
final class TidyTest {
  private static final Repository REPOSITORY = Repository.here();
  private static List<JavaSource> sources = List.of();

  @BeforeAll
  static void parse() {
    sources = REPOSITORY.javaSources();
  }

  static Stream<JavaRule> rules() {
    return Stream.of(
        new SizeRule(), new LeftoverRule(), new NameRule(), new CallRule(), new SkippedTestRule());
  }

  @Test
  void theRepositoryIsFound() {
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources).extracting(JavaSource::module).contains("base", "node", "system-tests");
    assertThat(REPOSITORY.markdown()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void everyJavaFileKeepsTheRule(JavaRule rule) {
    assertNone(sources.stream().flatMap(source -> rule.violations(source).stream()));
  }

  @Test
  void everyPackageIsDescribed() {
    // The samples of the architecture rules are wrong by intent.
    List<JavaSource> real =
        sources.stream().filter(source -> !source.path().contains("/house/samples/")).toList();
    assertNone(PackageRule.violations(real).stream());
  }

  @Test
  void classesAreFinalUnlessExtended() {
    assertNone(FinalRule.violations(sources).stream());
  }

  @Test
  void pagesLeadSomewhere() {
    assertNone(
        REPOSITORY.markdown().stream()
            .flatMap(page ->
                PageRule.violations(REPOSITORY.name(page), page, Repository.text(page)).stream()));
  }

  @Test
  void nothingNamesOneMachine() {
    assertNone(
        REPOSITORY.written().stream()
            .flatMap(file ->
                PlaceRule.violations(REPOSITORY.name(file), Repository.text(file)).stream()));
  }

  private static void assertNone(Stream<Violation> violations) {
    assertThat(violations.map(Violation::toString).sorted()).isEmpty();
  }
}
