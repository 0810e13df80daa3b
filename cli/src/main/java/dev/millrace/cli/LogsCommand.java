package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.client.Files;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.TaskId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows what a job's program wrote to standard error, attempt by attempt.
final class LogsCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .value("N", "One task only, as 'millrace job ID' numbers them", "--task")
        .words("ID", 1, 1, "Which job");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    JobId id = JobText.parse(arguments.word(0));
    session.millrace().jobs().progress(id); // says when there is no such job
    Optional<TaskId> task = arguments.value("--task").map(LogsCommand::task);
    Files files = session.millrace().files();
    List<Attempt> attempts = attempts(files, id, task);
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        attempts.forEach(attempt -> out.element(json(attempt, read(files, attempt.key()))));
      }
      return;
    }
    attempts.forEach(attempt -> text(session, attempt, read(files, attempt.key())));
  }

  /// As they are numbered: their keys have the order of text, in which 10 comes before 2.
  private static List<Attempt> attempts(Files files, JobId id, Optional<TaskId> task) {
    List<Attempt> attempts = new ArrayList<>();
    StoredListing.all(files, BucketName.LOGS, id + "/")
        .forEachRemaining(item -> attempts.add(Attempt.parse(item.name())));
    attempts.removeIf(attempt -> task.isPresent() && !task.get().equals(attempt.task()));
    attempts.sort(Comparator.comparing(Attempt::task).thenComparingInt(Attempt::number));
    return attempts;
  }

  private static TaskId task(String text) {
    try {
      return TaskId.parse(text);
    } catch (MillraceException e) {
      throw new UsageException("--task '" + Text.printable(text) + "': write a number as 7 or 1.0");
    }
  }

  /// What the key of a log says.
  private record Attempt(String key, TaskId task, int number) {
    static Attempt parse(String key) {
      String[] parts = key.substring(key.indexOf('/') + 1).split("/", -1);
      return new Attempt(key, TaskId.parse(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  private static String read(Files files, String key) {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    files.get(ObjectRef.current(BucketName.LOGS, new ObjectKey(key)), ByteRange.whole(), log);
    return log.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, @Nullable Object> json(Attempt attempt, String log) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("task", attempt.task().toString());
    fields.put("attempt", attempt.number());
    fields.put("log", log);
    return fields;
  }

  private static void text(Session session, Attempt attempt, String log) {
    session.out().line("task " + attempt.task() + ", attempt " + attempt.number() + ":");
    log.lines().forEach(line -> session.out().line("  " + Printable.of(line)));
  }
}
