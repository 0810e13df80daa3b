package dev.millrace.compute.worker;

import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.compute.program.StageInput;
import dev.millrace.model.TaskResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the stage before wrote, read from volumes. A reader holds nothing open, so each part that
/// was read keeps its own.
final class StoredStageInput implements StageInput {
  private final Work.OnStage work;
  private final ContentStore store;
  private final LocalAttempt attempt;
  private final Map<Integer, ContentReader> readers = new HashMap<>();
  private long read;

  StoredStageInput(Work.OnStage work, ContentStore store, LocalAttempt attempt) {
    this.work = work;
    this.store = store;
    this.attempt = attempt;
  }

  @Override
  public List<TaskResult> parts() {
    return work.parts();
  }

  @Override
  public int read(int part, long position, byte[] target, int offset, int length) {
    attempt.check();
    long size = work.contents().get(part).sizeBytes();
    int n = (int) Math.min(length, size - position);
    if (n > 0) {
      readers
          .computeIfAbsent(part, index -> store.open(work.contents().get(index)))
          .read(position, target, offset, n);
      read += n;
      attempt.bytesRead(read);
    }
    return Math.max(0, n);
  }
}
