package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.UpNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A node that runs, its bucket `lab`, and programs over what is stored there. Every command has to
/// succeed.
final class Lab implements AutoCloseable {
  private final Cli cli;
  private final UpNode node;

  private Lab(Cli cli, UpNode node) {
    this.cli = cli;
    this.node = node;
  }

  /// @param temp an empty folder
  static Lab open(Path temp) throws Exception {
    Cli cli = Cli.of(temp.resolve("home"), temp);
    done(cli.run("mb", "lab"));
    return new Lab(cli, UpNode.start(cli));
  }

  /// Stores files as `mr://lab/KEY`, or under it when it ends with `/`.
  void store(String key, List<Path> files) throws Exception {
    List<String> words = new ArrayList<>(List.of("put"));
    files.forEach(file -> words.add(file.toString()));
    words.add("lab/" + key);
    done(cli.run(words.toArray(String[]::new)));
  }

  /// Runs instructions, each over the answer of the one before it.
  ///
  /// @param first the first with its arguments and its input, as typed
  /// @param more the others with their arguments
  String instructions(String first, String... more) throws Exception {
    Stream<String> others = Stream.of(more).map(instruction -> instruction + " -");
    String line =
        Stream.concat(Stream.of(first), others)
            .map(instruction -> "$MILLRACE run " + instruction)
            .collect(Collectors.joining(" | "));
    return done(cli.shell(line));
  }

  /// Runs a command of a shell.
  ///
  /// @param words options and inputs
  String executable(String command, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("run", "--exec", command));
    all.addAll(List.of(words));
    return done(cli.run(all.toArray(String[]::new)));
  }

  private static String done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  /// What a table of `uniq -c` says, in its order; each value stands there once.
  static Map<String, Long> counts(String table) {
    Map<String, Long> counts = new LinkedHashMap<>();
    table
        .lines()
        .forEach(row -> {
          String[] words = row.strip().split(" ", 2);
          assertThat(counts.put(words[1], Long.parseLong(words[0]))).as(row).isNull();
        });
    return counts;
  }

  @Override
  public void close() throws IOException {
    node.close();
  }
}
