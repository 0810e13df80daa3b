package dev.millrace.compute.plugin;

import dev.millrace.base.Text;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a plug-in threw, copied: nothing of it runs code of the plug-in any more, when it is logged
/// or printed later. Made on the thread of the plug-in.
final class ForeignFailure extends Exception {
  private static final long serialVersionUID = 1;
  private static final int TEXT = 1000;
  private static final int DEPTH = 5;
  private static final int FRAMES = 64;

  private ForeignFailure(String description, @Nullable Throwable cause) {
    super(description, cause, false, true);
  }

  /// Of something that could not even be described.
  static ForeignFailure unknown() {
    ForeignFailure failure = new ForeignFailure("something that can't be described", null);
    failure.setStackTrace(new StackTraceElement[0]);
    return failure;
  }

  static ForeignFailure copyOf(Throwable thrown) {
    return copyOf(thrown, DEPTH);
  }

  private static ForeignFailure copyOf(Throwable thrown, int depth) {
    String description = thrown.getClass().getName();
    StackTraceElement[] frames = {};
    @Nullable Throwable cause = null;
    try {
      String message = thrown.getMessage();
      description += message == null ? "" : ": " + Text.printable(message, TEXT);
      StackTraceElement[] all = thrown.getStackTrace();
      frames = Arrays.copyOf(all, Math.min(all.length, FRAMES));
      cause = thrown.getCause();
    } catch (Throwable e) {
      // Its own methods throw: what is known by now is all there is.
      description += " (which can't be described: " + e.getClass().getName() + ")";
    }
    ForeignFailure copy =
        new ForeignFailure(
            description,
            cause == null || cause == thrown || depth == 0 ? null : copyOf(cause, depth - 1));
    copy.setStackTrace(frames);
    return copy;
  }

  /// What was thrown, and what caused it.
  String chain() {
    StringBuilder text = new StringBuilder(String.valueOf(getMessage()));
    for (Throwable e = getCause(); e != null; e = e.getCause()) {
      text.append(" (by ").append(e.getMessage()).append(')');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return String.valueOf(getMessage());
  }
}
