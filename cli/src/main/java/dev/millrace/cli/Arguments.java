package dev.millrace.cli;

import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.VersionId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was typed behind a command's name.
final class Arguments {
  private final org.apache.commons.cli.CommandLine parsed;

  Arguments(org.apache.commons.cli.CommandLine parsed) {
    this.parsed = parsed;
  }

  boolean flag(String name) {
    return parsed.hasOption(name);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(parsed.getOptionValue(name));
  }

  List<String> values(String name) {
    String @Nullable [] values = parsed.getOptionValues(name);
    return values == null ? List.of() : List.of(values);
  }

  List<String> words() {
    return List.copyOf(parsed.getArgList());
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
