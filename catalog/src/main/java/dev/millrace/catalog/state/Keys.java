package dev.millrace.catalog.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.JobId;
import dev.millrace.model.Sha256;
import dev.millrace.model.TaskId;
import dev.millrace.model.VersionId;
import dev.millrace.model.VolumeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The keys of the catalog's rows.
///
/// ```
/// objects, deleted   | bucket id 8 | key ... |
/// versions           | bucket id 8 | key ... | 00 | complement of sequence 8 |
/// jobs, tasks, held  | complement of job id 16 | number 4, not for jobs |
///                      where a task's number is stage 1, task 3, and a held input's its position
/// descendants        | complement of job id 16 | id of a version or job 16 |
/// kin                | key of the kin 32 | complement of job id 16 |
/// ```
///
/// Keys of objects have no NUL byte, so a version of `a` sorts in front of every version of `a!` as
/// `a` sorts in front of `a!`.
final class Keys {
  static final int BUCKET_BYTES = 8;
  static final int VERSION_TAIL_BYTES = 9;

  private Keys() {}

  static byte[] bucket(BucketName name) {
    return name.value().getBytes(UTF_8);
  }

  static byte[] object(long bucketId, byte[] key) {
    return ByteBuffer.allocate(BUCKET_BYTES + key.length).putLong(bucketId).put(key).array();
  }

  static byte[] version(long bucketId, byte[] key, long sequence) {
    return ByteBuffer.allocate(BUCKET_BYTES + key.length + VERSION_TAIL_BYTES)
        .putLong(bucketId)
        .put(key)
        .put((byte) 0)
        .putLong(~sequence)
        .array();
  }

  /// In front of all versions of a key, and what all their rows begin with.
  static byte[] versions(long bucketId, byte[] key) {
    return ByteBuffer.allocate(BUCKET_BYTES + key.length + 1)
        .putLong(bucketId)
        .put(key)
        .put((byte) 0)
        .array();
  }

  /// The object's key in the key of a row of `versions`.
  static byte[] keyOfVersion(byte[] row) {
    return Arrays.copyOfRange(row, BUCKET_BYTES, row.length - VERSION_TAIL_BYTES);
  }

  static long sequenceOfVersion(byte[] row) {
    return ~ByteBuffer.wrap(row).getLong(row.length - Long.BYTES);
  }

  static byte[] id(VersionId id) {
    return id(id.value());
  }

  static byte[] chunk(ChunkId chunk) {
    return ByteBuffer.allocate(16).putLong(chunk.volumeNumber()).putLong(chunk.local()).array();
  }

  static ChunkId chunk(byte[] row) {
    ByteBuffer bytes = ByteBuffer.wrap(row);
    return new ChunkId(bytes.getLong(), bytes.getLong());
  }

  static byte[] volume(VolumeId id) {
    return number(id.value());
  }

  static byte[] job(JobId id) {
    return ByteBuffer.allocate(16).putLong(~id.value().high()).putLong(~id.value().low()).array();
  }

  /// Stages before tasks, so that a job's tasks are read in the order of their stages.
  static byte[] task(JobId id, TaskId task) {
    return ofJob(id, task.stage() * TaskId.TASKS + task.task());
  }

  static byte[] ofJob(JobId id, int number) {
    return ByteBuffer.allocate(20)
        .putLong(~id.value().high())
        .putLong(~id.value().low())
        .putInt(number)
        .array();
  }

  static byte[] descendant(JobId id, Id128 descendant) {
    return join(job(id), id(descendant));
  }

  static byte[] kin(Sha256 kin, JobId id) {
    return join(kin.value().toArray(), job(id));
  }

  /// The job in the key of a row of `kin`.
  static JobId jobOfKin(byte[] row) {
    ByteBuffer bytes = ByteBuffer.wrap(row, Sha256.BYTES, 16);
    return new JobId(new Id128(~bytes.getLong(), ~bytes.getLong()));
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  private static byte[] id(Id128 id) {
    return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
  }

  static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// The first key behind all that begin with `prefix`, or null when there is none.
  static byte @Nullable [] behindPrefix(byte[] prefix) {
    for (int length = prefix.length; length > 0; length--) {
      if (prefix[length - 1] != (byte) 0xff) {
        byte[] behind = Arrays.copyOf(prefix, length);
        behind[length - 1]++;
        return behind;
      }
    }
    return null;
  }

  /// The first key behind this one.
  static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /// `prefix` and `rest`, one behind the other.
  static byte[] join(byte[] prefix, byte[] rest) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, joined, prefix.length, rest.length);
    return joined;
  }
}
