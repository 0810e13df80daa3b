package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Shell.Outcome;
import dev.millrace.client.Jobs.JobRequest;
import dev.millrace.client.Jobs.PrefixInput;
import dev.millrace.model.BucketName;
import dev.millrace.model.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() throws IOException {
    shell = new Shell(folder);
    shell.write("f", "one\ntwo\n");
    shell.write("g", "three\n");
  }

  private long files() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.count();
    }
  }

  @Test
  void runsOverLocalFilesAndObjectsToStandardOutput() {
    shell.store("box", "p/x", "a\nb\nc\n");
    shell.store("box", "p/y", "");
    Outcome outcome = shell.run("run", "count", "-l", "f", "g", "mr://box/p/x", "mr://box/p/");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .isEqualTo("-l 2 f\n-l 1 g\n-l 3 mr://box/p/x\n-l 3 mr://box/p/x\n-l 0 mr://box/p/y\n");
  }

  @Test
  void sortsTheProgramsArgumentsFromInputsAndOutput() {
    assertThat(shell.run("run", "checksum", "md5", "f").out()).endsWith("  f\n");
    assertThat(shell.run("run", "checksum", "f").out()).endsWith("  f\n");
    assertThat(shell.run("run", "compress", "--level", "19", "f", "-o", "f.zst").status()).isZero();
    assertThat(folder.resolve("f.zst")).hasContent("--level 19:one\ntwo\n");
    assertThat(shell.run("run", "-o", "out", "compress", "--level=3", "--", "f").status()).isZero();
    assertThat(folder.resolve("out")).hasContent("--level=3:one\ntwo\n");
    Outcome noValue = shell.run("run", "compress", "f", "--level");
    assertThat(noValue.status()).isEqualTo(2);
    assertThat(noValue.err()).contains("option '--level' has no value");
  }

  @Test
  void readsStandardInput() {
    shell.input = "x\ny\n".getBytes(UTF_8);
    assertThat(shell.run("run", "count", "-l", "-").out()).isEqualTo("-l 2 -\n");
    assertThat(shell.run("run", "count", "-", "-").status()).isEqualTo(2);
  }

  @Test
  void hasThePriorityThatIsAskedFor() {
    assertThat(shell.run("run", "count", "f", "--priority", "high").status()).isZero();
    assertThat(shell.run("run", "--priority=low", "count", "f").status()).isZero();
    assertThat(shell.run("run", "count", "f").status()).isZero();
    assertThat(shell.millrace.jobs.list())
        .extracting(progress -> progress.job().spec().options().priority())
        .containsExactly(Priority.NORMAL, Priority.LOW, Priority.HIGH);
    String id = shell.run("jobs", "--json").json().get(1).get("id").asText();
    assertThat(shell.run("job", id).out()).contains("priority  low");
    JsonNode json = shell.run("job", id, "--json").json();
    assertThat(json.get("priority").asText()).isEqualTo("low");
    assertThat(json.get("inputs")).hasSize(1);
    assertThat(json.get("labels").get(0).asText()).isEqualTo("f");
    assertThat(shell.run("jobs", "--json").json().get(0).has("inputs")).isFalse();
    Outcome unknown = shell.run("run", "count", "f", "--priority=hihg");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("priority 'hihg': there is none of this name: use low, normal or high");
    assertThat(shell.run("run", "count", "f", "--priority", "low", "--priority=low").err())
        .contains("option '--priority' is given twice");
    assertThat(shell.run("run", "count", "f", "--priority").err()).contains("has no value");
  }

  @Test
  void publishesAnAnswer() {
    shell.store("box", "in", "x\n");
    Outcome outcome =
        shell.run("run", "count", "-l", "mr://box/in", "-o", "mr://box/out", "--json");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.json().get("state").asText()).isEqualTo("succeeded");
    assertThat(outcome.json().get("outputKey").asText()).isEqualTo("out");
    assertThat(shell.stored("box", "out")).isEqualTo("-l 1 mr://box/in\n");
  }

  @Test
  void anAnswerOfFilesGoesToAFolder() {
    shell.store("box", "in", "x\n");
    for (String[] program :
        new String[][] {{"split", "f", "g"}, {"--exec", "cat > a", "--files", "f", "g"}}) {
      List<String> words = new ArrayList<>(List.of("run"));
      words.addAll(List.of(program));
      words.addAll(List.of("-o", "mr://box/p/q/", "--json"));
      Outcome outcome = shell.run(words.toArray(String[]::new));
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.status()).isZero();
      assertThat(outcome.json().get("outputKey").asText()).isEqualTo("p/q");
      assertThat(outcome.json().get("outputFiles").asInt()).isEqualTo(2);
      assertThat(outcome.json().get("outputVersion").isNull()).isTrue();
      assertThat(shell.stored("box", "p/q/0")).isEqualTo("one\ntwo\n");
      assertThat(shell.stored("box", "p/q/1")).isEqualTo("three\n");
      String id = outcome.json().get("id").asText();
      assertThat(shell.run("job", id).out()).contains("output    box/p/q/, 2 files of 14 B\n");
    }
    // Another run of the same job goes to the same folder.
    String id = shell.run("jobs", "--json").json().get(0).get("id").asText();
    assertThat(shell.run("retry", id, "--json").json().get("outputKey").asText()).isEqualTo("p/q");
  }

  @Test
  void filesNeedAFolderAndNothingElseTakesOne() {
    shell.store("box", "in", "x\n");
    for (String[] program : new String[][] {{"split"}, {"--exec", "cat > a", "--files"}}) {
      assertNoPlaceForFiles(program);
      for (String place : List.of("-", "out", "out/", "mr://box/out", "mr://box/", "mr://box//")) {
        assertNoPlaceForFiles(program, "-o", place);
      }
    }
    Outcome noFiles = shell.run("run", "--exec", "cat", "f", "-o", "mr://box/p/");
    assertThat(noFiles.status()).isEqualTo(2);
    assertThat(noFiles.err()).contains("an answer is one object, and 'mr://box/p/' is a folder");
    Outcome reduced =
        shell.run("run", "--exec", "x", "--files", "--reduce", "y", "f", "-o", "mr://box/p/");
    assertThat(reduced.status()).isEqualTo(2);
    assertThat(reduced.err()).contains("--reduce reads what --exec prints, not its files");
    assertThat(shell.run("run", "--files", "count", "f").err())
        .contains("option '--files' goes with --exec only");
    assertThat(shell.millrace.memory.puts).hasValue(0);
  }

  private void assertNoPlaceForFiles(String[] program, String... output) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(List.of(program));
    words.add("f");
    words.addAll(List.of(output));
    Outcome outcome = shell.run(words.toArray(String[]::new));
    assertThat(outcome.status()).as("%s", words).isEqualTo(2);
    assertThat(outcome.err())
        .contains("the answer is files")
        .contains("name a folder for them with -o mr://BUCKET/PREFIX/");
  }

  @Test
  void aPrefixTravelsAsAPrefix() {
    for (int i = 0; i < 5; i++) {
      shell.store("box", "p/" + i, "x");
    }
    shell.store("box", "q", "");
    int pages = shell.millrace.memory.pages.get();
    String out = shell.run("run", "count", "mr://box/q", "mr://box/p/", "f", "mr://box").out();
    assertThat(out.lines()).hasSize(1 + 5 + 1 + 6);
    assertThat(out).contains("mr://box/p/4\n 2 f\n").endsWith("mr://box/q\n");
    JobRequest request = shell.millrace.jobs.requested();
    assertThat(request.labels()).containsExactly("mr://box/q", "f");
    assertThat(request.prefixes())
        .containsExactly(
            new PrefixInput(1, new BucketName("box"), "p/", "mr://box/"),
            new PrefixInput(2, new BucketName("box"), "", "mr://box/"));
    assertThat(shell.millrace.memory.pages.get() - pages).as("the node's own").isEqualTo(2);
  }

  @Test
  void freshIsOursWhereverItStands() {
    shell.run("run", "count", "f");
    assertThat(shell.millrace.jobs.requested().reuse().name()).isEqualTo("ALLOWED");
    shell.run("run", "--fresh", "count", "f");
    assertThat(shell.millrace.jobs.requested().reuse().name()).isEqualTo("FRESH");
    shell.run("run", "count", "f");
    shell.run("run", "count", "-l", "--fresh", "f");
    assertThat(shell.millrace.jobs.requested().reuse().name()).isEqualTo("FRESH");
  }

  @Test
  void anUnchangedFileIsNotSentAgain() throws IOException {
    Path file = folder.resolve("f");
    assertThat(shell.run("run", "count", "f").status()).isZero();
    int racy = shell.millrace.memory.puts.get();
    assertThat(racy).isEqualTo(1);
    // The time of the last change of a file of the system is long ago.
    Path settled = Path.of("/etc/passwd");
    shell.run("run", "count", settled.toString());
    shell.run("run", "count", settled.toString());
    assertThat(shell.millrace.memory.puts).hasValue(racy + 1);
    // A file changed just now is sent again, whatever its time of writing says.
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    shell.run("run", "count", "f");
    shell.run("run", "count", "f");
    assertThat(shell.millrace.memory.puts).hasValue(racy + 3);
  }

  @Test
  void aFailedJobLeavesTheOutputAsItWas() throws IOException {
    shell.write("out", "old");
    long before = files();
    Outcome outcome = shell.run("run", "fail", "f", "-o", "out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("piece 0 failed: look at the input");
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(folder.resolve("out")).hasContent("old");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void anInterruptCancelsTheJobAndLeavesNothing() throws IOException {
    long before = files();
    shell.millrace.jobs.whileWaiting = shell::interrupt;
    Outcome outcome = shell.run("run", "wait", "f", "-o", "out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("it was cancelled");
    assertThat(shell.millrace.jobs.list().getFirst().job().state().name()).isEqualTo("CANCELLED");
    assertThat(files()).isEqualTo(before);
    assertThat(shell.watchesInterrupts()).isFalse();
  }

  @Test
  void aProgramThatIsNotThereIsRefusedBeforeAnythingIsSent() {
    Outcome outcome = shell.run("run", "compres", "f");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("millrace: program 'compres': none: choose another\n");
    assertThat(shell.run("run").err())
        .contains("choose one of count, checksum, compress, split, fail, wait");
    assertThat(shell.millrace.memory.puts).hasValue(0);
  }

  @Test
  void wrongOptionsOfACommandAreNamedBeforeAnythingIsSent() {
    Map<List<String>, String> wrong =
        Map.ofEntries(
            entry(List.of("--exec"), "--exec"),
            entry(List.of("--exec", "cat"), "no input given"),
            entry(List.of("--exec", "", "f"), "command: empty"),
            entry(List.of("--exec", "cat", "--exec", "wc", "f"), "--exec"),
            entry(List.of("--reduce", "wc", "count", "f"), "'--reduce' goes with --exec only"),
            entry(List.of("--ship", "f", "count", "f"), "'--ship' goes with --exec only"),
            entry(List.of("--time", "1s", "count", "f"), "'--time' goes with --exec only"),
            entry(
                List.of("--exec", "cat", "--ship", "f", "--split", "chunks", "f"),
                "--split 'chunks': choose lines, bytes, records or whole"),
            entry(
                List.of("--exec", "cat", "--split", "records", "f"),
                "--split records: say with --record-end TEXT"),
            entry(
                List.of("--exec", "cat", "--split", "lines", "--record-end", "x", "f"),
                "--record-end goes with --split records only"),
            entry(
                List.of("--exec", "cat", "--header", "one", "f"), "--header 'one': write a whole"),
            entry(
                List.of("--exec", "cat", "--memory", "1 pound", "f"),
                "--memory '1 pound': write a"),
            entry(
                List.of("--exec", "cat", "--memory", "1KiB", "f"), "limit on memory: 1024: choose"),
            entry(List.of("--exec", "cat", "--scratch", "x", "f"), "--scratch 'x': write a size"),
            entry(List.of("--exec", "cat", "--max-output", "-1", "f"), "--max-output"),
            entry(
                List.of("--exec", "cat", "--processes", "0", "f"), "limit on processes: 0: choose"),
            entry(
                List.of("--exec", "cat", "--processes", "1.5", "f"), "--processes '1.5': write a"),
            entry(List.of("--exec", "cat", "--cores", "two", "f"), "--cores 'two': write a number"),
            entry(List.of("--exec", "cat", "--cores", "0", "f"), "limit on cores: 0: choose"),
            entry(List.of("--exec", "cat", "--time", "9 moons", "f"), "--time '9 moons': write a"),
            entry(List.of("--exec", "cat", "--time", "999d", "f"), "limit on time: "),
            entry(List.of("--exec", "cat", "--priority", "soon", "f"), "soon"));
    wrong.forEach((options, message) -> {
      List<String> words = new ArrayList<>(List.of("run"));
      words.addAll(options);
      Outcome outcome = shell.run(words.toArray(String[]::new));
      assertThat(outcome.err()).as("%s", options).startsWith("millrace: run: ").contains(message);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.status()).as("%s", options).isEqualTo(2);
    });
    assertThat(shell.millrace.memory.puts).hasValue(0);
    assertThat(shell.millrace.jobs.list()).isEmpty();
  }

  @Test
  void badInputsAreNamedBeforeAnythingIsSent() throws IOException {
    Files.createDirectory(folder.resolve("dir"));
    assertThat(shell.run("run", "count", "f", "missing").err())
        .isEqualTo(
            "millrace: "
                + folder.resolve("missing")
                + ": no such file or folder: check the name\n");
    assertThat(shell.run("run", "count", "box/x").err())
        .isEqualTo(
            "millrace: box/x: no such file: check the name, or write mr://box/x for a stored"
                + " object\n");
    assertThat(shell.run("run", "count", "f", "dir").err())
        .contains("it is a folder, and a file is needed: name the files in it");
    assertThat(shell.run("run", "count", "f", "-o", "dir").err())
        .contains("a folder has this name, and a file is to be written");
    assertThat(shell.run("run", "count", "f", "-o", "none/x").err())
        .contains("its folder does not exist: make it first");
    assertThat(shell.run("run", "count", "a\0b").err()).contains("no file can have this name");
    assertThat(shell.run("run", "checksum", "sha265", "f").err())
        .isEqualTo(
            "millrace: sha265: neither a file nor one of md5, sha256: did you mean 'sha256'?\n");
    assertThat(shell.run("run", "count").err()).contains("no input given");
    assertThat(shell.run("run").err()).contains("no program given: choose one of count");
    assertThat(shell.millrace.memory.puts).hasValue(0);
  }

  @Test
  void inputAndOutputMustDiffer() throws IOException {
    Files.createSymbolicLink(folder.resolve("same"), folder.resolve("f"));
    Outcome outcome = shell.run("run", "count", "f", "-o", "same");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("'f' is input and output: choose another output");
    shell.store("box", "x", "1");
    assertThat(shell.run("run", "count", "mr://box/x", "-o", "mr://box/x").status()).isEqualTo(2);
    assertThat(folder.resolve("f")).hasContent("one\ntwo\n");
  }

  @Test
  void anInputThatChangesWhileItIsReadRunsNothing() throws IOException {
    shell.write("moving", "x".repeat(20_000));
    shell.millrace.memory.whileStoring =
        _ -> {
          try {
            shell.write("moving", "y");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    Outcome outcome = shell.run("run", "count", "moving");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("it shrank while it was read");
    assertThat(shell.millrace.jobs.list()).isEmpty();
  }

  @Test
  void jsonNeedsTheAnswerElsewhere() {
    assertThat(shell.run("run", "count", "f", "--json").status()).isEqualTo(2);
    assertThat(shell.run("run", "--json", "count", "f", "-o", "out").json().get("program").asText())
        .isEqualTo("count");
  }

  @Test
  void showsAndCancelsJobs() {
    shell.run("run", "count", "f");
    shell.run("run", "fail", "f");
    Outcome list = shell.run("jobs");
    assertThat(list.out().lines()).hasSize(3);
    assertThat(list.out()).startsWith("JOB   ").contains("succeeded  100%", "failed");
    String id = shell.run("jobs", "--json").json().get(0).get("id").asText();
    assertThat(shell.run("job", id).out())
        .contains("state     failed", "after 1.5 s", "failure   job " + id);
    assertThat(shell.run("job", id, "--wait", "--json").json().get("state").asText())
        .isEqualTo("failed");
    assertThat(shell.run("cancel", id).out()).isEqualTo("job " + id + " failed\n");
    assertThat(shell.run("cancel", id, "--json").json()).hasSize(1);
    assertThat(shell.run("job", "nonsense").status()).isEqualTo(2);
    Outcome missing = shell.run("job", "f".repeat(32));
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("there is none");
  }

  @Test
  void anOptionOfBothIsTheProgramsBeforeItsArguments() {
    ProgramUsage usage = ProgramUsage.parse("grep [-i] [-o] [-F] PATTERN");
    RunWords words = RunWords.sort(java.util.List.of("-o", "a.*", "in", "-o", "out"), usage);
    assertThat(words.arguments()).containsExactly("-o", "a.*");
    assertThat(words.inputs()).containsExactly("in");
    assertThat(words.output()).contains("out");
    assertThat(RunWords.sort(java.util.List.of("a.*", "in", "-o", "out"), usage).output())
        .contains("out");
  }

  @Test
  void usageLinesAreUnderstood() {
    ProgramUsage usage =
        ProgramUsage.parse("sort [-k|--key FIELD] [-n] --order asc|desc [up|down] PATTERN INPUT…");
    assertThat(usage.takesValue("-k")).isTrue();
    assertThat(usage.takesValue("--key")).isTrue();
    assertThat(usage.takesValue("--order")).isTrue();
    assertThat(usage.takesValue("-n")).isFalse();
    assertThat(usage.arguments()).hasSize(2);
    RunWords words =
        RunWords.sort(java.util.List.of("-n", "-k", "2", "a.*", "in", "--", "-x"), usage);
    assertThat(words.arguments()).containsExactly("-n", "-k", "2", "a.*");
    assertThat(words.inputs()).containsExactly("in", "-x");
  }

  @Test
  void anOptionWithAValueCanBeRepeated() {
    ProgramUsage usage =
        ProgramUsage.parse("sort [-n] [-r] [-k|--key KEY]… [-t|--field-separator CHAR] [-b]");
    assertThat(usage.arguments()).isEmpty();
    RunWords words =
        RunWords.sort(
            java.util.List.of("in", "-rk2", "-k", "1,1", "-k2n", "-t", ",", "-o", "out"), usage);
    assertThat(words.inputs()).containsExactly("in");
    assertThat(words.arguments()).containsExactly("-rk2", "-k", "1,1", "-k2n", "-t", ",");
    assertThat(words.output()).contains("out");
  }
}
