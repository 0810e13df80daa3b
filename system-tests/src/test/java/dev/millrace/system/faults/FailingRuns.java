package dev.millrace.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A node of its own over which commands are run that fail, as a user runs them: what is said of
/// each and what is left of it is checked the same way.
final class FailingRuns implements AutoCloseable {
  static final String LINES = "one\ntwo\n";
  private static final int LOOK_MILLIS = 20;
  private static final AtomicInteger MARKERS = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path work;
  private final Cli cli;
  private final UpNode node;

  private FailingRuns(Path work, Cli cli, UpNode node) {
    this.work = work;
    this.cli = cli;
    this.node = node;
  }

  /// A node with the bucket `lab`, in which there is only `in`.
  static FailingRuns start(Path work) throws Exception {
    Cli cli = Cli.of(work.resolve("home"), work);
    FailingRuns runs = new FailingRuns(work, cli, UpNode.start(cli));
    try {
      assertThat(cli.run("mb", "lab").status()).isZero();
      runs.putInput();
      return runs;
    } catch (Exception | AssertionError e) {
      runs.close();
      throw e;
    }
  }

  void putInput() throws Exception {
    String in = file("in", LINES).toString();
    assertThat(cli.run("put", in, "lab/in").status()).isZero();
  }

  Cli cli() {
    return cli;
  }

  UpNode node() {
    return node;
  }

  Path file(String name, String text) throws Exception {
    return Files.writeString(work.resolve(name), text);
  }

  /// A job that failed.
  ///
  /// @param card what `job ID` shows
  /// @param failure of its task, as `job ID --json` has it
  /// @param log of its last attempt
  record Failed(String id, String card, JsonNode failure, String log) {}

  /// Runs a command over `lab/in`, which fails in its second attempt for this cause. Both words are
  /// in the line that the user sees and on the card of the task.
  Failed fails(String cause, String remedy, String command, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("run", "--exec", command));
    words.addAll(List.of(options));
    words.addAll(List.of("mr://lab/in", "-o"));
    words.add(words.contains("--files") ? "mr://lab/out/" : "mr://lab/out");
    Cli.Result run = cli.run(words.toArray(String[]::new));
    assertThat(run.status()).as(command + run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.errorLine())
        .startsWith("millrace: program over 'mr://lab/in': ")
        .contains(cause)
        .contains(remedy + ", and see 'millrace job ")
        .doesNotContain("\n");
    nothingIsLeft();

    JsonNode job = lastJob();
    String id = job.get("id").asText();
    assertThat(job.get("state").asText()).isEqualTo("failed");
    JsonNode failure = json("job", id, "--json").get("failures").get(0);
    String message = failure.get("message").asText();
    assertThat(run.errorLine())
        .isEqualTo("millrace: " + message + ", and see 'millrace job " + id + "'");
    assertThat(failure.get("attempt").asInt()).isEqualTo(2);
    String nodeId = json("nodes", "--json").get(0).get("id").asText();
    assertThat(failure.get("node").asText()).isEqualTo(nodeId);
    String card = cli.run("job", id).out();
    assertThat(card)
        .contains("task      0, attempt 2 on node " + nodeId)
        .contains("cause     " + message);
    return new Failed(id, card, failure, lastLog(id));
  }

  /// What the second attempt said; one that said nothing has no log.
  private String lastLog(String id) throws Exception {
    for (JsonNode log : json("logs", id, "--json")) {
      if (log.get("attempt").asInt() == 2) {
        return log.get("log").asText();
      }
    }
    return "";
  }

  JsonNode lastJob() throws Exception {
    return json("jobs", "--json").get(0);
  }

  JsonNode json(String... arguments) throws Exception {
    Cli.Result result = cli.run(arguments);
    assertThat(result.status()).as(result.err()).isZero();
    return JSON.readTree(result.out());
  }

  /// Nothing was published, and no attempt has files on the node.
  void nothingIsLeft() throws Exception {
    JsonNode stored = json("ls", "--recursive", "lab", "--json");
    assertThat(stored.findValuesAsText("key")).containsExactly("in");
    Path attempts = cli.home().resolve("sandbox").resolve("attempts");
    assertThat(attempts).isEmptyDirectory();
  }

  /// A number of seconds for `sleep` that nobody else on this machine takes.
  static String marker() {
    return "9" + ProcessHandle.current().pid() + "%03d".formatted(MARKERS.incrementAndGet());
  }

  /// Waits until a program has come so far that there is a process with this argument.
  ///
  /// @throws IOException when the command that waits for the program ends before that
  static ProcessHandle awaitProcess(Process command, String argument)
      throws IOException, InterruptedException {
    List<ProcessHandle> found = processes(argument);
    while (found.isEmpty()) {
      if (command.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException("the command ended by itself with " + command.exitValue());
      }
      found = processes(argument);
    }
    return found.getFirst();
  }

  /// The processes of this machine that were started with these arguments and no others.
  static List<ProcessHandle> processes(String... arguments) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .filter(words -> List.of(words).equals(List.of(arguments)))
                .isPresent())
        .toList();
  }

  @Override
  public void close() throws IOException {
    node.close();
  }
}
