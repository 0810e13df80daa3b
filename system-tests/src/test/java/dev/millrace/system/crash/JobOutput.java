package dev.millrace.system.crash;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.Files;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Looks at what is under the output key of a job.
final class JobOutput {
  private final Files files;
  private final JobAnswers answers;

  JobOutput(Files files, JobAnswers answers) {
    this.files = files;
    this.answers = answers;
  }

  /// What is there.
  enum Seen {
    NOTHING,
    /// What was there before the job.
    OLD,
    /// All of the answer, with the right bytes.
    WHOLE,
    WRONG
  }

  Seen look(JobShape shape, BucketName bucket, String key) {
    return shape.files() ? files(shape, bucket, key + "/") : object(shape, bucket, key);
  }

  private Seen object(JobShape shape, BucketName bucket, String key) {
    byte[] bytes;
    try {
      bytes = bytes(ObjectRef.current(bucket, new ObjectKey(key)));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.NO_SUCH_KEY) {
        return Seen.NOTHING;
      }
      throw e;
    }
    return answers.isAnswer(shape, bytes)
        ? Seen.WHOLE
        : Arrays.equals(bytes, JobCrashWriter.OLD) ? Seen.OLD : Seen.WRONG;
  }

  private Seen files(JobShape shape, BucketName bucket, String prefix) {
    List<Listed> entries = files.list(ListRequest.all(bucket, prefix)).entries();
    if (entries.isEmpty()) {
      return Seen.NOTHING;
    }
    SortedMap<String, byte[]> found = new TreeMap<>();
    for (Listed entry : entries) {
      byte[] bytes = bytes(ObjectRef.current(bucket, entry.key()));
      found.put(entry.key().value().substring(prefix.length()), bytes);
    }
    if (answers.isAnswer(shape, found)) {
      return Seen.WHOLE;
    }
    boolean old =
        found.size() == 1
            && found.firstKey().equals(shape.firstFile())
            && Arrays.equals(found.firstEntry().getValue(), JobCrashWriter.OLD);
    return old ? Seen.OLD : Seen.WRONG;
  }

  private byte[] bytes(ObjectRef ref) {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    files.get(ref, ByteRange.whole(), got);
    return got.toByteArray();
  }
}
