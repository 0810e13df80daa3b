package dev.millrace.system.house;

/// One place that breaks a rule: what is wrong there, and what to do instead.
record Violation(String path, int line, String what, String instead) {
  @Override
  public String toString() {
    return path + ":" + line + ": " + what + ": " + instead;
  }
}
