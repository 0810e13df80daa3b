package dev.millrace.compute.program;

import java.util.Set;

/// A plug-in that this process does without.
///
/// @param plugin the name of its jar
/// @param names of its instructions, as far as they could be learned
/// @param why `what: why: what to do`, on one line
public record LeftOut(String plugin, Set<String> names, String why) {
  public LeftOut {
    names = Set.copyOf(names);
  }

  /// Whether an instruction of this name is likely its own: it said so, or its jar is named after
  /// it.
  boolean mayHave(String name) {
    return names.contains(name)
        || (!name.isEmpty() && (plugin.startsWith(name + ".") || plugin.startsWith(name + "-")));
  }
}
