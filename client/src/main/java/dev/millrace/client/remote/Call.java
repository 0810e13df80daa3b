package dev.millrace.client.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/// A request, but for its body.
record Call(String method, String target, Map<String, String> headers) {
  static Call of(String method, Target target) {
    return new Call(method, target.toString(), Map.of());
  }

  Call with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(method, target, more);
  }

  /// Whether it may be sent again when nobody knows what became of it.
  boolean repeatable() {
    return method.equals("GET");
  }
}
