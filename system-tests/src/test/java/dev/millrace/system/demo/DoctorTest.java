package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.client.api.JsonObject;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doctor` through the real command line, on this machine, which has to have everything that the
/// sandbox takes.
final class DoctorTest {
  /// The traits that the self-test of the sandbox tries to break, in its order.
  private static final List<String> PROPERTIES =
      List.of(
          "bubblewrap",
          "name spaces",
          "network",
          "read-only files",
          "files of this machine",
          "other processes",
          "environment of the node",
          "privileges",
          "system calls",
          "scratch size",
          "memory limit",
          "process limit",
          "processor limit",
          "kill");

  @TempDir Path temp;

  @Test
  void everyPropertyIsShownAndHolds() throws Exception {
    showsAll(Cli.of(temp.resolve("home"), temp));
  }

  @Test
  void aRunningNodeShowsTheSame() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    try (UpNode _ = UpNode.start(cli)) {
      showsAll(cli);
    }
  }

  private static void showsAll(Cli cli) throws Exception {
    List<String> rows = done(cli.run("doctor")).lines().toList();
    assertThat(rows.getFirst()).matches("PROPERTY +HOLDS  DETAIL");
    int holds = rows.getFirst().indexOf("HOLDS");
    assertThat(rows.stream().skip(1).map(row -> row.substring(0, holds).strip()))
        .containsExactlyElementsOf(PROPERTIES);
    assertThat(rows.stream().skip(1).map(row -> row.substring(holds)))
        .allMatch(row -> row.matches("yes    .+"));

    JsonObject json =
        JsonObject.parse(done(cli.run("doctor", "--json")).getBytes(StandardCharsets.UTF_8));
    assertThat(json.flag("complete")).isTrue();
    assertThat(json.objects("sandbox", row -> row.text("name")))
        .containsExactlyElementsOf(PROPERTIES);
    assertThat(json.objects("sandbox", row -> row))
        .allSatisfy(row -> {
          assertThat(row.flag("holds")).isTrue();
          assertThat(row.text("detail")).isNotEmpty();
        });
  }

  private static String done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    return result.out();
  }
}
