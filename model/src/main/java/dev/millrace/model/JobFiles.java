package dev.millrace.model;

import dev.millrace.base.Check;

/// The answer of a job whose answer is files: how many, and how many bytes they have together.
public record JobFiles(int count, long sizeBytes) {
  public JobFiles {
    Check.that(count >= 0 && sizeBytes >= 0, "%d files of %d bytes", count, sizeBytes);
  }
}
