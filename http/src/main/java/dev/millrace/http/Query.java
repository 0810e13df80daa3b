package dev.millrace.http;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The parameters of a request. Each name is there at most once. A bare `+` is refused: some
/// writers mean a space by it and some a plus sign, and a key must not be guessed.
public final class Query {
  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /// Reads `a=1&b=2`.
  ///
  /// @throws MillraceException INVALID_ARGUMENT, naming the parameter
  static Query parse(String raw) {
    Map<String, String> values = new LinkedHashMap<>();
    int start = 0;
    while (start < raw.length()) {
      int end = raw.indexOf('&', start);
      end = end < 0 ? raw.length() : end;
      if (end > start) {
        add(values, raw.substring(start, end));
      }
      start = end + 1;
    }
    return new Query(values);
  }

  private static void add(Map<String, String> values, String pair) {
    int equals = pair.indexOf('=');
    String name =
        PercentCoding.decode("parameter name", equals < 0 ? pair : pair.substring(0, equals));
    String raw = equals < 0 ? "" : pair.substring(equals + 1);
    if (raw.indexOf('+') >= 0) {
      throw invalid(name, "a bare '+' means two things: write %2B for it, or %20 for a space");
    }
    String value = PercentCoding.decode("parameter '" + Text.printable(name) + "'", raw);
    if (values.putIfAbsent(name, value) != null) {
      throw invalid(name, "given twice: give it once");
    }
  }

  /// Refuses parameters of other names.
  void allow(Set<String> names) {
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        throw invalid(
            name,
            "unknown here: "
                + (names.isEmpty()
                    ? "this route takes none"
                    : "known are " + String.join(", ", names.stream().sorted().toList())));
      }
    }
  }

  public Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// The value of a parameter that must be there.
  ///
  /// @throws MillraceException INVALID_ARGUMENT when it is missing
  public String required(String name) {
    String value = values.get(name);
    if (value == null) {
      throw invalid(name, "missing: give ?" + name + "=...");
    }
    return value;
  }

  /// A parameter that is a number, when it is there.
  ///
  /// @throws MillraceException INVALID_ARGUMENT when it is not a whole number in that range
  public Optional<Long> number(String name, long least, long most) {
    return optional(name)
        .map(text -> {
          try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most && text.charAt(0) != '+') {
              return value;
            }
          } catch (NumberFormatException e) {
            throw notNumber(name, text, least, most);
          }
          throw notNumber(name, text, least, most);
        });
  }

  /// Absent means false; present means `true` or `false`.
  public boolean flag(String name) {
    return optional(name)
        .map(text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw invalid(name, "not true or false: give one of them");
            })
        .orElse(false);
  }

  /// The parameter, read by `parse`; its failure names the parameter.
  public <T> Optional<T> parsed(String name, Function<String, T> parse) {
    return optional(name)
        .map(text -> {
          try {
            return parse.apply(text);
          } catch (MillraceException e) {
            if (e.code() == ErrorCode.INVALID_ARGUMENT) {
              throw new MillraceException(
                  ErrorCode.INVALID_ARGUMENT, "parameter '" + name + "': " + e.getMessage(), e);
            }
            throw e;
          }
        });
  }

  private static MillraceException notNumber(String name, String text, long least, long most) {
    return invalid(
        name,
        "'"
            + Text.printable(text)
            + "' is not a whole number from "
            + least
            + " to "
            + most
            + ": give one");
  }

  private static MillraceException invalid(String name, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, "parameter '" + Text.printable(name) + "': " + why);
  }
}
