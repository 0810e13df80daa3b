package dev.millrace.system.house;

import java.util.List;

/// A rule about one Java file at a time.
interface JavaRule {
  List<Violation> violations(JavaSource source);
}
