package dev.millrace.system.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The architecture rules against a small house built wrong, in the packages under `samples`.
final class ArchitectureRulesTest {
  private static final String ROOT = ArchitectureRulesTest.class.getPackageName() + ".samples";
  private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);
  private static final JavaClasses SAMPLES = new ClassFileImporter().importPackages(ROOT);

  @Test
  void theTableLooksDownwardsOnly() {
    assertThat(Modules.mayUse("client", "base")).isTrue();
    assertThat(Modules.mayUse("base", "client")).isFalse();
    assertThat(Modules.mayUse("node", "catalog")).isTrue();
    List<String> strangers = List.of("catalog", "storage", "compute");
    for (String user : strangers) {
      for (String used : strangers) {
        assertThat(Modules.mayUse(user, used)).as(user + " → " + used).isEqualTo(user.equals(used));
      }
    }
  }

  @Test
  void aModuleThatUsesOneAboveItIsFound() {
    assertBreaks(RULES.modulesKeepToTheTable(), "base may not use wire", 1);
  }

  @Test
  void aModuleThatIsNotInTheTableIsFound() {
    assertBreaks(RULES.modulesKeepToTheTable(), "Stray is in no module of the table", 1);
  }

  @Test
  void aLibrarySeenOutsideItsPackageIsFound() {
    assertBreaks(RULES.onlyOneSees("java.util.regex", "wire"), "base.Looks", 1);
    RULES.onlyOneSees("java.util.regex", "base").check(SAMPLES);
  }

  @Test
  void aCycleOfPackagesIsFound() {
    assertBreaks(RULES.packagesFormNoCycles(), "Cycle detected", 1);
  }

  @Test
  void aPackageWithoutNullMarkedIsFound() {
    assertBreaks(RULES.packagesAreNullMarked(), "wire.unmarked.Bare", 1);
    assertThat(RULES.packagesAreNullMarked().evaluate(SAMPLES).getFailureReport().getDetails())
        .hasSize(1);
  }

  private static void assertBreaks(ArchRule rule, String text, int atLeast) {
    List<String> details = rule.evaluate(SAMPLES).getFailureReport().getDetails();
    assertThat(details.stream().filter(detail -> detail.contains(text)).count())
        .as(details.toString())
        .isGreaterThanOrEqualTo(atLeast);
    assertThatThrownBy(() -> rule.check(SAMPLES)).isInstanceOf(AssertionError.class);
  }
}
