package dev.millrace.compute.slice;

import java.nio.file.Path;
import java.util.OptionalLong;

/// What the system says of the calling thread.
///
/// Java's own account of threads (`ThreadMXBean`) says the same on more systems, but loading it
/// takes as long as a small command's whole job.
final class SystemCpuTime implements CpuTime {
  private static final Path STATISTICS = ThreadCpu.THIS_THREAD.resolve(ThreadCpu.STATISTICS);

  @Override
  public OptionalLong ofThisThread() {
    return ThreadCpu.read(STATISTICS);
  }
}
