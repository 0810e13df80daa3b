package dev.millrace.console.api;

import dev.millrace.base.ByteUnits;
import dev.millrace.client.Explanation;
import dev.millrace.client.Jobs;
import dev.millrace.client.Jobs.InstructionInfo;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.ExplanationJson;
import dev.millrace.client.api.JobJson;
import dev.millrace.client.api.JsonObject;
import dev.millrace.http.Exchange;
import dev.millrace.http.Route;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Jobs.
final class JobRoutes {
  private static final String JOB = ApiNames.ROOT + "/jobs/{job}";

  /// A job over a folder names each of its files: room for about 200,000.
  private static final int REQUEST_BYTES = (int) (32 * ByteUnits.MIB);

  private final Jobs jobs;

  JobRoutes(Jobs jobs) {
    this.jobs = jobs;
  }

  List<Route> routes() {
    return List.of(
        Route.of("POST", ApiNames.ROOT + "/jobs", this::submit),
        Route.of("GET", ApiNames.ROOT + "/jobs", this::list),
        Route.of("GET", JOB, this::progress, "revision", "wait"),
        Route.of("GET", JOB + "/output", this::output, "offset"),
        Route.of("POST", JOB + "/retry", this::retry),
        Route.of("GET", JOB + "/provenance", this::explain, "inputs"),
        Route.of("POST", JOB + "/again", this::again),
        Route.of("DELETE", JOB, this::cancel),
        Route.of("GET", ApiNames.ROOT + "/instructions", this::instructions, "name"));
  }

  private static JobId job(Map<String, String> path) {
    return JobId.parse(path.getOrDefault("job", ""));
  }

  private void submit(Exchange exchange, Map<String, String> path) {
    Jobs.JobRequest request = JobJson.request(Json.read(exchange, REQUEST_BYTES));
    Json.respond(exchange, JobJson.of(jobs.submit(request)));
  }

  private void list(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, new JsonObject().withObjects("jobs", jobs.list(), JobJson::of));
  }

  /// With `wait` answers once the revision is past `revision`, or that many milliseconds are over.
  private void progress(Exchange exchange, Map<String, String> path) {
    JobId id = job(path);
    Optional<Long> waitMillis = exchange.query().number("wait", 0, ApiNames.POLL_MILLIS);
    Optional<Long> revision = exchange.query().number("revision", Long.MIN_VALUE, Long.MAX_VALUE);
    JobProgress progress =
        waitMillis.isPresent()
            ? jobs.await(id, revision.orElse(0L), Duration.ofMillis(waitMillis.get()))
            : jobs.progress(id);
    Json.respond(exchange, JobJson.of(progress));
  }

  /// Sends the answer while the job still makes it. A failure after the first bytes breaks the
  /// connection; asked again from there, it is told.
  private void output(Exchange exchange, Map<String, String> path) {
    JobId id = job(path);
    long offset = exchange.query().number("offset", 0, Long.MAX_VALUE).orElse(0L);
    exchange.respond(
        200,
        Map.of(
            "Content-Type", "application/octet-stream",
            "Content-Disposition", "attachment",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "sandbox"),
        OptionalLong.empty(),
        body -> jobs.output(id, new SkippingOutput(body, offset)));
  }

  private void retry(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, JobJson.of(jobs.retryFailed(job(path))));
  }

  private void explain(Exchange exchange, Map<String, String> path) {
    long inputs =
        exchange
            .query()
            .number("inputs", 0, Integer.MAX_VALUE)
            .orElse((long) Explanation.SHOWN_INPUTS);
    Json.respond(exchange, ExplanationJson.of(jobs.explain(job(path), (int) inputs)));
  }

  private void again(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, JobJson.of(jobs.again(job(path))));
  }

  private void cancel(Exchange exchange, Map<String, String> path) {
    Json.respond(exchange, JobJson.of(jobs.cancel(job(path))));
  }

  private void instructions(Exchange exchange, Map<String, String> path) {
    List<InstructionInfo> wanted =
        exchange
            .query()
            .optional("name")
            .map(name -> List.of(jobs.instruction(name)))
            .orElseGet(jobs::instructions);
    Json.respond(exchange, new JsonObject().withObjects("instructions", wanted, JobJson::of));
  }
}
