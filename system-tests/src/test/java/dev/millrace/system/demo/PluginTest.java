package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import dev.millrace.testkit.SourceJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of a plug-in in `docs/examples`, built and run as its page says, and plug-ins that
/// are no good, to real processes.
final class PluginTest {
  private static final Path EXAMPLE = Path.of("..", "docs", "examples", "tally").normalize();
  private static final String SERVICE =
      "META-INF/services/dev.millrace.compute.program.Instruction";

  /// What SOURCES.md says of the statuses in the log.
  private static final String STATUSES =
      """
         9126 200
          445 304
          213 404
          164 301
           45 206
            3 500
            2 416
            2 403
      """;

  /// The JVM's exit status.
  private static final int OUT_OF_MEMORY = 3;

  private static final int DIE_SECONDS = 60;

  @TempDir Path temp;

  private Cli cli;
  private Path plugins;

  @BeforeEach
  void makeHome() throws IOException {
    cli = Cli.of(temp.resolve("home"), temp);
    plugins = Files.createDirectories(temp.resolve("home").resolve("plugins"));
  }

  /// The sources of the example, and its tests so that they compile too.
  private static SourceJar example(String... folders) throws IOException {
    SourceJar jar =
        new SourceJar()
            .entry(
                SERVICE, Files.readString(EXAMPLE.resolve("src/main/resources").resolve(SERVICE)));
    for (String folder : folders) {
      Path root = EXAMPLE.resolve(folder);
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          // the package of the tests is described once more there
          if (folder.equals("src/main/java") || !file.endsWith("package-info.java")) {
            jar.source(root.relativize(file).toString(), Files.readString(file));
          }
        }
      }
    }
    return jar;
  }

  @Test
  void theExampleAnswersAsTheStandardToolsDo() throws Exception {
    example("src/main/java").write(plugins.resolve("tally-1.0.jar"));
    Path files = Files.createDirectories(temp.resolve("files"));
    Corpus.unpack(files, "logs");
    String log = files.resolve("logs/elastic/apache_access.log").toString();

    Cli.Result tally = cli.run("run", "tally", "-f", "9", "-d", " ", log);
    done(tally);
    assertThat(tally.out()).isEqualTo(STATUSES);
    assertThat(Files.readString(EXAMPLE.resolve("README.md"))).contains(STATUSES);

    done(cli.run("mb", "lab"));
    done(cli.run("put", log, "lab/log"));
    try (UpNode node = UpNode.start(cli)) {
      done(
          cli.shell(
              "cmp <($MILLRACE run tally -f 1 -d ' ' mr://lab/log mr://lab/log)"
                  + " <(cat '"
                  + log
                  + "' '"
                  + log
                  + "' | cut -d ' ' -f 1 | LC_ALL=C sort | uniq -c | LC_ALL=C sort -rn)"));
      Cli.Result without = cli.run("run");
      assertThat(without.errorLine()).contains(", tally, ");
      done(cli.shell("seq 10001 > numbers"));
      Cli.Result tooMany = cli.run("run", "tally", "-f", "1", "numbers");
      assertThat(tooMany.status()).isEqualTo(1);
      assertThat(tooMany.errorLine()).contains("more than 10000 different values").hasLineCount(1);
      assertThat(node.stop()).isZero();
    }
  }

  @Test
  void theTestsOfTheExampleCompile() throws Exception {
    assertThat(example("src/main/java", "src/test/java").compile().write(temp.resolve("all.jar")))
        .isNotEmptyFile();
  }

  @Test
  void aBadPluginIsLeftOutAndTheNodeStarts() throws Exception {
    Path file = Files.writeString(temp.resolve("f"), "one two\n");
    Files.writeString(plugins.resolve("shout-2.1.jar"), "torn");
    example("src/main/java").write(plugins.resolve("tally-1.0.jar"));
    Cli.Result shout = cli.run("run", "shout", file.toString());
    assertThat(shout.status()).isEqualTo(1);
    assertThat(shout.errorLine())
        .startsWith(
            "millrace: program 'shout': left out when the node started: plug-in shout-2.1.jar")
        .hasLineCount(1);
    assertThat(cli.run("run", "tally", "-f", "1", file.toString()).out())
        .isEqualTo("      1 one two\n");
    List<String> log = Files.readAllLines(temp.resolve("home/logs/millrace.log"));
    assertThat(log.stream().filter(line -> line.contains("shout")))
        .hasSize(2) // one for each start
        .allMatch(line -> line.contains(" WARN ") && line.contains("put a whole one there"));
  }

  @Test
  void aPluginThatThrowsFailsItsJobOnly() throws Exception {
    Path file = Files.writeString(temp.resolve("f"), "one two\n");
    example("src/main/java")
        .source(
            "org/example/tally/TallyInstruction.java",
            Files.readString(
                    EXAMPLE.resolve("src/main/java/org/example/tally/TallyInstruction.java"))
                .replace("int field = 0;", "int field = Integer.parseInt(\"oops\");"))
        .write(plugins.resolve("tally-1.0.jar"));
    try (UpNode node = UpNode.start(cli)) {
      Cli.Result broken = cli.run("run", "tally", "-f", "1", file.toString());
      assertThat(broken.status()).isEqualTo(1);
      assertThat(broken.errorLine())
          .contains(
              "plug-in tally-1.0.jar", "NumberFormatException", "report it to the plug-in's maker")
          .hasLineCount(1);
      assertThat(cli.run("run", "count", "-w", file.toString()).out())
          .isEqualTo("2 " + file + "\n");
      assertThat(node.stop()).isZero();
    }
  }

  /// The JVM ends when the heap is full, whoever filled it.
  @Test
  void aPluginThatTakesAllMemoryTakesTheNodeAlongTwiceAndNotForEver() throws Exception {
    Path file = Files.writeString(temp.resolve("f"), "one two\n");
    example("src/main/java")
        .source(
            "org/example/tally/TallyCall.java",
            Files.readString(EXAMPLE.resolve("src/main/java/org/example/tally/TallyCall.java"))
                .replace("byte[] buffer = context.buffer();", "byte[] buffer = new byte[1 << 30];"))
        .write(plugins.resolve("tally-1.0.jar"));
    Cli.Result died = cli.run("run", "tally", "-f", "1", file.toString());
    assertThat(died.status()).isEqualTo(OUT_OF_MEMORY);
    Process again =
        cli.builder(cli.words("up", "--port", "0"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(again.waitFor(DIE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(again.exitValue()).isEqualTo(OUT_OF_MEMORY);
    } finally {
      again.destroyForcibly();
    }
    Cli.Result jobs = cli.run("jobs", "--json");
    done(jobs);
    assertThat(jobs.out()).contains("\"failed\"", "died twice", "report it to the plug-in's maker");
    assertThat(cli.run("run", "count", "-w", file.toString()).out()).isEqualTo("2 " + file + "\n");
  }

  private static void done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
  }
}
