package dev.millrace.compute.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the sandbox has to know of the machine and of this process.
interface MachineFacts {
  /// As Java names it, such as `amd64`.
  String architecture();

  /// Whether this process is root's.
  boolean root();

  /// Where one of the system's programs is, if it is there.
  Optional<Path> tool(String name);

  /// The environment of this process. It may hold secrets.
  Map<String, String> environment();

  /// The text of `/proc/self/mountinfo`.
  String mounts();

  /// The text of `/proc/self/cgroup`.
  String groups();

  /// A setting of the kernel, by its path under `/proc/sys`; absent when this kernel has none such.
  Optional<String> setting(String name);

  /// Whether systemd runs this machine, and with it the tree of control groups.
  boolean systemd();

  /// Folders, best first, that root can make, and into which users without rights can look.
  List<Path> publicFolders();
}
