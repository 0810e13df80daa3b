package dev.millrace.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigReaderTest {
  @TempDir Path temp;

  @Test
  void withoutAFileTheDefaultsHold() {
    NodeConfig config = ConfigReader.read(temp.resolve("millrace.toml"));
    assertThat(config.apiHost()).isEqualTo("127.0.0.1");
    assertThat(config.apiPort()).isEqualTo(9001);
    assertThat(config.volumeBytes()).isEqualTo(4 * ByteUnits.GIB);
    assertThat(config.keepResults()).isEqualTo(Duration.ofDays(7));
    assertThat(config.disks()).isEmpty();
  }

  @Test
  void everyKeyCanBeSet() throws IOException {
    Path file = temp.resolve("millrace.toml");
    Files.writeString(
        file,
        """
        [api]
        host = "0.0.0.0"
        port = 0
        [storage]
        disks = ["/mnt/b"]
        head-room = "1GiB"
        volume-size = 134217728
        scrub-every = 3
        scrub-rate = "64MiB"
        [compute]
        slots = 4
        keep-results = 30
        [catalog]
        backup-every = 60
        """);
    assertThat(ConfigReader.read(file))
        .isEqualTo(
            new NodeConfig(
                "0.0.0.0",
                0,
                java.util.List.of(Path.of("/mnt/b")),
                ByteUnits.GIB,
                128 * ByteUnits.MIB,
                4,
                Duration.ofDays(3),
                64 * ByteUnits.MIB,
                Duration.ofDays(30),
                Duration.ofSeconds(60)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api.prot = 1|unknown key 'api.prot'",
        "api.port = 70000|api.port = 70000 is out of range: give 0 to 65535",
        "api.port = 'x'|api.port is not a number",
        "api.host = 1|api.host is not text",
        "storage.disks = ['relative']|no absolute path",
        "storage.volume-size = '1KiB'|out of range",
        "api.port = |not TOML, line 1"
      })
  void whatIsWrongIsNamed(String line, String message) throws IOException {
    Path file = temp.resolve("millrace.toml");
    Files.writeString(file, line);
    assertThatThrownBy(() -> ConfigReader.read(file))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theReferencePageIsMadeFromTheKeys() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Configuration

            `millrace.toml` in `MILLRACE_HOME`. Every key is optional; an unknown key, a wrong type \
            or a value out of range refuses to start. Bytes may be written as `"64MiB"`.

            | key | unit | default | range | |
            |---|---|---|---|---|
            """);
    for (ConfigKey key : ConfigKey.values()) {
      String range = key.most() == 0 ? "" : range(key);
      page.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | `%s` | %s | %s |%n",
              key.path(),
              key.unit().display(),
              key.defaultText(),
              range,
              key.sentence()));
    }
    Path file = Path.of("..", "docs", "configuration.md");
    if (Boolean.getBoolean("millrace.write-docs")) {
      Files.writeString(file, page);
    }
    assertThat(file)
        .as("run with -Dmillrace.write-docs=true to renew it")
        .hasContent(page.toString());
  }

  private static String range(ConfigKey key) {
    if (key.unit() != ConfigKey.Unit.BYTES) {
      return key.least() + " to " + key.most();
    }
    return ByteUnits.format(key.least()) + " to " + ByteUnits.format(key.most());
  }
}
