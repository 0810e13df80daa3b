package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What sandboxed programs see of the machine's own files, as options of bubblewrap: `/usr`, what
/// stands beside it for it, and the few files of `/etc` that the dynamic linker and the commands of
/// a distribution need.
record HostView(List<String> options) {
  private static final List<String> BESIDE_USR =
      List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
  private static final List<String> ETC = List.of("ld.so.cache", "alternatives");

  HostView {
    options = List.copyOf(options);
  }

  /// @param root the root of the machine's files
  static HostView of(Path root) throws IOException {
    List<String> options = new ArrayList<>();
    show(options, root, "usr");
    for (String name : BESIDE_USR) {
      Path folder = root.resolve(name);
      if (Files.isSymbolicLink(folder)) {
        options.addAll(List.of("--symlink", Files.readSymbolicLink(folder).toString(), "/" + name));
      } else if (Files.isDirectory(folder)) {
        show(options, root, name);
      }
    }
    for (String name : ETC) {
      if (Files.exists(root.resolve("etc").resolve(name))) {
        show(options, root, "etc/" + name);
      }
    }
    return new HostView(options);
  }

  private static void show(List<String> options, Path root, String name) {
    options.addAll(List.of("--ro-bind", root.resolve(name).toString(), "/" + name));
  }
}
