package dev.millrace.volumes;

/// A record isn't what was written.
final class DamagedRecord extends Exception {
  private static final long serialVersionUID = 1;

  /// In the file.
  private final long offset;

  /// @param what the damaged part, with what was found
  DamagedRecord(String what, long offset) {
    super(what, null, false, false);
    this.offset = offset;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  long offset() {
    return offset;
  }
}
