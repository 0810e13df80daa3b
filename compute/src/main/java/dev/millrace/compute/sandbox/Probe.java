package dev.millrace.compute.sandbox;

import dev.millrace.compute.sandbox.SandboxReport.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What `look.sh` printed inside a sandbox. Pure. A trait holds when at least one attempt to break
/// it failed and none succeeded, so that a look which got nowhere proves nothing.
record Probe(List<String> lines) {
  private static final String VARIABLE = "variable ";
  private static final String END = "end";

  /// Set by shells for themselves.
  private static final Set<String> OF_SHELLS = Set.of("PWD", "OLDPWD", "SHLVL", "_");

  Probe {
    lines = List.copyOf(lines);
  }

  static Probe parse(String output) {
    return new Probe(output.lines().toList());
  }

  /// @param end how the look ended, for one that got nowhere
  Property property(Trait trait, SandboxEnd end) {
    List<String> broke = attempts("broke", trait);
    if (!broke.isEmpty()) {
      return Property.missing(
          trait.title(), "broken: " + String.join("; ", broke), Remedies.REPORT);
    }
    List<String> held = attempts("held", trait);
    if (held.isEmpty() || !lines.contains(END)) {
      return Property.missing(trait.title(), "the test got nowhere: " + end, Remedies.REPORT);
    }
    String first = held.getFirst();
    return Property.held(
        trait.title(), held.size() == 1 ? first : first + ", and " + (held.size() - 1) + " more");
  }

  private List<String> attempts(String word, Trait trait) {
    String start = word + " " + trait.key() + " ";
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }

  /// Whether programs see variables that nobody gave them.
  Property environment(SandboxEnd end) {
    String title = Trait.ENVIRONMENT.title();
    Set<String> strange = new TreeSet<>();
    List<String> seen = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(VARIABLE)) {
        String name = line.substring(VARIABLE.length()).split("=", 2)[0];
        seen.add(name);
        if (!OF_SHELLS.contains(name) && !SandboxOrder.standardEnvironment().containsKey(name)) {
          strange.add(name);
        }
      }
    }
    if (!strange.isEmpty()) {
      return Property.missing(title, "broken: these can be read: " + strange, Remedies.REPORT);
    }
    if (seen.isEmpty() || !lines.contains(END)) {
      return Property.missing(title, "the test got nowhere: " + end, Remedies.REPORT);
    }
    return Property.held(title, "read the variables of every process inside");
  }
}
