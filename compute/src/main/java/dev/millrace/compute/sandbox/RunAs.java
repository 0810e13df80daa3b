package dev.millrace.compute.sandbox;

/// The users that sandboxed programs run as.
final class RunAs {
  /// The user and group that they see themselves as.
  static final int INSIDE = 1000;

  /// The user and group that they really are where this process is root's: one that no distribution
  /// gives to anybody (it lies between Debian's reserved range and that of systemd's dynamic
  /// users), and that exists also where a container maps 65,536 users only. Elsewhere they are the
  /// user of this process.
  static final int OUTSIDE = 61_000;

  private RunAs() {}
}
