package dev.millrace.node;

import dev.millrace.cli.CommandLine;
import java.nio.file.Path;
import java.util.List;

/// Runs what people run, in one process, so that the JVM's cache of loaded classes and profiles
/// covers it: `Training SAMPLE`, in the home that the environment names, or with the node that runs
/// on it. Answers go beside the sample. Part of the launcher's build.
public final class Training {
  private Training() {}

  /// Ends the process with the status of the first command that fails, or 0.
  public static void main(String[] args) {
    String sample = args[0];
    String fetched = Path.of(sample).resolveSibling("fetched").toString();
    String packed = Path.of(sample).resolveSibling("packed").toString();
    List<List<String>> commands =
        List.of(
            List.of("run", "compress", sample, "-o", packed),
            List.of("mb", "training"),
            List.of("put", sample, "training/sample"),
            List.of("run", "count", "mr://training/sample"),
            List.of("run", "checksum", "sha256", "mr://training/sample"),
            List.of("run", "--unsandboxed", "--exec=wc -l", "--reduce=cat", "mr://training/sample"),
            List.of("get", "training/sample", "-o", fetched),
            List.of("stat", "training/sample"),
            List.of("ls", "--json", "training"),
            List.of("ls"),
            List.of("jobs"),
            List.of("nodes"),
            List.of("cp", "training/sample", "training/copy"),
            List.of("versions", "training/copy"),
            List.of("rm", "training/copy"));
    int status = CommandLine.DONE;
    for (List<String> command : commands) {
      if (status == CommandLine.DONE) {
        status = Main.run(command.toArray(String[]::new));
      }
    }
    System.exit(status);
  }
}
