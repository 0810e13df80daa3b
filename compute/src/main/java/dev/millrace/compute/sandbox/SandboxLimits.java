package dev.millrace.compute.sandbox;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.util.concurrent.TimeUnit;

/// What one attempt may use.
///
/// @param memoryBytes of all its processes together, with what it wrote to scratch, which is
///   memory; at least 8 MiB
/// @param processes and threads at one time; at least 1
/// @param cores processor time for each second, over all cores; 0.01 to 4096
/// @param scratchBytes `/tmp` and `/out` together; `/dev/shm` has up to 64 MiB of its own; at least
///   64 KiB
/// @param timeMillis from the start, without what it was paused; at least 1
public record SandboxLimits(
    long memoryBytes, int processes, double cores, long scratchBytes, long timeMillis) {
  private static final long LEAST_MEMORY_BYTES = 8 * ByteUnits.MIB;
  private static final long LEAST_SCRATCH_BYTES = 64 * ByteUnits.KIB;
  private static final double LEAST_CORES = 0.01;
  private static final double MOST_CORES = 4096;

  private static final SandboxLimits STANDARD =
      new SandboxLimits(ByteUnits.GIB, 64, 1.0, 512 * ByteUnits.MIB, TimeUnit.MINUTES.toMillis(10));

  public SandboxLimits {
    require(memoryBytes >= LEAST_MEMORY_BYTES, "memory", memoryBytes, "8 MiB or more");
    require(processes >= 1, "processes", processes, "1 or more");
    require(cores >= LEAST_CORES && cores <= MOST_CORES, "cores", cores, "0.01 to 4096");
    require(scratchBytes >= LEAST_SCRATCH_BYTES, "scratch", scratchBytes, "64 KiB or more");
    require(timeMillis >= 1, "time", timeMillis, "1 ms or more");
  }

  /// 1 GiB of memory, 64 processes, one core, 512 MiB of scratch, ten minutes.
  public static SandboxLimits standard() {
    return STANDARD;
  }

  private static void require(boolean holds, String what, Object value, String remedy) {
    if (!holds) {
      throw new MillraceException(
          ErrorCode.INVALID_ARGUMENT,
          "limit '" + what + "': " + value + " is too little or too much: give " + remedy);
    }
  }
}
