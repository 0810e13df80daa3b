package dev.millrace.model;

import dev.millrace.base.Check;

/// A file that a task wrote and that is not published yet. Its bytes are the next `extents` extents
/// of the task's output.
///
/// @param name below the job's output prefix, such as `a/b.txt`
/// @param version under which its chunks were written, and will be published
/// @param md5 of its bytes, in hexadecimal
/// @param extents 0 for an empty file
public record TaskFile(String name, VersionId version, long sizeBytes, String md5, int extents) {
  public TaskFile {
    Check.that(sizeBytes >= 0 && extents >= 0, "%d bytes in %d extents", sizeBytes, extents);
  }
}
