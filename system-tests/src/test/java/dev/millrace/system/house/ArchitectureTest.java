package dev.millrace.system.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/// Millrace's own classes against the table of modules and the other rules about classes.
@TestInstance(Lifecycle.PER_CLASS)
final class ArchitectureTest {
  private static final String ROOT = "dev.millrace";
  private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);

  /// A field of the one instance: a static one would keep the classes, some 100 MB, to the end of
  /// the JVM that runs all tests.
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void allModulesAreLookedAt() {
    assertThat(classes.size()).isGreaterThan(50);
    assertThat(classes.containPackage(ROOT + ".base")).isTrue();
    assertThat(classes.containPackage(ROOT + ".client")).isTrue();
  }

  @Test
  void modulesUseOnlyWhatTheTableAllows() {
    RULES.modulesKeepToTheTable().check(classes);
  }

  @Test
  void onlyTheRaftPackageSeesRatis() {
    RULES.onlyOneSees("org.apache.ratis", "catalog.raft").check(classes);
  }

  @Test
  void onlyTheRocksPackageSeesRocksDb() {
    RULES.onlyOneSees("org.rocksdb", "catalog.rocks").check(classes);
  }

  @Test
  void packagesFormNoCycles() {
    RULES.packagesFormNoCycles().check(classes);
  }

  @Test
  void allPackagesAreNullMarked() {
    RULES.packagesAreNullMarked().check(classes);
  }
}
