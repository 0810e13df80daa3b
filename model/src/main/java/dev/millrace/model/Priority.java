package dev.millrace.model;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.Locale;

/// How urgent a job is beside others. It decides about shares of a worker, never alone about
/// whether a job runs: one of low priority still goes on beside any number of others.
public enum Priority {
  LOW,
  NORMAL,
  HIGH;

  /// As people type and read it: `low`, `normal` or `high`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The priority of this word.
  ///
  /// @throws MillraceException INVALID_ARGUMENT
  public static Priority parse(String word) {
    for (Priority priority : values()) {
      if (priority.word().equals(word)) {
        return priority;
      }
    }
    throw new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "priority '"
            + Text.printable(word)
            + "': there is none of this name: use low, normal or high");
  }
}
