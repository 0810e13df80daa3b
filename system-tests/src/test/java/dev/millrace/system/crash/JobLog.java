package dev.millrace.system.crash;

import dev.millrace.model.JobId;
import dev.millrace.model.JobState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the writers of a home have said of each job.
final class JobLog {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /// What was said of the job with an output key.
  static final class Entry {
    private final String key;
    private final JobShape shape;
    private Optional<JobId> id = Optional.empty();
    private Optional<JobState> ended = Optional.empty();
    private boolean old;
    private boolean submitted;
    private boolean cancelling;
    private boolean retrying;
    private boolean settled;

    private Entry(String key) {
      this.key = key;
      this.shape = JobShape.valueOf(key.substring(0, key.indexOf('.')));
    }

    String key() {
      return key;
    }

    JobShape shape() {
      return shape;
    }

    /// Present when somebody was told that the job is accepted.
    Optional<JobId> id() {
      return id;
    }

    /// Whether the key had a version of its own before.
    boolean old() {
      return old;
    }

    /// Whether everything about the job was looked at in an earlier round.
    boolean settled() {
      return settled;
    }

    /// It was looked at, and its job stays in this state.
    void settle(JobState state) {
      settled = true;
      ended = Optional.of(state);
    }

    /// In which states the job may be, once nothing runs any more.
    Set<JobState> allowed() {
      if (ended.isPresent()) {
        return Set.of(ended.get());
      }
      if (cancelling) {
        return Set.of(JobState.CANCELLED, JobState.SUCCEEDED);
      }
      if (shape == JobShape.FAILING) {
        return retrying ? Set.of(JobState.FAILED, JobState.SUCCEEDED) : Set.of(JobState.FAILED);
      }
      return Set.of(JobState.SUCCEEDED);
    }
  }

  /// Takes the lines of a writer. One that was cut short says nothing.
  void learn(List<String> lines) {
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("AT") && words.length >= 3 && !words[2].equals("all")) {
        at(JobMoment.valueOf(words[1]), entry(words[2]), words);
      } else if (words[0].equals("OLD") && words.length == 2) {
        entry(words[1]).old = true;
      } else if (words[0].equals("ENDED") && words.length == 4) {
        entry(words[1]).ended = Optional.of(JobState.valueOf(words[3]));
      }
    }
  }

  private Entry entry(String key) {
    return entries.computeIfAbsent(key, Entry::new);
  }

  private static void at(JobMoment moment, Entry entry, String[] words) {
    entry.submitted = true;
    switch (moment) {
      case ACCEPTED -> entry.id = Optional.of(JobId.parse(words[3]));
      case CANCELLING -> entry.cancelling = true;
      case RETRYING -> {
        entry.retrying = true;
        entry.ended = Optional.empty();
      }
      case SUBMITTING, PROBE, TASKS, BETWEEN, STAGES, PUBLISHING, PUBLISHED, REUSING, RESUMING -> {}
    }
  }

  /// Jobs that were handed in.
  Collection<Entry> submitted() {
    return entries.values().stream().filter(entry -> entry.submitted).toList();
  }
}
