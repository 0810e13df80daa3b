package dev.millrace.compute.slice;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// What Linux says of a thread, in `/proc/thread-self/schedstat`: "the processor time in
/// nanoseconds, the time that it waited for one, how often it ran" (kernel documentation,
/// scheduler/sched-stats). A kernel without these statistics has no such file, or zeros in it.
///
/// Java's own account of threads (`ThreadMXBean`) says the same on more systems, but loading it
/// takes as long as a small command's whole job.
final class SystemCpuTime implements CpuTime {
  private static final Path STATISTICS = Path.of("/proc/thread-self/schedstat");

  @Override
  public OptionalLong ofThisThread() {
    try {
      String text = Files.readString(STATISTICS, US_ASCII);
      long nanos = Long.parseLong(text.substring(0, text.indexOf(' ')));
      return nanos > 0 ? OptionalLong.of(nanos) : OptionalLong.empty();
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }
}
