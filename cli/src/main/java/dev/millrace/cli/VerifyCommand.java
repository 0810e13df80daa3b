package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.show.Printable;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.model.ByteRange;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs the job that made an answer once more, over the same versions, and compares both contents.
final class VerifyCommand implements Command {
  private static final Duration POLL = Duration.ofMillis(500);

  @Override
  public void define(Syntax syntax) {
    syntax
        .value("VERSION", "This version instead of the current one", "--version")
        .words("BUCKET/KEY", 1, 1, "Which answer");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    Answer answer = Answer.find(arguments, session);
    Optional<Provenance> recorded = answer.explain(session, 0).computed().provenance();
    Files files = session.millrace().files();
    Job again = runAgain(answer, session);
    ObjectRef temporary =
        new ObjectRef(again.spec().outputBucket(), again.spec().outputKey(), again.output());
    String before;
    String now;
    try {
      before = sha256(files, ObjectRef.of(answer.version()), session);
      now = sha256(files, temporary, session);
    } finally {
      files.destroy(temporary);
    }
    boolean equal = before.equals(now);
    if (!equal) {
      session.status(CommandLine.FAILED);
    }
    boolean changed =
        recorded.isPresent()
            && again.provenance().isPresent()
            && !recorded.get().program().equals(again.provenance().get().program());
    String name = answer.version().bucket() + "/" + answer.version().key();
    session.answer(
        shape(answer, again, before, now, changed),
        Printable.of(name)
            + (equal
                ? ": equal, run again it has the same SHA-256 " + before
                : ": different, its SHA-256 is " + before + ", and run again " + now)
            + (changed ? "; the program is another version now" : ""));
  }

  private static Map<String, @Nullable Object> shape(
      Answer answer, Job again, String before, String now, boolean changed) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("bucket", answer.version().bucket().value());
    fields.put("key", answer.version().key().value());
    fields.put("version", answer.version().id().toString());
    fields.put("equal", before.equals(now));
    fields.put("sha256", before);
    fields.put("sha256Again", now);
    fields.put("job", answer.job().toString());
    fields.put("jobAgain", again.id().toString());
    fields.put("programChanged", changed);
    return fields;
  }

  private static Job runAgain(Answer answer, Session session) {
    Jobs jobs = session.millrace().jobs();
    JobProgress started;
    try {
      started = jobs.again(answer.job());
    } catch (MillraceException e) {
      throw e.code() == ErrorCode.NO_SUCH_JOB ? answer.forgotten(e) : e;
    }
    JobId id = started.job().id();
    JobProgress progress = started;
    try (Terminal.Registration _ = session.terminal().interrupts().on(() -> jobs.cancel(id));
        JobWatch _ = new JobWatch(jobs, id, session.progress("verify", false))) {
      while (!progress.job().state().ended()) {
        if (session.stop().requested()) {
          jobs.cancel(id);
        }
        progress = jobs.await(id, progress.revision(), POLL);
      }
    }
    if (progress.job().state() != JobState.SUCCEEDED) {
      throw JobText.failure(progress.job());
    }
    return progress.job();
  }

  private static String sha256(Files files, ObjectRef ref, Session session) {
    MessageDigest digest = FileDigest.digest("SHA-256");
    files.get(
        ref,
        ByteRange.whole(),
        new OutputStream() {
          @Override
          public void write(int value) {
            digest.update((byte) value);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            session.stop().check();
            digest.update(bytes, offset, length);
          }
        });
    return Text.hex(digest.digest());
  }
}
