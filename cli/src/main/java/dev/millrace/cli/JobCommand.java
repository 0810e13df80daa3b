package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Origin;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.model.Job;
import dev.millrace.model.JobFiles;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.TaskFailure;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/// Shows one job.
final class JobCommand implements Command {
  /// Lines of a card; `logs` shows all that are kept.
  private static final int LOG_LINES = 10;

  private static final Duration POLL = Duration.ofMillis(500);

  @Override
  public void define(Syntax syntax) {
    syntax.flag("Wait until it has ended", "--wait").words("ID", 1, 1, "Which job");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    JobId id = JobText.parse(arguments.word(0));
    Jobs jobs = session.millrace().jobs();
    JobProgress progress = jobs.progress(id);
    while (arguments.flag("--wait") && !progress.job().state().ended()) {
      session.stop().check();
      progress = jobs.await(id, progress.revision(), POLL);
    }
    if (session.json()) {
      JsonOut.object(
          session.out(), Shapes.job(progress, jobs.explain(id, Integer.MAX_VALUE).inputs()));
    } else {
      text(progress, jobs.explain(id, Explanation.SHOWN_INPUTS), session);
    }
  }

  private static void text(JobProgress progress, Explanation from, Session session) {
    ZoneId zone = session.terminal().surroundings().zone();
    Job job = progress.job();
    line(session, "job", job.id().toString());
    line(session, "program", job.spec().program().displayName());
    line(session, "priority", job.spec().options().priority().word());
    line(session, "state", JobText.state(progress));
    line(session, "created", Printable.time(job.createdMillis(), zone));
    if (job.endedMillis() != 0) {
      line(
          session,
          "ended",
          Printable.time(job.endedMillis(), zone)
              + ", after "
              + Printable.duration(job.endedMillis() - job.createdMillis()));
    }
    line(
        session,
        "done",
        ByteUnits.format(progress.inputBytesDone())
            + " of "
            + ByteUnits.format(progress.inputBytesTotal())
            + ", "
            + JobText.pieces(progress));
    if (!job.state().ended()) {
      line(
          session, "speed", JobText.speed(progress) + ", left " + JobText.remainingRange(progress));
      progress.stall().ifPresent(stall -> line(session, "stall", stall));
    }
    Origin.inputs(from, (name, value) -> line(session, name, value));
    job.reusedFrom().ifPresent(origin -> line(session, "reused", "from " + origin));
    String output = job.spec().outputBucket() + "/" + job.spec().outputKey();
    line(session, "output", job.files().map(files -> files(output, files)).orElse(output));
    job.failure().ifPresent(failure -> line(session, "failure", failure));
    job.failures().forEach(failure -> card(session, failure));
  }

  private static String files(String prefix, JobFiles files) {
    return prefix
        + "/, "
        + Printable.count(files.count(), "file")
        + " of "
        + ByteUnits.format(files.sizeBytes());
  }

  private static void card(Session session, TaskFailure failure) {
    session.out().line("");
    line(
        session,
        "task",
        failure.task()
            + ", attempt "
            + failure.attempt()
            + " on node "
            + failure.node()
            + ", "
            + ByteUnits.format(failure.inputBytes())
            + " from byte "
            + failure.inputOffset());
    line(session, "cause", failure.message());
    List<String> log = failure.log().lines().toList();
    for (String said : log.subList(Math.max(0, log.size() - LOG_LINES), log.size())) {
      line(session, "said", said);
    }
  }

  private static void line(Session session, String name, String value) {
    session.out().line(String.format("%-9s %s", name, Printable.of(value)));
  }
}
