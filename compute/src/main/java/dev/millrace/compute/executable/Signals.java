package dev.millrace.compute.executable;

/// Signals by number, as Linux on x86-64 and ARM numbers them (`man 7 signal`).
final class Signals {
  /// Nobody reads any longer what was written.
  static final int PIPE = 13;

  private Signals() {}

  /// ` (KILL)`, or nothing for one that has no common name.
  static String name(int signal) {
    String name =
        switch (signal) {
          case 1 -> "HUP";
          case 2 -> "INT";
          case 3 -> "QUIT";
          case 4 -> "ILL";
          case 5 -> "TRAP";
          case 6 -> "ABRT";
          case 7 -> "BUS";
          case 8 -> "FPE";
          case 9 -> "KILL";
          case 10 -> "USR1";
          case 11 -> "SEGV";
          case 12 -> "USR2";
          case PIPE -> "PIPE";
          case 14 -> "ALRM";
          case 15 -> "TERM";
          case 24 -> "XCPU";
          case 25 -> "XFSZ";
          case 31 -> "SYS";
          default -> "";
        };
    return name.isEmpty() ? "" : " (" + name + ")";
  }
}
