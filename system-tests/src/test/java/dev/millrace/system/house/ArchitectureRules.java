package dev.millrace.system.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// The rules about compiled classes, for code whose modules are the packages right under `root`.
record ArchitectureRules(String root) {
  /// A class uses its own module and those that [Modules] gives it.
  ArchRule modulesKeepToTheTable() {
    return classes().should(new KeepToTheTable());
  }

  /// Only `owner`, a package under the root, imports `library`.
  ArchRule onlyOneSees(String library, String owner) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + "." + owner + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library + "..")
        .as("only " + owner + " sees " + library)
        .allowEmptyShould(true);
  }

  ArchRule packagesFormNoCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles();
  }

  /// Generated packages are exempt: all their types come from a schema.
  ArchRule packagesAreNullMarked() {
    return classes().should(new LieInMarkedPackages());
  }

  private @Nullable String module(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(root + ".")) {
      return null;
    }
    String below = name.substring(root.length() + 1);
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  private final class KeepToTheTable extends ArchCondition<JavaClass> {
    KeepToTheTable() {
      super("use only what the table of modules allows");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      String user = module(type);
      if (user == null || !Modules.isKnown(user)) {
        String message = type.getName() + " is in no module of the table";
        events.add(SimpleConditionEvent.violated(type, message));
        return;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String used = module(dependency.getTargetClass());
        if (used != null && !Modules.mayUse(user, used)) {
          String message = user + " may not use " + used + ": " + dependency.getDescription();
          events.add(SimpleConditionEvent.violated(type, message));
        }
      }
    }
  }

  private static final class LieInMarkedPackages extends ArchCondition<JavaClass> {
    private static final String GENERATED = "com.google.protobuf.";

    LieInMarkedPackages() {
      super("lie in packages that are @NullMarked");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
      boolean generated =
          type.getPackage().getClasses().stream()
              .anyMatch(other ->
                  other
                      .getRawSuperclass()
                      .map(parent -> parent.getName().startsWith(GENERATED))
                      .orElse(false));
      if (!marked && !generated) {
        String message = type.getName() + " lies in a package that is not @NullMarked";
        events.add(SimpleConditionEvent.violated(type, message));
      }
    }
  }
}
