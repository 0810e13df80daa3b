package dev.millrace.compute.balancer;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Job;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskFile;
import dev.millrace.model.TaskResult;
import dev.millrace.net.CatalogCommand.PublishFiles;
import dev.millrace.net.CatalogCommand.PublishedFile;
import dev.millrace.wire.task.FileTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of a job's answer, as its tasks finish: no two may have the same name, and one log
/// entry must take them all. Not thread-safe.
final class FilesAnswer {
  /// UTF-8 bytes of all keys: half of the largest log entry.
  static final long KEY_BYTES = 8 * ByteUnits.MIB;

  private final ObjectKey prefix;
  private final Map<String, Integer> tasks = new HashMap<>();
  private long keyBytes;

  /// @param prefix of the files' keys, without a `/` behind it
  FilesAnswer(ObjectKey prefix) {
    this.prefix = prefix;
  }

  /// Takes what a task wrote.
  ///
  /// @throws MillraceException BAD_INPUT when another one wrote a file of the same name, TOO_LARGE
  void add(TaskResult result) {
    for (TaskFile file : FileTable.read(result.state())) {
      Integer other = tasks.putIfAbsent(file.name(), result.task());
      if (other != null) {
        int first = Math.min(other, result.task());
        throw new MillraceException(
            ErrorCode.BAD_INPUT,
            "file '"
                + Text.printable(file.name())
                + "' of the answer: pieces "
                + first
                + " and "
                + Math.max(other, result.task())
                + " both wrote it: give the files of each piece names of their own");
      }
      keyBytes += key(prefix, file).utf8().length;
    }
    if (tasks.size() > PublishFiles.FILES) {
      throw tooLarge(tasks.size() + " files", PublishFiles.FILES + "");
    }
    if (keyBytes > KEY_BYTES) {
      throw tooLarge(
          "names of " + ByteUnits.format(keyBytes) + " together", ByteUnits.format(KEY_BYTES));
    }
  }

  private static MillraceException tooLarge(String what, String most) {
    return new MillraceException(
        ErrorCode.TOO_LARGE,
        "answer: "
            + what
            + " are more than the "
            + most
            + " that a job may have: write fewer files, or archives, or run several jobs");
  }

  private static ObjectKey key(ObjectKey prefix, TaskFile file) {
    return new ObjectKey(prefix + "/" + file.name());
  }

  /// What is published of a complete job.
  ///
  /// @param results of all tasks, in order
  static List<PublishedFile> of(Job job, List<TaskResult> results) {
    List<PublishedFile> files = new ArrayList<>();
    for (TaskResult result : results) {
      List<Extent> extents = result.output().extents();
      int next = 0;
      for (TaskFile file : FileTable.read(result.state())) {
        Check.that(file.extents() <= extents.size() - next, "task %s lacks extents", result.id());
        Manifest manifest = new Manifest(extents.subList(next, next + file.extents()));
        next += file.extents();
        files.add(
            new PublishedFile(
                key(job.spec().outputKey(), file),
                file.version(),
                new Stored(
                    file.sizeBytes(),
                    file.md5(),
                    new Content.Chunked(manifest),
                    job.sessionKey(),
                    Map.of(),
                    Optional.of(job.id()))));
      }
      Check.that(next == extents.size(), "task %s has %d extents", result.id(), extents.size());
    }
    return files;
  }
}
