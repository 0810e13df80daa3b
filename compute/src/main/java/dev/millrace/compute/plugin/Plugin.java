package dev.millrace.compute.plugin;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A plug-in, as its guards know it. Thread-safe.
final class Plugin {
  private static final Logger LOG = LoggerFactory.getLogger(Plugin.class);

  /// Calls that were left behind while they still run, before the plug-in is not called any more:
  /// each keeps a processor busy, or memory.
  static final int LEFT_BEHIND = 4;

  private final String jar;
  private final ClassLoader loader;
  private final Patience patience;
  private final AtomicInteger leftBehind = new AtomicInteger();

  /// How long a node waits for a plug-in.
  ///
  /// @param answerNanos for what is asked before any work: its construction, its name, its reading
  ///   of arguments
  /// @param stopNanos for the end of work that nobody wants any more; less than a job waits for its
  ///   tasks to stop
  record Patience(long answerNanos, long stopNanos) {
    static final Patience USUAL = new Patience(10_000_000_000L, 1_000_000_000L);
  }

  /// @param jar the name of its file
  Plugin(String jar, ClassLoader loader, Patience patience) {
    this.jar = jar;
    this.loader = loader;
    this.patience = patience;
  }

  String jar() {
    return jar;
  }

  ClassLoader loader() {
    return loader;
  }

  Patience patience() {
    return patience;
  }

  /// What it says to the user when the plug-in does what it may not.
  ///
  /// @param instruction whose code ran; empty before the plug-in has any
  MillraceException failure(String instruction, String what, @Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.PLUGIN_FAILED,
        subject(instruction) + ": " + what + ": report it to the plug-in's maker",
        cause);
  }

  private String subject(String instruction) {
    return instruction.isEmpty()
        ? "plug-in " + jar
        : "instruction '" + instruction + "' of plug-in " + jar;
  }

  /// Refuses another call while too many don't end.
  void requireFewLeftBehind(String instruction) {
    int count = leftBehind.get();
    if (count >= LEFT_BEHIND) {
      throw new MillraceException(
          ErrorCode.PLUGIN_FAILED,
          subject(instruction)
              + ": "
              + count
              + " of its calls were stopped and never ended: restart the node, and report it to the"
              + " plug-in's maker");
    }
  }

  void leftBehind(String instruction, String step, Thread thread) {
    int count = leftBehind.incrementAndGet();
    LOG.error(
        "event=plugin-left-behind plugin={} instruction={} step={} thread={} count={} why=\"it was"
            + " stopped and doesn't end: it may keep a processor busy until the node is restarted\"",
        jar,
        instruction,
        step,
        thread.getName(),
        count);
  }

  void endedAfterAll(String instruction, String step) {
    leftBehind.decrementAndGet();
    LOG.info(
        "event=plugin-ended-after-all plugin={} instruction={} step={}", jar, instruction, step);
  }
}
