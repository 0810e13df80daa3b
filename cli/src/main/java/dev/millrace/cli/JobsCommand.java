package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.model.JobProgress;
import java.time.ZoneId;
import java.util.List;

/// Lists jobs.
final class JobsCommand implements Command {
  @Override
  public void define(Syntax syntax) {}

  @Override
  public void run(Arguments arguments, Session session) {
    List<JobProgress> jobs = session.millrace().jobs().list();
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        jobs.forEach(job -> out.element(Shapes.job(job)));
      }
      return;
    }
    ZoneId zone = session.terminal().surroundings().zone();
    Table table = new Table("JOB", "STATE", ">DONE", ">SPEED", ">LEFT", "CREATED", "PROGRAM");
    for (JobProgress job : jobs) {
      table.row(
          job.job().id(),
          JobText.state(job),
          JobText.done(job),
          JobText.speed(job),
          JobText.remaining(job),
          Printable.time(job.job().createdMillis(), zone),
          job.job().spec().program().displayName());
    }
    table.print(session.out());
  }
}
