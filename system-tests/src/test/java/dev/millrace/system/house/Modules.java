package dev.millrace.system.house;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Who may use whom, as ARCHITECTURE.md draws it: a module may use those named here, and what those
/// use comes along. A module that is not here may not exist.
final class Modules {
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          Map.entry("base", Set.of()),
          Map.entry("model", Set.of("base")),
          Map.entry("wire", Set.of("model")),
          Map.entry("net", Set.of("wire")),
          Map.entry("volumes", Set.of("wire")),
          Map.entry("catalog", Set.of("net")),
          Map.entry("client", Set.of("net")),
          Map.entry("storage", Set.of("volumes", "client")),
          Map.entry("compute", Set.of("client")),
          Map.entry("http", Set.of("base")),
          Map.entry("s3", Set.of("http", "client")),
          Map.entry("console", Set.of("http", "client")),
          Map.entry("mount", Set.of("http", "client")),
          Map.entry("cli", Set.of("http", "client")),
          Map.entry(
              "node", Set.of("catalog", "storage", "compute", "s3", "console", "mount", "cli")),
          Map.entry("testkit", Set.of("node")),
          Map.entry("sim", Set.of("testkit")),
          Map.entry("bench", Set.of("testkit")));

  private Modules() {}

  static boolean isKnown(String module) {
    return USES.containsKey(module);
  }

  /// True when code of `user` may name a type of `used`.
  static boolean mayUse(String user, String used) {
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(Set.of(user));
    while (!next.isEmpty()) {
      String module = next.pop();
      if (reached.add(module)) {
        next.addAll(USES.getOrDefault(module, Set.of()));
      }
    }
    return reached.contains(used);
  }
}
