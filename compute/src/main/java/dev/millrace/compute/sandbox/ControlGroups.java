package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.util.Set;

/// Makes the control groups of attempts, in a folder of their own in the kernel's tree.
interface ControlGroups extends AutoCloseable {
  /// Processes of an attempt that are the sandbox's own: bubblewrap outside, and inside as the
  /// first.
  int OWN_PROCESSES = 2;

  /// Over which a share of the processors is counted.
  long PERIOD_MICROS = 100_000;

  /// The least that the kernel takes.
  long LEAST_QUOTA_MICROS = 1000;

  /// Processor time in each period.
  static long quotaMicros(SandboxLimits limits) {
    return Math.max(LEAST_QUOTA_MICROS, Math.round(limits.cores() * PERIOD_MICROS));
  }

  /// What can be limited or counted here.
  Set<Controller> controllers();

  /// Where the groups are, or why there are none, in a few words.
  String detail();

  /// What the owner of the machine can do to have what is missing.
  String remedy();

  /// A fresh group without limits. `name` is not in use.
  ControlGroup make(String name) throws IOException;

  /// Removes the folder. No attempt is running any more.
  @Override
  void close();
}
