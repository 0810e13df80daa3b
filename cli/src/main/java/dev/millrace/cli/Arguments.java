package dev.millrace.cli;

import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.VersionId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/// What was typed behind a command's name.
final class Arguments {
  private final ParseResult parsed;

  Arguments(ParseResult parsed) {
    this.parsed = parsed;
  }

  boolean flag(String name) {
    return parsed.hasMatchedOption(name);
  }

  Optional<String> value(String name) {
    @Nullable String value = parsed.matchedOptionValue(name, null);
    return Optional.ofNullable(value);
  }

  List<String> values(String name) {
    List<String> values = parsed.matchedOptionValue(name, List.of());
    return List.copyOf(values);
  }

  List<String> words() {
    return parsed.hasMatchedPositional(0)
        ? List.copyOf(parsed.matchedPositionalValue(0, List.<String>of()))
        : List.of();
  }

  String word(int index) {
    return words().get(index);
  }

  /// The value of `--version`.
  Optional<VersionId> version() {
    return value("--version")
        .map(text -> {
          try {
            return new VersionId(Id128.parse(text));
          } catch (MillraceException e) {
            throw new UsageException(
                "version '"
                    + Text.printable(text)
                    + "' is none: copy one from 'millrace versions BUCKET/KEY'");
          }
        });
  }
}
