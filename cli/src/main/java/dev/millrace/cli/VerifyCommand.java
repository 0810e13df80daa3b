package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.show.Printable;
import dev.millrace.client.Explanation;
import dev.millrace.client.Files;
import dev.millrace.client.Jobs;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Provenance;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs the job that made an answer once more, over the same versions, and compares both contents:
/// where its answer is files, those of the file that is asked for.
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
    Explanation from = answer.explain(session, 0);
    Optional<Provenance> recorded = from.computed().provenance();
    Optional<String> file = file(answer, from.job());
    Files files = session.millrace().files();
    Job again = runAgain(answer, session);
    String before;
    Optional<String> now;
    try {
      before = sha256(files, ObjectRef.of(answer.version()), session);
      now = again(files, temporary(again, file), session);
    } finally {
      remove(again, files);
    }
    boolean equal = now.equals(Optional.of(before));
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
                : ": different, its SHA-256 is "
                    + before
                    + ", and run again "
                    + now.orElse("there is no such file"))
            + (changed ? "; the program is another version now" : ""));
  }

  /// Which of the files of its job's answer it is; absent when that answer is one object.
  private static Optional<String> file(Answer answer, Job job) {
    if (job.files().isEmpty()) {
      return Optional.empty();
    }
    String folder = job.spec().outputKey() + "/";
    String key = answer.version().key().value();
    if (answer.version().bucket().equals(job.spec().outputBucket()) && key.startsWith(folder)) {
      return Optional.of(key.substring(folder.length()));
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        Text.printable(answer.version().bucket() + "/" + key)
            + ": it is a copy of one of the files that job "
            + job.id()
            + " made: verify that one, under mr://"
            + Text.printable(job.spec().outputBucket() + "/" + folder));
  }

  private static ObjectRef temporary(Job again, Optional<String> file) {
    ObjectKey key = again.spec().outputKey();
    return file.isPresent()
        ? ObjectRef.current(again.spec().outputBucket(), new ObjectKey(key + "/" + file.get()))
        : new ObjectRef(again.spec().outputBucket(), key, again.output());
  }

  private static void remove(Job again, Files files) {
    if (again.files().isEmpty()) {
      files.destroy(temporary(again, Optional.empty()));
      return;
    }
    BucketName bucket = again.spec().outputBucket();
    List<ObjectRef> made = new ArrayList<>();
    StoredListing.all(files, bucket, again.spec().outputKey() + "/")
        .forEachRemaining(item ->
            item.listed()
                .ifPresent(listed ->
                    made.add(new ObjectRef(bucket, listed.key(), Optional.of(listed.version())))));
    made.forEach(files::destroy);
  }

  private static Map<String, @Nullable Object> shape(
      Answer answer, Job again, String before, Optional<String> now, boolean changed) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("bucket", answer.version().bucket().value());
    fields.put("key", answer.version().key().value());
    fields.put("version", answer.version().id().toString());
    fields.put("equal", now.equals(Optional.of(before)));
    fields.put("sha256", before);
    fields.put("sha256Again", now.orElse(null));
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

  /// Absent when the job left no such file this time.
  private static Optional<String> again(Files files, ObjectRef ref, Session session) {
    try {
      return Optional.of(sha256(files, ref, session));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_KEY) {
        return Optional.empty();
      }
      throw e;
    }
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
