package dev.millrace.client.remote;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Clock;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.ExplanationJson;
import dev.millrace.client.api.JobJson;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `Jobs` over the API.
final class RemoteJobs implements Jobs {
  /// More than any name has.
  private static final int NAME_CHARS = 200;

  private final Api api;

  RemoteJobs(Api api) {
    this.api = api;
  }

  @Override
  public JobProgress submit(JobRequest request) {
    return JobJson.progress(api.json(Call.of("POST", jobs()), JobJson.of(request)));
  }

  @Override
  public JobProgress progress(JobId id) {
    return JobJson.progress(api.json(Call.of("GET", job(id))));
  }

  /// Asks in turns, none longer than the node allows.
  @Override
  public JobProgress await(JobId id, long revision, Duration atMost) {
    long start = Clock.system().nanoTime();
    while (true) {
      long leftMillis =
          Math.max(
              0,
              atMost.toMillis() - TimeUnit.NANOSECONDS.toMillis(Clock.system().nanoTime() - start));
      long turnMillis = Math.min(leftMillis, ApiNames.POLL_MILLIS);
      Target target =
          job(id).with("revision", Long.toString(revision)).with("wait", Long.toString(turnMillis));
      JobProgress progress = JobJson.progress(api.json(Call.of("GET", target)));
      if (progress.revision() > revision || turnMillis == leftMillis) {
        return progress;
      }
    }
  }

  /// After a break asks for the rest; when the job has failed, that answer is its failure.
  @Override
  public void output(JobId id, OutputStream sink) {
    Download download = new Download(api, sink, (int) (256 * ByteUnits.KIB));
    download.run(position ->
        Call.of("GET", job(id).segment("output").with("offset", Long.toString(position))));
  }

  @Override
  public Explanation explain(JobId id, int mostInputs) {
    Target target = job(id).segment("provenance").with("inputs", Integer.toString(mostInputs));
    return ExplanationJson.explanation(api.json(Call.of("GET", target)));
  }

  @Override
  public JobProgress again(JobId id) {
    return JobJson.progress(api.json(Call.of("POST", job(id).segment("again"))));
  }

  @Override
  public List<JobProgress> list() {
    return api.json(Call.of("GET", jobs())).objects("jobs", JobJson::progress);
  }

  @Override
  public JobProgress retryFailed(JobId id) {
    return JobJson.progress(api.json(Call.of("POST", job(id).segment("retry"))));
  }

  @Override
  public JobProgress cancel(JobId id) {
    return JobJson.progress(api.json(Call.of("DELETE", job(id))));
  }

  @Override
  public List<InstructionInfo> instructions() {
    return api.json(Call.of("GET", Target.of(ApiNames.ROOT).segment("instructions")))
        .objects("instructions", JobJson::instruction);
  }

  @Override
  public InstructionInfo instruction(String name) {
    Target target = Target.of(ApiNames.ROOT).segment("instructions").with("name", shortened(name));
    return api.json(Call.of("GET", target))
        .objects("instructions", JobJson::instruction)
        .getFirst();
  }

  /// So much is enough to be told that there is none of that name.
  private static String shortened(String name) {
    int most = NAME_CHARS;
    return name.length() <= most
        ? name
        : name.substring(0, Character.isHighSurrogate(name.charAt(most - 1)) ? most - 1 : most);
  }

  private static Target jobs() {
    return Target.of(ApiNames.ROOT).segment("jobs");
  }

  private static Target job(JobId id) {
    return jobs().segment(id.toString());
  }
}
