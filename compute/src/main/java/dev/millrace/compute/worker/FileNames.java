package dev.millrace.compute.worker;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.ObjectKey;

/// Which names files may have that are a job's answer: relative paths of plain names, so that each
/// lies below the job's output as a key, and as a file when it is fetched into a folder.
final class FileNames {
  private FileNames() {}

  /// The key of a file.
  ///
  /// @param prefix of the job's output, without a `/` behind it
  /// @throws MillraceException INVALID_KEY, naming the file
  static ObjectKey key(ObjectKey prefix, String name) {
    if (name.isEmpty()) {
      throw refused(name, "a name has at least one byte");
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw refused(
            name, part.isEmpty() ? "a part of it is empty" : "a part of it is '" + part + "'");
      }
    }
    try {
      return new ObjectKey(prefix + "/" + name);
    } catch (MillraceException e) {
      throw new MillraceException(
          e.code(), "file '" + Text.printable(name) + "' of the answer: " + e.getMessage(), e);
    }
  }

  private static MillraceException refused(String name, String why) {
    return new MillraceException(
        ErrorCode.INVALID_KEY,
        "file '"
            + Text.printable(name)
            + "' of the answer: "
            + why
            + ": give it a path below the output, such as a/b.txt");
  }
}
