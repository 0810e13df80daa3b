package dev.millrace.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// All commands by name. A `switch` makes the wanted one and loads no other's class.
final class Commands {
  /// A line of the overview.
  record Summary(String name, String arguments, String text) {}

  static final List<Summary> ALL =
      List.of(
          new Summary("put", "FILE… BUCKET/KEY", "Store files, folders or standard input (-)"),
          new Summary("get", "BUCKET/KEY", "Read an object, or all under BUCKET/PREFIX/"),
          new Summary("ls", "[BUCKET[/PREFIX]]", "List buckets, or objects"),
          new Summary("stat", "BUCKET/KEY", "Show one object"),
          new Summary("rm", "BUCKET/KEY…", "Remove objects; earlier versions stay"),
          new Summary("versions", "BUCKET/KEY", "List all versions of one object"),
          new Summary("restore", "BUCKET/KEY", "Make an earlier version the current one"),
          new Summary("cp", "SOURCE TARGET", "Copy an object; no bytes are moved"),
          new Summary("mb", "BUCKET…", "Make buckets"),
          new Summary("rb", "BUCKET…", "Remove empty buckets"),
          new Summary("run", "PROGRAM INPUT…", "Run a program over files or objects"),
          new Summary("explain", "BUCKET/KEY", "Show where a job's answer comes from"),
          new Summary("verify", "BUCKET/KEY", "Run an answer's job again and compare"),
          new Summary("jobs", "", "List jobs, newest first"),
          new Summary("job", "ID", "Show one job"),
          new Summary("logs", "ID", "Show what a job's program said on standard error"),
          new Summary("retry", "ID", "Run a job again, or its failed tasks"),
          new Summary("cancel", "ID…", "Stop jobs"),
          new Summary("up", "", "Run the node until stopped"),
          new Summary("nodes", "", "List nodes, their disks and damage"),
          new Summary("disks", "[add PATH]", "List disks, or take one more into service"),
          new Summary("scrub", "", "Read and verify everything that is stored"),
          new Summary("doctor", "", "Test whether programs can run in a sandbox here"),
          new Summary("key", "rotate", "Make a new master key and rewrap every data key"),
          new Summary("catalog", "restore|rebuild", "Have the catalog back"),
          new Summary("version", "", "Show the program's version"),
          new Summary("help", "[COMMAND]", "Explain a command"));

  private Commands() {}

  static List<String> names() {
    return ALL.stream().map(Summary::name).toList();
  }

  static Summary summary(String name) {
    return ALL.stream().filter(entry -> entry.name().equals(name)).findFirst().orElseThrow();
  }

  /// The command with that name, if there is one.
  static @Nullable Command create(String name) {
    return switch (name) {
      case "put" -> new PutCommand();
      case "get" -> new GetCommand();
      case "ls" -> new ListCommand();
      case "stat" -> new StatCommand();
      case "rm" -> new RemoveCommand();
      case "versions" -> new VersionsCommand();
      case "restore" -> new RestoreCommand();
      case "cp" -> new CopyCommand();
      case "mb" -> new MakeBucketCommand();
      case "rb" -> new RemoveBucketCommand();
      case "run" -> new RunCommand();
      case "explain" -> new ExplainCommand();
      case "verify" -> new VerifyCommand();
      case "jobs" -> new JobsCommand();
      case "job" -> new JobCommand();
      case "logs" -> new LogsCommand();
      case "retry" -> new RetryCommand();
      case "cancel" -> new CancelCommand();
      case "up" -> new UpCommand();
      case "nodes" -> new NodesCommand();
      case "disks" -> new DisksCommand();
      case "scrub" -> new ScrubCommand();
      case "doctor" -> new DoctorCommand();
      case "key" -> new KeyCommand();
      case "catalog" -> new CatalogRepairCommand();
      case "version" -> new VersionCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
  }
}
