package dev.millrace.compute.sandbox;

import java.util.Optional;

/// A processor architecture that the sandbox knows, with the numbers that its kernel gives to the
/// system calls that a filter looks at more closely; [DeniedCall] has the others.
enum Architecture {
  X86_64("amd64", 62, 0xC000_003E),
  AARCH64("aarch64", 183, 0xC000_00B7);

  private final String javaName;
  private final int elfMachine;
  private final int auditNumber;

  Architecture(String javaName, int elfMachine, int auditNumber) {
    this.javaName = javaName;
    this.elfMachine = elfMachine;
    this.auditNumber = auditNumber;
  }

  /// The one that Java calls by `name`.
  static Optional<Architecture> named(String name) {
    for (Architecture architecture : values()) {
      if (architecture.javaName.equals(name)) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }

  /// `e_machine` in the header of its programs.
  int elfMachine() {
    return elfMachine;
  }

  /// What a seccomp filter sees as the architecture of a call.
  int auditNumber() {
    return auditNumber;
  }

  /// Whether a second table of calls, for 32-bit pointers, hides behind high numbers.
  boolean hasX32() {
    return this == X86_64;
  }

  int cloneCall() {
    return this == X86_64 ? 56 : 220;
  }

  int clone3Call() {
    return 435;
  }

  int socketCall() {
    return this == X86_64 ? 41 : 198;
  }

  int ioctlCall() {
    return this == X86_64 ? 16 : 29;
  }
}
