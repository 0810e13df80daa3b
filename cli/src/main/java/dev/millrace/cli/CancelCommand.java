package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import java.util.ArrayList;
import java.util.List;

/// Stops jobs.
final class CancelCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words("ID…", 1, Syntax.ANY, "Which jobs");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    List<JobId> ids = arguments.words().stream().map(JobText::parse).toList();
    List<JobProgress> stopped = new ArrayList<>();
    for (JobId id : ids) {
      stopped.add(session.millrace().jobs().cancel(id));
    }
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        stopped.forEach(job -> out.element(Shapes.job(job)));
      }
    } else {
      stopped.forEach(
          job -> session.out().line("job " + job.job().id() + " " + JobText.state(job)));
    }
  }
}
