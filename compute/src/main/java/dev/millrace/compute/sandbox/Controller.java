package dev.millrace.compute.sandbox;

import java.util.Locale;

/// What the kernel can limit or count for a control group.
enum Controller {
  MEMORY,
  PIDS,
  CPU,
  CPUACCT,
  FREEZER;

  /// As the kernel calls it.
  String kernelName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
