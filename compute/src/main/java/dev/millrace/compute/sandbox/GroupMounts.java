package dev.millrace.compute.sandbox;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the control groups of this process lie in the file system. Version 1 has a tree for each
/// controller, or for some together; version 2 has one; both may be there at once. (cgroups(7),
/// proc_pid_mountinfo(5))
///
/// @param first version 1: each controller's mount point and own group
/// @param second version 2's
record GroupMounts(Map<Controller, Place> first, Optional<Place> second) {
  GroupMounts {
    first = Map.copyOf(first);
  }

  /// A tree of control groups.
  ///
  /// @param own the group of this process, in the tree
  record Place(Path mount, Path own) {}

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int MOUNT_ROOT = 3;
  private static final int MOUNT_POINT = 4;

  /// Reads `/proc/self/mountinfo` and `/proc/self/cgroup`.
  static GroupMounts parse(String mounts, String groups) {
    Map<Controller, Place> first = new EnumMap<>(Controller.class);
    Optional<Place> second = Optional.empty();
    for (String line : mounts.lines().toList()) {
      int dash = line.indexOf(" - ");
      if (dash < 0) {
        continue;
      }
      String[] before = line.substring(0, dash).split(" ", -1);
      String[] after = line.substring(dash + 3).split(" ", -1);
      if (before.length <= MOUNT_POINT || after.length < 3) {
        continue;
      }
      Path root = Path.of(unescaped(before[MOUNT_ROOT]));
      Path mount = Path.of(unescaped(before[MOUNT_POINT]));
      if (after[0].equals("cgroup2")) {
        second = second.or(() -> place(root, mount, groups, ""));
      } else if (after[0].equals("cgroup")) {
        List<String> options = List.of(after[2].split(","));
        for (Controller controller : Controller.values()) {
          String name = controller.kernelName();
          if (options.contains(name)) {
            place(root, mount, groups, name)
                .ifPresent(place -> first.putIfAbsent(controller, place));
          }
        }
      }
    }
    return new GroupMounts(first, second);
  }

  /// Absent when the group of this process is not in the part of the tree that is mounted.
  private static Optional<Place> place(Path root, Path mount, String groups, String controller) {
    return group(groups, controller)
        .filter(group -> group.startsWith(root))
        .map(group -> new Place(mount, mount.resolve(root.relativize(group)).normalize()));
  }

  private static Optional<Path> group(String groups, String controller) {
    for (String line : groups.lines().toList()) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3
          && (controller.isEmpty()
              ? fields[0].equals("0")
              : List.of(fields[1].split(",")).contains(controller))) {
        return Optional.of(Path.of(fields[2]));
      }
    }
    return Optional.empty();
  }

  /// Blanks and the like stand as a backslash and three octal digits.
  private static String unescaped(String text) {
    return OCTAL
        .matcher(text)
        .replaceAll(match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
  }
}
