package dev.millrace.model;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.concurrent.TimeUnit;

/// What an executable may use in one task. A task that hits one is tried once more with twice as
/// much.
///
/// @param memoryBytes of all its processes, with what it writes to its scratch folder
/// @param processes at once, threads counted too
/// @param milliCores processor time a second, in thousandths of a core
/// @param scratchBytes files in its scratch folder
/// @param outputBytes what it may write to standard output
/// @param timeMillis from its start to its end, without the time for which it is set aside
public record TaskLimits(
    long memoryBytes,
    int processes,
    int milliCores,
    long scratchBytes,
    long outputBytes,
    long timeMillis) {
  /// The least that any program needs to start.
  private static final long LEAST_MEMORY_BYTES = 8 * ByteUnits.MIB;

  private static final int MOST_CORES = 1024;
  private static final int MOST_PROCESSES = 1 << 16;
  private static final long MOST_BYTES = 1L << 50;
  private static final long MOST_MILLIS = TimeUnit.DAYS.toMillis(30);

  /// What a task gets when nobody asks for anything else.
  public static final TaskLimits USUAL =
      new TaskLimits(
          ByteUnits.GIB,
          64,
          1000,
          512 * ByteUnits.MIB,
          4 * ByteUnits.GIB,
          TimeUnit.MINUTES.toMillis(10));

  public TaskLimits {
    check("memory", memoryBytes, LEAST_MEMORY_BYTES, MOST_BYTES, "bytes");
    check("processes", processes, 1, MOST_PROCESSES, "processes");
    check("cores", milliCores, 10, 1000L * MOST_CORES, "thousandths of a core");
    check("scratch", scratchBytes, 0, MOST_BYTES, "bytes");
    check("output", outputBytes, 0, MOST_BYTES, "bytes");
    check("time", timeMillis, 1, MOST_MILLIS, "milliseconds");
  }

  private static void check(String what, long value, long least, long most, String unit) {
    if (value < least || value > most) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "limit on "
              + what
              + ": "
              + value
              + ": choose from "
              + least
              + " to "
              + most
              + " "
              + unit);
    }
  }

  /// These limits, but for the number of cores, so many times.
  public TaskLimits times(int factor) {
    return new TaskLimits(
        Math.min(MOST_BYTES, memoryBytes * factor),
        Math.min(MOST_PROCESSES, processes * factor),
        milliCores,
        Math.min(MOST_BYTES, scratchBytes * factor),
        Math.min(MOST_BYTES, outputBytes * factor),
        Math.min(MOST_MILLIS, timeMillis * factor));
  }
}
