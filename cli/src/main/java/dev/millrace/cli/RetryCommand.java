package dev.millrace.cli;

import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.model.BucketName;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobSpec;
import dev.millrace.model.ObjectKey;
import java.util.List;
import java.util.Optional;

/// Runs a job again: as a whole, as a new job over the same versions of its inputs; or those of its
/// tasks that failed.
final class RetryCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax
        .flag("Only the tasks that failed; the job keeps its id", "--failed")
        .words("ID", 1, 1, "Which job");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    JobId id = JobText.parse(arguments.word(0));
    Jobs jobs = session.millrace().jobs();
    JobProgress begun = arguments.flag("--failed") ? jobs.retryFailed(id) : again(jobs, id);
    await(jobs, begun.job().id(), session);
    JobProgress ended = jobs.progress(begun.job().id());
    if (session.json()) {
      JsonOut.object(session.out(), Shapes.job(ended));
    } else {
      session.out().line("job " + ended.job().id() + " " + JobText.state(ended));
    }
  }

  private static void await(Jobs jobs, JobId id, Session session) {
    try (Terminal.Registration _ = session.terminal().interrupts().on(() -> jobs.cancel(id));
        JobWatch _ = new JobWatch(jobs, id, session.progress("run", false))) {
      RunOutput.Published.await(jobs, id);
    }
  }

  private static JobProgress again(Jobs jobs, JobId id) {
    Explanation from = jobs.explain(id, Integer.MAX_VALUE);
    JobSpec spec = from.job().spec();
    boolean named = !spec.outputBucket().equals(BucketName.RESULTS);
    return jobs.submit(
        new JobRequest(
            spec.program(),
            from.inputs().stream().map(Explanation.Input::ref).toList(),
            from.inputs().stream().map(Explanation.Input::label).toList(),
            named ? Optional.of(spec.outputBucket()) : Optional.<BucketName>empty(),
            named ? Optional.of(spec.outputKey()) : Optional.<ObjectKey>empty(),
            spec.options(),
            JobRequest.Reuse.FRESH,
            List.of()));
  }
}
