package dev.millrace.compute.sandbox;

import dev.millrace.base.ByteUnits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The options with which bubblewrap sets up one attempt, in the order in which it does so.
///
/// Each name space is asked for by its name: `--unshare-all` and every option that ends in `-try`
/// go on without where one cannot be had. The root and `/dev` are temporary file systems, writable
/// until `--remount-ro`; `/dev/shm` is another, of half the machine's memory unless it is told.
/// bubblewrap reads the options from a file, since what stands on a command line can be read by
/// everybody on the machine, and inside.
final class BwrapOptions {
  /// File descriptors at which bubblewrap finds what it reads and writes.
  static final int STATUS_DESCRIPTOR = 7;

  static final int OPTIONS_DESCRIPTOR = 8;
  static final int FILTER_DESCRIPTOR = 9;

  private static final long MOST_SHARED_MEMORY_BYTES = 64 * ByteUnits.MIB;

  private BwrapOptions() {}

  /// @param view the machine's own files
  /// @param files where bubblewrap can open the files of `order`, in their order
  static List<String> of(HostView view, ShownFiles shown, SandboxOrder order, List<Path> files) {
    List<String> options = new ArrayList<>();
    add(options, "--unshare-user --disable-userns --unshare-ipc --unshare-pid --unshare-net");
    add(options, "--unshare-uts --unshare-cgroup --die-with-parent --new-session --cap-drop ALL");
    add(options, "--hostname sandbox --uid " + RunAs.INSIDE + " --gid " + RunAs.INSIDE);
    options.addAll(view.options());
    options.addAll(List.of("--ro-bind", shown.passwd().toString(), "/etc/passwd"));
    options.addAll(List.of("--ro-bind", shown.group().toString(), "/etc/group"));
    add(options, "--proc /proc --dev /dev");
    long scratch = order.limits().scratchBytes();
    add(options, temporary("/dev/shm", Math.min(scratch, MOST_SHARED_MEMORY_BYTES)));
    add(options, temporary("/tmp", scratch));
    add(options, "--dir /tmp/out --symlink tmp/out /out");
    for (int i = 0; i < files.size(); i++) {
      options.addAll(List.of("--ro-bind", files.get(i).toString(), order.files().get(i).inside()));
    }
    add(options, "--remount-ro /dev --remount-ro / --clearenv");
    environment(order).forEach((name, value) -> options.addAll(List.of("--setenv", name, value)));
    add(options, "--chdir /tmp --seccomp " + FILTER_DESCRIPTOR);
    add(options, "--json-status-fd " + STATUS_DESCRIPTOR);
    return options;
  }

  /// All that the program finds in its environment.
  static Map<String, String> environment(SandboxOrder order) {
    Map<String, String> environment = new TreeMap<>(SandboxOrder.standardEnvironment());
    environment.putAll(order.environment());
    return environment;
  }

  private static String temporary(String path, long sizeBytes) {
    return "--perms 1777 --size " + sizeBytes + " --tmpfs " + path;
  }

  private static void add(List<String> options, String words) {
    options.addAll(List.of(words.split(" ")));
  }
}
