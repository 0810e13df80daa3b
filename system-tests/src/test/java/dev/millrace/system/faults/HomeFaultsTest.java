package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Homes that cannot be opened, and why.
final class HomeFaultsTest {
  @TempDir Path temp;

  @Test
  void twoNodesCannotHaveOneHome() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    try (UpNode node = UpNode.start(cli)) {
      Cli.Result second = cli.run("up", "--port", "0");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.errorLine())
          .startsWith("millrace: home " + cli.home())
          .contains(Long.toString(node.process().pid()));
      assertThat(cli.run("ls").status()).isZero();
    }
  }

  @Test
  void aHomeOfALaterVersionIsLeftAlone() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    assertThat(cli.run("mb", "lab").status()).isZero();
    Path identity = cli.home().resolve("home");
    String text = Files.readString(identity);
    Files.writeString(identity, text.replace("home 1", "home 2"));
    assertThat(cli.run("ls").errorLine()).contains("format is 2 and this Millrace reads 1");
    Files.writeString(identity, text);
    assertThat(cli.run("ls").out()).contains("lab");
  }

  @Test
  void aMissingAndAWrongMasterKeyAreToldApart() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path file = Files.writeString(temp.resolve("f"), "text");
    assertThat(cli.run("mb", "lab").status()).isZero();
    assertThat(cli.run("put", file.toString(), "lab/f").status()).isZero();
    Path keys = cli.home().resolve("keys").resolve("master");
    Path aside = temp.resolve("aside");
    Files.move(keys, aside);
    Cli.Result missing = cli.run("ls");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.errorLine()).contains("master").contains(keys.toString());
    assertThat(keys).doesNotExist();

    Cli other = Cli.of(temp.resolve("other"), temp);
    assertThat(other.run("ls").status()).isZero();
    Files.copy(other.home().resolve("keys").resolve("master"), keys);
    Cli.Result wrong = cli.run("get", "lab/f");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.errorLine()).contains("master key");
    Files.delete(keys);
    Files.move(aside, keys);
    assertThat(cli.run("get", "lab/f").out()).isEqualTo("text");
  }

  @Test
  void aKeyFileThatOthersCanReadIsRefused() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    assertThat(cli.run("ls").status()).isZero();
    Path keys = cli.home().resolve("keys").resolve("master");
    Files.setPosixFilePermissions(
        keys, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(cli.run("ls").errorLine()).contains(keys.toString()).contains("chmod");
  }

  @Test
  void aConfigurationThatIsWrongRefusesToStart() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    assertThat(cli.run("ls").status()).isZero();
    Files.writeString(cli.home().resolve("millrace.toml"), "[storage]\nvolume = 1\n");
    assertThat(cli.run("ls").errorLine()).contains("unknown key 'storage.volume'");
  }

  @Test
  void aHomeInAPlaceThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Cli.Result result = cli.run(Map.of("MILLRACE_HOME", file.resolve("home").toString()), "ls");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLine()).startsWith("millrace: ").contains(file.toString());
  }
}
