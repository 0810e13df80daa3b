package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.cli.local.AtomicFile;
import dev.millrace.cli.local.LocalErrors;
import dev.millrace.client.Jobs;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where a job's answer goes.
sealed interface RunOutput extends AutoCloseable {
  /// Waits for the job, passing on its answer as it comes.
  void receive(Jobs jobs, JobId id, Session session);

  /// Leaves nothing behind of an answer that was not received whole.
  @Override
  void close();

  /// What the job itself publishes under, a key or a folder; absent when its answer is received.
  default Optional<ObjectName> published() {
    return Optional.empty();
  }

  /// Refuses a place where files can't go.
  static ObjectName folder(Optional<String> typed) {
    if (typed.isPresent() && typed.get().startsWith(ObjectName.SCHEME)) {
      ObjectName name = ObjectName.parse(typed.get());
      if (name.folder() && name.path().length() > 1) {
        return name;
      }
    }
    throw new UsageException(
        "the answer is files"
            + typed
                .map(place -> ", and '" + Text.printable(place) + "' is no place for them")
                .orElse("")
            + ": name a folder for them with -o mr://BUCKET/PREFIX/");
  }

  /// Takes up the place that was typed, before anything is stored or run.
  ///
  /// @param files whether the answer is files
  static RunOutput open(Optional<String> typed, boolean files, Session session) {
    if (files) {
      return new Folder(folder(typed));
    }
    if (typed.isEmpty() || typed.get().equals("-")) {
      return new Standard();
    }
    if (typed.get().startsWith(ObjectName.SCHEME)) {
      ObjectName name = ObjectName.parse(typed.get());
      if (name.folder()) {
        throw new UsageException(
            "an answer is one object, and '" + typed.get() + "' is a folder: write a whole key");
      }
      return new Published(name);
    }
    Path target = session.path(typed.get());
    return new Local(target, AtomicFile.create(target));
  }

  /// Standard output.
  record Standard() implements RunOutput {
    @Override
    public void receive(Jobs jobs, JobId id, Session session) {
      pass(
          jobs,
          id,
          new WatchedOutput("standard output", session.out(), session.stop(), _ -> flush(session)));
    }

    // A person or the next program sees each part as soon as it is there.
    private static void flush(Session session) {
      try {
        session.out().flush();
      } catch (IOException e) {
        throw LocalErrors.writing("standard output", e);
      }
    }

    @Override
    public void close() {}
  }

  /// A local file, which appears whole or not at all.
  record Local(Path target, AtomicFile file) implements RunOutput {
    @Override
    public void receive(Jobs jobs, JobId id, Session session) {
      pass(jobs, id, new WatchedOutput(target, file, session.stop(), _ -> {}));
      session.stop().check();
      file.commit(true);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// An object, which the job itself publishes.
  record Published(ObjectName name) implements RunOutput {
    private static final Duration POLL = Duration.ofMillis(500);

    @Override
    public Optional<ObjectName> published() {
      return Optional.of(name);
    }

    @Override
    public void receive(Jobs jobs, JobId id, Session session) {
      await(jobs, id);
    }

    /// Returns when the job has succeeded; its failure is thrown.
    static void await(Jobs jobs, JobId id) {
      JobProgress progress = jobs.progress(id);
      while (!progress.job().state().ended()) {
        progress = jobs.await(id, progress.revision(), POLL);
      }
      if (progress.job().state() != JobState.SUCCEEDED) {
        throw JobText.failure(progress.job());
      }
    }

    @Override
    public void close() {}
  }

  /// A folder of objects, which the job itself publishes.
  record Folder(ObjectName name) implements RunOutput {
    @Override
    public Optional<ObjectName> published() {
      return Optional.of(name);
    }

    @Override
    public void receive(Jobs jobs, JobId id, Session session) {
      Published.await(jobs, id);
    }

    @Override
    public void close() {}
  }

  private static void pass(Jobs jobs, JobId id, WatchedOutput sink) {
    try {
      jobs.output(id, sink);
    } catch (MillraceException e) {
      throw sink.failure().orElse(e);
    }
  }
}
