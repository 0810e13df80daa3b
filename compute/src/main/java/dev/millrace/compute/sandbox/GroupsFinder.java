package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out which control groups this process may use, and takes them into use.
///
/// Version 1 goes first where it has the memory controller: a machine with both has its controllers
/// there. Under systemd a part of version 2's tree is ours only when it was delegated: systemd says
/// so by the attribute `user.delegate` of the folder (from its version 251 on), or else nobody but
/// this process is in the group, as in a unit or scope made for it.
final class GroupsFinder {
  static final String DELEGATION =
      """
      start it in a control group of its own:
      as an ordinary user: systemd-run --user --scope -p Delegate=yes ./millrace up
      as a service: [Service] Delegate=yes ExecStart=/opt/millrace/millrace up
      where 'cpu' is missing for users, as root: mkdir -p /etc/systemd/system/user@.service.d && \
      printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' \
      > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload\
      """;

  private static final Logger LOG = LoggerFactory.getLogger(GroupsFinder.class);
  private static final String DELEGATED = "user:delegate";
  private static final Set<Controller> LIMITS =
      EnumSet.of(Controller.MEMORY, Controller.PIDS, Controller.CPU);

  private final MachineFacts facts;
  private final Path noted;
  private final String name;

  /// @param noted a file that lists the folders which were made, so that those of a process that
  ///   was killed are removed at the next start
  /// @param name of these folders; no other sandbox on the machine has it
  GroupsFinder(MachineFacts facts, Path noted, String name) {
    this.facts = facts;
    this.noted = noted;
    this.name = name;
  }

  ControlGroups open() throws IOException {
    removeRemains();
    GroupMounts mounts = GroupMounts.parse(facts.mounts(), facts.groups());
    if (mounts.first().keySet().stream().anyMatch(LIMITS::contains)) {
      return first(mounts.first());
    }
    if (mounts.second().isPresent()) {
      return second(mounts.second().get());
    }
    return new NoGroups(
        "no control groups are mounted",
        "mount -t cgroup2 none /sys/fs/cgroup, or boot with systemd");
  }

  private ControlGroups first(Map<Controller, GroupMounts.Place> places) throws IOException {
    note(
        places.values().stream()
            .flatMap(place -> FirstGroups.candidates(place, name))
            .map(Path::toString)
            .distinct()
            .toList());
    return FirstGroups.open(places, name);
  }

  private ControlGroups second(GroupMounts.Place place) throws IOException {
    long self = ProcessHandle.current().pid();
    Path own = place.own();
    Path parent = own.getParent();
    boolean inLeaf = own.endsWith(SecondGroups.SUPERVISOR);
    Path part = inLeaf && parent != null ? parent : own;
    if (SecondGroups.available(part).isEmpty()) {
      return new NoGroups("the group " + part + " has no controllers", DELEGATION);
    }
    if (!Files.isWritable(part.resolve(ControlFiles.PROCESSES))) {
      return new NoGroups("the group " + part + " belongs to somebody else", DELEGATION);
    }
    if (!inLeaf && facts.systemd() && !delegated(part, self)) {
      return new NoGroups("the group " + part + " is systemd's and was not delegated", DELEGATION);
    }
    note(List.of(part.resolve(name).toString()));
    try {
      return SecondGroups.open(part, name, self);
    } catch (IOException e) {
      LOG.warn("event=control-group-unusable group={} why=\"{}\"", part, e.getMessage());
      return new NoGroups(
          "the group " + part + " cannot be divided: " + e.getMessage(), DELEGATION);
    }
  }

  private static boolean delegated(Path part, long self) {
    try {
      byte[] value = (byte[]) Files.getAttribute(part, DELEGATED);
      return value.length == 1 && value[0] == '1';
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return ControlFiles.processes(part).equals(List.of(self));
    }
  }

  private void note(List<String> folders) throws IOException {
    Files.write(noted, folders);
  }

  private void removeRemains() throws IOException {
    List<String> folders = new ArrayList<>();
    if (Files.exists(noted)) {
      folders.addAll(Files.readAllLines(noted));
    }
    ControlFiles.removeRemains(
        folders.stream().map(Path::of).filter(folder -> folder.endsWith(name)).toList());
    Files.deleteIfExists(noted);
  }

  /// Closes the groups, and forgets them.
  void close(ControlGroups groups) throws IOException {
    groups.close();
    Files.deleteIfExists(noted);
  }
}
