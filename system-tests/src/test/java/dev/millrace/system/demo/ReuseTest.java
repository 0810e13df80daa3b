package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.client.api.JsonObject;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same job again, through the real command line: given its answer, explained, verified.
final class ReuseTest {
  @TempDir Path temp;

  private static Cli.Result done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    return result;
  }

  private static JsonObject json(Cli.Result result) {
    return JsonObject.parse(done(result).out().getBytes(StandardCharsets.UTF_8));
  }

  private Cli makeHome() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Path text = temp.resolve("text");
    Files.writeString(
        text, "The mill grinds slowly, but it grinds exceedingly small.\n".repeat(5000));
    done(cli.run("mb", "lab"));
    done(cli.run("put", text.toString(), "lab/text"));
    return cli;
  }

  @Test
  void anAnswerOutlivesItsProcess() throws Exception {
    tellTheStory(makeHome());
  }

  @Test
  void aRunningNodeDoesTheSame() throws Exception {
    Cli cli = makeHome();
    try (UpNode _ = UpNode.start(cli)) {
      tellTheStory(cli);
    }
  }

  private void tellTheStory(Cli cli) throws Exception {
    JsonObject first =
        json(cli.run("run", "compress", "mr://lab/text", "-o", "mr://lab/one.zst", "--json"));
    assertThat(first.has("reusedFrom")).isFalse();
    JsonObject again =
        json(cli.run("run", "compress", "mr://lab/text", "-o", "mr://lab/two.zst", "--json"));
    assertThat(again.text("reusedFrom")).isEqualTo(first.text("id"));
    done(cli.run("get", "lab/one.zst", "-o", "one.zst"));
    done(cli.run("get", "lab/two.zst", "-o", "two.zst"));
    assertThat(temp.resolve("two.zst")).hasSameBinaryContentAs(temp.resolve("one.zst"));
    // To standard output it is the same answer.
    String count = done(cli.run("run", "count", "mr://lab/text")).out();
    assertThat(done(cli.run("run", "count", "mr://lab/text")).out()).isEqualTo(count);

    JsonObject made = json(cli.run("stat", "lab/two.zst", "--json")).object("provenance");
    assertThat(made.text("job")).isEqualTo(again.text("id"));
    assertThat(made.text("computedBy")).isEqualTo(first.text("id"));
    assertThat(made.text("programDigest")).hasSize(64);
    assertThat(made.objects("inputs", input -> input.text("key"))).containsExactly("text");
    assertThat(made.texts("nodes")).hasSize(1);
    assertThat(done(cli.run("explain", "lab/two.zst")).out())
        .contains("program   compress")
        .contains("from      job " + first.text("id") + ", all of it")
        .contains("input     lab/text@");
    assertThat(done(cli.run("verify", "lab/two.zst")).out()).startsWith("lab/two.zst: equal");
    assertThat(json(cli.run("stat", "lab/one.zst", "--json")).has("provenance")).isTrue();

    JsonObject fresh =
        json(
            cli.run(
                "run",
                "--fresh",
                "compress",
                "mr://lab/text",
                "-o",
                "mr://lab/three.zst",
                "--json"));
    assertThat(fresh.has("reusedFrom")).isFalse();
    done(cli.run("cp", "lab/one.zst", "lab/copy.zst"));
    assertThat(done(cli.run("explain", "lab/copy.zst")).out()).contains(first.text("id"));
    String folder = done(cli.run("run", "count", "-l", "mr://lab/")).out();
    assertThat(folder.lines().map(String::strip)).contains("5000 mr://lab/text");
    Cli.Result stored = cli.run("verify", "lab/text");
    assertThat(stored.status()).isEqualTo(1);
    assertThat(stored.errorLine()).contains("lab/text: no job made it");
  }

  @Test
  void filesAreGivenAgainAndAnAddedInputOfAReducedCommandComputesOnlyItself() throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    Files.writeString(temp.resolve("text"), "one two three\n".repeat(5000));
    done(cli.run("mb", "lab"));
    done(cli.run("put", "text", "lab/t/a"));
    JsonObject first =
        json(cli.run("run", "split", "-l", "2000", "mr://lab/t/a", "-o", "mr://lab/p/", "--json"));
    JsonObject again =
        json(cli.run("run", "split", "-l", "2000", "mr://lab/t/a", "-o", "mr://lab/q/", "--json"));
    assertThat(first.has("reusedFrom")).isFalse();
    assertThat(again.text("reusedFrom")).isEqualTo(first.text("id"));
    assertThat(done(cli.run("get", "lab/q/", "-o", "back")).err()).isEmpty();
    assertThat(
            done(cli.shell("cat back/xaa back/xab back/xac | cmp - text && ls back | wc -l")).out())
        .isEqualTo("3\n");
    assertThat(done(cli.run("verify", "lab/q/xab")).out()).startsWith("lab/q/xab: equal");

    String[] sum = {
      "run",
      "--exec",
      "grep -c two",
      "--reduce",
      "awk '{s += $1} END {print s}'",
      "mr://lab/t/",
      "-o",
      "mr://lab/sum",
      "--json"
    };
    JsonObject one = json(cli.run(sum));
    done(cli.run("put", "text", "lab/t/b"));
    JsonObject both = json(cli.run(sum));
    assertThat(done(cli.run("explain", "lab/sum")).out())
        .contains("from      job " + one.text("id") + ", unchanged inputs");
    assertThat(both.has("reusedFrom")).isFalse();
    assertThat(done(cli.run("get", "lab/sum")).out()).isEqualTo("10000\n");
    assertThat(done(cli.run("verify", "lab/sum")).out()).startsWith("lab/sum: equal");
  }
}
