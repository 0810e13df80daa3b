package dev.millrace.compute.sandbox;

import dev.millrace.base.Check;
import java.util.ArrayList;
import java.util.List;

/// What holds in this machine's sandbox: one property a row, each tested by an attempt to break it.
public record SandboxReport(List<Property> properties) {
  public SandboxReport {
    properties = List.copyOf(properties);
    Check.that(!properties.isEmpty(), "a report without properties");
  }

  /// One thing that programs can't do.
  ///
  /// @param name a few words, the same on every machine
  /// @param detail what was tried and seen, one line
  /// @param remedy what to do when it doesn't hold, possibly on several lines; empty when it holds
  public record Property(String name, boolean holds, String detail, String remedy) {
    static Property held(String name, String detail) {
      return new Property(name, true, detail, "");
    }

    static Property missing(String name, String detail, String remedy) {
      return new Property(name, false, detail, remedy);
    }
  }

  /// The report of a test that could not go on: `known` are held, `missing` is not, and of the rest
  /// nothing is known.
  static SandboxReport stoppedAt(List<Property> known, Property missing) {
    List<Property> all = new ArrayList<>(known);
    all.add(missing);
    for (Trait trait : Trait.values()) {
      if (all.stream().noneMatch(property -> property.name().equals(trait.title()))) {
        all.add(
            Property.missing(
                trait.title(), "not tested", "see '" + missing.name() + "', then test again"));
      }
    }
    return new SandboxReport(all);
  }

  /// True when every property holds: foreign programs may run.
  public boolean complete() {
    return properties.stream().allMatch(Property::holds);
  }

  /// Why foreign programs are refused, in one line: the first property that doesn't hold, and the
  /// remedy. Only for a report that isn't complete.
  public String refusal() {
    Property missing =
        properties.stream()
            .filter(property -> !property.holds())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("bug: nothing is refused"));
    String remedy =
        missing.remedy().lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
    return "sandbox, "
        + missing.name()
        + ": "
        + missing.detail()
        + ": "
        + remedy
        + " ('millrace doctor' shows all)";
  }
}
