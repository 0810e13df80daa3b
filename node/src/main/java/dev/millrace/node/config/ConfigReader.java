package dev.millrace.node.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Reads `millrace.toml`. An unknown key, a wrong type or a value out of range refuses to start,
/// naming the key and what it takes.
public final class ConfigReader {
  private final Path file;
  private final Map<ConfigKey, JsonNode> values = new EnumMap<>(ConfigKey.class);

  private ConfigReader(Path file) {
    this.file = file;
  }

  /// The settings in `file`, or the defaults when it isn't there.
  ///
  /// @throws MillraceException CONFIGURATION
  public static NodeConfig read(Path file) {
    return read(file, Map.of());
  }

  /// The same with some keys set otherwise, as on the command line: `api.port` to `9101`; entries
  /// of a list with commas between them.
  public static NodeConfig read(Path file, Map<String, String> settings) {
    ConfigReader reader = new ConfigReader(file);
    if (Files.exists(file)) {
      reader.load();
    }
    settings.forEach(reader::set);
    return reader.config();
  }

  private void set(String path, String text) {
    ConfigKey key = known(path);
    values.put(
        key,
        switch (key.unit()) {
          case TEXT, BYTES -> TextNode.valueOf(text);
          case COUNT, DAYS, SECONDS -> number(text);
          case PATHS -> {
            ArrayNode entries = JsonNodeFactory.instance.arrayNode();
            Arrays.stream(text.split(",", -1)).map(String::strip).forEach(entries::add);
            yield entries;
          }
        });
  }

  /// A number, or the text as it is when it is none: the check of its key then names it.
  private static JsonNode number(String text) {
    try {
      return LongNode.valueOf(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return TextNode.valueOf(text);
    }
  }

  private ConfigKey known(String path) {
    return ConfigKey.ofPath(path)
        .orElseThrow(() ->
            wrong(
                "unknown key '" + Text.printable(path) + "'",
                "remove it; docs/configuration.md lists the keys"));
  }

  private void load() {
    JsonNode toml;
    try {
      toml = new TomlMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw wrong(
          "not TOML, line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(),
          "correct that line");
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "configuration " + file + ": cannot be read: " + e.getMessage() + ": make it readable",
          e);
    }
    take("", toml);
  }

  /// Walks tables down to values and takes each by its dotted path.
  private void take(String path, JsonNode node) {
    if (!node.isObject()) {
      values.put(known(path), node);
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      take(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
    }
  }

  private NodeConfig config() {
    return new NodeConfig(
        text(ConfigKey.API_HOST),
        (int) number(ConfigKey.API_PORT),
        paths(ConfigKey.DISKS),
        number(ConfigKey.HEAD_ROOM),
        number(ConfigKey.VOLUME_SIZE),
        (int) number(ConfigKey.SLOTS),
        Duration.ofDays(number(ConfigKey.SCRUB_EVERY)),
        number(ConfigKey.SCRUB_RATE),
        Duration.ofDays(number(ConfigKey.KEEP_RESULTS)),
        Duration.ofSeconds(number(ConfigKey.BACKUP_EVERY)));
  }

  private String text(ConfigKey key) {
    JsonNode value = values.get(key);
    if (value == null) {
      return key.defaultText();
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(key.path() + " is not text", "write it in quotes");
    }
    return value.textValue();
  }

  private long number(ConfigKey key) {
    JsonNode value = values.get(key);
    boolean bytes = key.unit() == ConfigKey.Unit.BYTES;
    long number;
    if (value == null) {
      number = bytes ? ByteUnits.parse(key.defaultText()) : Long.parseLong(key.defaultText());
    } else if (value.canConvertToLong() && value.isIntegralNumber()) {
      number = value.longValue();
    } else if (value.isTextual() && bytes) {
      number = ByteUnits.parse(value.textValue());
    } else {
      throw wrong(key.path() + " is not a number", "give a number of " + key.unit().display());
    }
    if (number < key.least() || number > key.most()) {
      throw wrong(
          key.path() + " = " + number + " is out of range",
          "give " + key.least() + " to " + key.most() + " " + key.unit().display());
    }
    return number;
  }

  private List<Path> paths(ConfigKey key) {
    JsonNode value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrong(key.path() + " is not a list", "write [\"/first/folder\", \"/second/folder\"]");
    }
    List<Path> paths = new ArrayList<>();
    for (JsonNode entry : value) {
      if (!entry.isTextual() || !Path.of(entry.textValue()).isAbsolute()) {
        throw wrong(
            key.path() + " has an entry that is no absolute path", "write it from the root");
      }
      paths.add(Path.of(entry.textValue()));
    }
    return paths;
  }

  private MillraceException wrong(String why, String remedy) {
    return new MillraceException(
        ErrorCode.CONFIGURATION, "configuration " + file + ": " + why + ": " + remedy);
  }
}
