package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Shell.Outcome;
import dev.millrace.client.Admin.Finding;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() {
    shell = new Shell(folder);
  }

  @Test
  void wrongUsageIsOneLineAndStatusTwo() {
    assertThat(shell.run("sta", "x").err())
        .isEqualTo("millrace: sta: no such command: did you mean 'stat'?: see 'millrace help'\n");
    assertThat(shell.run("ls", "--recusive").err())
        .isEqualTo(
            "millrace: ls: unknown option '--recusive': did you mean '--recursive'?: see"
                + " 'millrace help ls'\n");
    for (String[] wrong :
        new String[][] {
          {},
          {"xyzzy"},
          {"ls", "--nothing"},
          {"ls", "one", "two"},
          {"stat"},
          {"cp", "a/b"},
          {"stat", "bucket"},
          {"rm"},
          {"mb", "box/b"},
          {"key", "turn"},
          {"disks", "remove"},
          {"disks", "add"},
          {"up", "--port", "x"},
          {"up", "--set", "x"},
          {"catalog", "restore", "--to", "noon"},
          {"catalog", "rebuild", "--to", "2026-01-01T00:00:00"},
          {"restore", "bucket/key"},
          {"get", "bucket/key", "-o"},
          {"rm", "bucket/key", "--versions"},
          {"get", "/key"}
        }) {
      Outcome outcome = shell.run(wrong);
      assertThat(outcome.status()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).startsWith("millrace: ").contains("see 'millrace help");
      assertThat(outcome.out()).isEmpty();
    }
  }

  @Test
  void helpNamesEveryCommandAndExplainsEach() {
    Outcome all = shell.run("--help");
    assertThat(all.status()).isZero();
    for (String name : Commands.names()) {
      assertThat(all.out()).contains("millrace " + name);
      assertThat(shell.run("help", name).out()).contains("Usage: millrace " + name);
      assertThat(shell.run(name, "--help").out()).contains("--json");
    }
    assertThat(shell.run("help", "lss").err()).contains("did you mean 'ls'?");
    assertThat(shell.opened).isZero();
  }

  @Test
  void showsItsVersion() {
    assertThat(shell.run("--version").out()).startsWith("millrace ");
    assertThat(shell.run("version", "--json").json().has("version")).isTrue();
  }

  @Test
  void findsTheHome() {
    shell.run("ls");
    assertThat(shell.openedHome).isEqualTo(folder.resolve("home"));
    shell.run("ls", "--home", "other/../third");
    assertThat(shell.openedHome).isEqualTo(folder.resolve("third"));
    shell.run("--home", "fourth", "ls");
    assertThat(shell.openedHome).isEqualTo(folder.resolve("fourth"));
    shell.environment.clear();
    shell.environment.put("HOME", folder.toString());
    shell.run("ls");
    assertThat(shell.openedHome).isEqualTo(folder.resolve(".millrace"));
  }

  @Test
  void makesListsAndRemovesBuckets() {
    assertThat(shell.run("mb", "one", "mr://two", "--policy", "erasure(2,1)").status()).isZero();
    assertThat(shell.run("ls").out().lines())
        .containsExactly(
            "BUCKET  POLICY        CREATED",
            "one     erasure(2,1)  2026-11-21 08:33:20",
            "two     erasure(2,1)  2026-11-21 08:33:20");
    assertThat(shell.run("ls", "--json").json()).hasSize(2);
    assertThat(shell.run("mb", "one").err()).contains("it exists");
    assertThat(shell.run("mb", "x", "--policy", "raid5").status()).isEqualTo(2);
    assertThat(shell.run("mb", "Not_A_Bucket").err()).contains("not a bucket name");
    shell.store("one", "a", "1");
    assertThat(shell.run("rb", "one").err()).contains("it is not empty");
    assertThat(shell.run("rb", "two", "--json").json()).hasSize(1);
    assertThat(shell.run("rm", "-r", "--versions", "one").status()).isZero();
    assertThat(shell.run("rb", "one").status()).isZero();
    assertThat(shell.run("ls", "one").err()).contains("bucket one: there is none");
  }

  @Test
  void listsByPrefixAndDelimiter() {
    for (String key : new String[] {"a", "dir-x", "dir/b", "dir/c", "dir/d/e", "z"}) {
      shell.store("box", key, "x".repeat(1300));
    }
    shell.millrace.memory.pageLimit = 2;
    assertThat(shell.run("ls", "box").out().lines())
        .containsExactly(
            " 1.27 KiB  2026-11-21 08:33:20  a",
            " 1.27 KiB  2026-11-21 08:33:20  dir-x",
            " ".repeat(32) + "dir/",
            " 1.27 KiB  2026-11-21 08:33:20  z");
    assertThat(names(shell.run("ls", "box/dir/", "--json").json())).isEqualTo("dir/b dir/c dir/d/");
    assertThat(names(shell.run("ls", "box/d", "--json").json())).isEqualTo("dir-x dir/");
    assertThat(names(shell.run("ls", "box", "-r", "--json").json()))
        .isEqualTo("a dir-x dir/b dir/c dir/d/e z");
    assertThat(names(shell.run("ls", "box", "--delimiter", "-", "--json").json()))
        .isEqualTo("a dir- dir/b dir/c dir/d/e z");
    assertThat(shell.run("ls", "box", "--delimiter", "-", "-r").status()).isEqualTo(2);
    assertThat(shell.run("ls", "box/nothing", "--json").json()).isEmpty();
  }

  private static String names(JsonNode array) {
    StringBuilder names = new StringBuilder();
    array.forEach(
        item -> names.append(item.has("key") ? item.get("key") : item.get("prefix")).append(' '));
    return names.toString().replace("\"", "").strip();
  }

  @Test
  void showsControlCharactersSafely() {
    shell.store("box", "evil\u001b[2J\nline\u202e", "x");
    assertThat(shell.run("ls", "box").out()).endsWith("  evil\\x1b[2J\\x0aline\\u202e\n");
    assertThat(shell.run("ls", "box", "--json").json().get(0).get("key").asText())
        .isEqualTo("evil\u001b[2J\nline\u202e");
    assertThat(shell.run("stat", "box/no\nsuch").err().lines()).hasSize(1);
  }

  @Test
  void removesByMarkerAndRestores() {
    shell.store("box", "a", "first");
    String first = shell.run("stat", "box/a", "--json").json().get("version").asText();
    assertThat(shell.run("rm", "box/a", "--json").json().get(0).get("deleteMarker").asBoolean())
        .isTrue();
    assertThat(shell.run("stat", "box/a").status()).isEqualTo(1);
    assertThat(shell.run("ls", "box").out()).isEmpty();
    assertThat(shell.run("ls", "box", "--versions").out().lines()).hasSize(2);
    assertThat(shell.run("versions", "box/a").out()).contains("deleted", "5 B");
    assertThat(shell.run("versions", "box/a", "--json").json()).hasSize(2);
    assertThat(shell.run("restore", "box/a", "--version", first).out())
        .startsWith("restored mr://box/a from " + first);
    assertThat(shell.stored("box", "a")).isEqualTo("first");
    assertThat(shell.run("rm", "box/a", "--version", first, "--json").json()).hasSize(1);
    assertThat(shell.run("get", "box/a", "--version", first).status()).isEqualTo(1);
    assertThat(shell.run("versions", "box/none").status()).isEqualTo(1);
  }

  @Test
  void removesSeveralAndGoesOnPastAMissingOne() {
    shell.store("box", "a", "1");
    shell.store("box", "c", "1");
    Outcome outcome = shell.run("rm", "box/a", "box/missing", "box/c");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(shell.run("ls", "box").out()).isEmpty();
    shell.store("box", "p/a", "1");
    assertThat(shell.run("rm", "box/p/").err()).contains("add --recursive");
    assertThat(shell.run("rm", "box/p/", "--recursive").status()).isZero();
    assertThat(shell.run("ls", "box", "-r").out()).isEmpty();
  }

  @Test
  void copiesUnderTheSameOrAnotherName() {
    shell.store("box", "p/a", "content");
    shell.run("mb", "other");
    assertThat(shell.run("cp", "box/p/a", "mr://other").out())
        .isEqualTo("copied mr://box/p/a to mr://other/a\n");
    assertThat(shell.run("cp", "box/p/a", "other/b", "--json").json().get("key").asText())
        .isEqualTo("b");
    assertThat(shell.stored("other", "a")).isEqualTo("content");
    assertThat(shell.stored("other", "b")).isEqualTo("content");
    assertThat(shell.run("cp", "box/none", "other").status()).isEqualTo(1);
  }

  @Test
  void statShowsAnObject() {
    shell.store("box", "a", "x".repeat(1300));
    assertThat(shell.run("stat", "box/a").out())
        .contains("object    box/a\n", "size      1.27 KiB (1300 B)\n", "etag      ");
    JsonNode json = shell.run("stat", "box/a", "--json").json();
    assertThat(json.get("sizeBytes").asLong()).isEqualTo(1300);
    assertThat(json.get("producer").isNull()).isTrue();
    assertThat(shell.run("stat", "box/" + "k".repeat(1025)).err())
        .contains("1025 bytes are more than the 1024 allowed");
  }

  @Test
  void showsNodesAndDisks() {
    assertThat(shell.run("nodes").out()).contains("NODE", "master,worker", "512 GiB");
    JsonNode node = shell.run("nodes", "--json").json().get(0);
    assertThat(node.get("pid").asLong()).isEqualTo(42);
    assertThat(node.get("roles")).hasSize(2);
    assertThat(shell.run("disks", "add", "more").out()).contains(folder.resolve("more").toString());
    assertThat(shell.run("disks", "--json").json()).hasSize(2);
  }

  @Test
  void scrubFailsWhenItFindsDamage() {
    assertThat(shell.run("scrub").out()).isEqualTo("verified 7 chunks, 123 B; 0 damaged\n");
    shell.millrace.damaged.add("chunk 1 in v1 at 4096");
    Outcome damaged = shell.run("scrub");
    assertThat(damaged.status()).isEqualTo(1);
    assertThat(damaged.out()).contains("chunk 1 in v1 at 4096");
    assertThat(shell.run("scrub", "--json").json().get("damaged")).hasSize(1);
  }

  @Test
  void doctorShowsWhatHoldsAndTheRemediesOfTheRest() {
    assertThat(shell.run("doctor").out())
        .isEqualTo("SANDBOX  HOLDS  DETAIL\nnetwork  yes    connect out\n");
    assertThat(shell.run("doctor").status()).isZero();
    String remedy = "do this:\nthen that";
    shell.millrace.findings.add(new Finding("memory limit", false, "no controller", remedy));
    shell.millrace.findings.add(new Finding("process limit", false, "none \u001b[1m", remedy));
    Outcome incomplete = shell.run("doctor");
    assertThat(incomplete.status()).isEqualTo(1);
    assertThat(incomplete.out())
        .isEqualTo(
            """
            SANDBOX        HOLDS  DETAIL
            network        yes    connect out
            memory limit   NO     no controller
            process limit  NO     none \\x1b[1m

            memory limit, process limit:
              do this:
              then that
            """);
    JsonNode json = shell.run("doctor", "--json").json();
    assertThat(json.get("complete").asBoolean()).isFalse();
    assertThat(json.get("sandbox")).hasSize(3);
    assertThat(json.get("sandbox").get(0).get("remedy").isNull()).isTrue();
    assertThat(json.get("sandbox").get(1).get("remedy").asText()).isEqualTo(remedy);
  }

  @Test
  void rotatesTheKey() {
    assertThat(shell.run("key", "rotate").out())
        .isEqualTo("master key 2 is in force; rewrapped 17 data keys\n");
    assertThat(shell.run("key", "rotate", "--json").json().get("rewrapped").asLong()).isEqualTo(17);
  }

  @Test
  void handsServerCommandsToTheNode() {
    assertThat(shell.run("up", "--port", "0", "--set", "a=b", "--set", "c=d=e").status()).isZero();
    assertThat(shell.run("catalog", "restore", "--to", "2026-01-02T03:04:05").out())
        .isEqualTo("versions: 17\n");
    assertThat(shell.run("catalog", "rebuild", "--json").json().get("notes")).hasSize(1);
    assertThat(shell.serverCalls)
        .containsExactly(
            new NodeAccess.UpRequest(
                folder.resolve("home"), OptionalInt.of(0), Map.of("a", "b", "c", "d=e")),
            Optional.of(Instant.parse("2026-01-02T03:04:05Z")),
            folder.resolve("home"));
    assertThat(shell.opened).isZero();
  }

  @Test
  void aWordThatLooksLikeAnArgumentFileIsAWord() {
    shell.run("mb", "box");
    assertThat(shell.run("put", "@x", "box/").err()).contains("@x: no such file");
    assertThat(shell.run("put", "--", "-x", "box/").err()).contains("-x: no such file");
  }
}
