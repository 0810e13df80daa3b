package dev.millrace.node;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.balancer.ResumeRule;
import dev.millrace.model.Job;
import dev.millrace.model.Program;
import dev.millrace.node.home.HomeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Which jobs of plug-ins go on after a restart, by what the file `plugin-jobs` of a home
/// remembers. One whose plug-in was replaced would mix the pieces of two programs. One with which
/// the node died twice (it took all memory, it called `System.exit`) would take the node with it
/// again at every start. Jobs of Millrace's own instructions always go on. Belongs to the thread
/// that starts and stops the node.
final class PluginJobs implements ResumeRule, AutoCloseable {
  private final Path file;
  private final PluginLedger before;
  private PluginLedger now;
  private PluginLedger written;

  /// @param file may be missing
  /// @param versions of the jar of each plug-in's instruction
  PluginJobs(Path file, Map<String, String> versions) {
    this.file = file;
    this.before = read(file);
    this.now = new PluginLedger(versions, Map.of());
    this.written = before;
  }

  private static PluginLedger read(Path file) {
    try {
      return PluginLedger.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return PluginLedger.EMPTY;
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "file " + file + ": " + e.getMessage() + ": look at the disk", e);
    }
  }

  @Override
  public Optional<String> refusal(Job job, int recordedTasks) {
    String name =
        switch (job.spec().program()) {
          case Program.Instruction instruction -> instruction.name();
          case Program.Executable _ -> ""; // no plug-in has this name
        };
    String version = now.jars().get(name);
    if (version == null) {
      return Optional.empty();
    }
    if (recordedTasks > 0 && before.isOther(name, version)) {
      return Optional.of(
          "job "
              + job.id()
              + ": the plug-in of '"
              + name
              + "' was replaced while it was under way: submit it again");
    }
    if (before.diedWith(job.id(), recordedTasks)) {
      return Optional.of(
          "job "
              + job.id()
              + ": the node died twice while the plug-in of '"
              + name
              + "' ran, perhaps for want of memory: report it to the plug-in's maker");
    }
    now = now.withResumed(job.id(), recordedTasks);
    write(now); // before it can bring the node down
    return Optional.empty();
  }

  /// Remembers the plug-ins of this start; called when all jobs have been asked for.
  void started() {
    write(now);
  }

  /// An orderly end.
  @Override
  public void close() {
    write(now.withoutResumed());
  }

  private void write(PluginLedger ledger) {
    if (!ledger.equals(written)) {
      HomeFiles.writeAtomically(file, ledger.text());
      written = ledger;
    }
  }
}
