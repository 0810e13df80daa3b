package dev.millrace.compute.slice;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// One thread's processor time, for others to read while it lives: what Linux says in its
/// `schedstat`, "the processor time in nanoseconds, the time that it waited for one, how often it
/// ran" (kernel documentation, scheduler/sched-stats). A kernel without these statistics has no
/// such file, or zeros in it.
public final class ThreadCpu {
  static final Path THIS_THREAD = Path.of("/proc/thread-self");
  static final String STATISTICS = "schedstat";

  private final Optional<Path> statistics;

  private ThreadCpu(Optional<Path> statistics) {
    this.statistics = statistics;
  }

  /// Of the calling thread, which is no virtual one.
  public static ThreadCpu ofThisThread() {
    try {
      Path thread = THIS_THREAD.toRealPath();
      return new ThreadCpu(Optional.of(thread.resolve(STATISTICS)));
    } catch (IOException e) {
      return new ThreadCpu(Optional.empty());
    }
  }

  /// What it has used in all; absent where nobody knows, and after its end.
  public OptionalLong nanos() {
    return statistics.isPresent() ? read(statistics.get()) : OptionalLong.empty();
  }

  static OptionalLong read(Path statistics) {
    try {
      String text = Files.readString(statistics, US_ASCII);
      long nanos = Long.parseLong(text.substring(0, text.indexOf(' ')));
      return nanos > 0 ? OptionalLong.of(nanos) : OptionalLong.empty();
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }
}
