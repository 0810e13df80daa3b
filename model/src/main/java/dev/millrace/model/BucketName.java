package dev.millrace.model;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;

/// The name of a bucket: 3 to 63 of `a-z 0-9 . -`; every part between dots begins and ends with a
/// letter or digit (the rules of Amazon S3). Names that begin with a dot belong to Millrace itself.
public record BucketName(String value) implements Comparable<BucketName> {
  private static final int MIN_LENGTH = 3;
  private static final int MAX_LENGTH = 63;

  /// Inputs that `run` stored for itself.
  public static final BucketName INPUTS = new BucketName(".inputs");

  /// Answers of jobs that named no output.
  public static final BucketName RESULTS = new BucketName(".results");

  /// What the first stages of jobs wrote, under the job's id, for later jobs to take over.
  public static final BucketName PIECES = new BucketName(".pieces");

  /// Files that went along with programs, under their SHA-256.
  public static final BucketName PROGRAMS = new BucketName(".programs");

  /// What programs wrote to standard error: `JOB/TASK/ATTEMPT`.
  public static final BucketName LOGS = new BucketName(".logs");

  /// Checkpoints and log segments of the catalog.
  public static final BucketName CATALOG = new BucketName(".catalog");

  public BucketName {
    if (!valid(value)) {
      throw new MillraceException(
          ErrorCode.INVALID_BUCKET_NAME,
          "bucket '"
              + Text.printable(value)
              + "': not a bucket name: use 3 to 63 of a-z, 0-9, '-' and '.', every part"
              + " beginning and ending with a letter or digit");
    }
  }

  // By hand: every row that is read names its bucket, and a pattern took a twentieth of a small
  // get.
  private static boolean valid(String value) {
    if (value.length() < MIN_LENGTH || value.length() > MAX_LENGTH) {
      return false;
    }
    char before = '.';
    for (int i = value.startsWith(".") ? 1 : 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean fits =
          switch (c) {
            case '-' -> before != '.';
            case '.' -> before != '.' && before != '-';
            default -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
          };
      if (!fits) {
        return false;
      }
      before = c;
    }
    return before != '.' && before != '-';
  }

  /// Whether Millrace keeps this bucket for itself; users may read but not make or remove it.
  public boolean system() {
    return value.startsWith(".");
  }

  @Override
  public int compareTo(BucketName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
