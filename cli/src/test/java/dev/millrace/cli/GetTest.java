package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Shell.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GetTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() {
    shell = new Shell(folder);
    shell.store("box", "a", "0123456789");
  }

  private List<String> left(String name) throws IOException {
    try (Stream<Path> paths = Files.walk(folder.resolve(name))) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> folder.resolve(name).relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void writesToStandardOutput() {
    assertThat(shell.run("get", "box/a").out()).isEqualTo("0123456789");
    assertThat(shell.run("get", "mr://box/a", "-o", "-").out()).isEqualTo("0123456789");
  }

  @Test
  void readsRanges() {
    assertThat(shell.run("get", "box/a", "--range", "2-4").out()).isEqualTo("234");
    assertThat(shell.run("get", "box/a", "--range", "7-").out()).isEqualTo("789");
    assertThat(shell.run("get", "box/a", "--range", "-2").out()).isEqualTo("89");
    assertThat(shell.run("get", "box/a", "--range=8-100").out()).isEqualTo("89");
    Outcome behind = shell.run("get", "box/a", "--range", "10-");
    assertThat(behind.status()).isEqualTo(1);
    assertThat(behind.err())
        .isEqualTo("millrace: range from 10: the object has 10 bytes: ask for a range inside it\n");
    assertThat(shell.run("get", "box/a", "--range", "4-2").status()).isEqualTo(2);
    assertThat(shell.run("get", "box/a", "--range", "x").err())
        .isEqualTo(
            "millrace: get: range 'x' is none: write 0-99, 100- or -100: see 'millrace help"
                + " get'\n");
  }

  @Test
  void writesAFileAndReplacesOne() throws IOException {
    shell.write("out", "old");
    assertThat(shell.run("get", "box/a", "-o", "out").status()).isZero();
    assertThat(folder.resolve("out")).hasContent("0123456789");
    assertThat(left("")).containsExactly("out");
  }

  @Test
  void writesIntoAFolderUnderTheLastName() {
    shell.store("box", "deep/name", "x");
    assertThat(shell.run("get", "box/deep/name", "-o", "new/").status()).isZero();
    assertThat(folder.resolve("new/name")).hasContent("x");
  }

  @Test
  void readsAnEarlierVersion() {
    String first = shell.run("stat", "box/a", "--json").json().get("version").asText();
    shell.store("box", "a", "second");
    assertThat(shell.run("get", "box/a").out()).isEqualTo("second");
    assertThat(shell.run("get", "box/a", "--version", first).out()).isEqualTo("0123456789");
    assertThat(shell.run("get", "box/a", "--version", "nonsense").status()).isEqualTo(2);
    assertThat(shell.run("get", "box/a", "--version", "f".repeat(32)).err())
        .contains("no such version");
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    shell.write("out", "old");
    Outcome outcome = shell.run("get", "box/missing", "-o", "out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(folder.resolve("out")).hasContent("old");
    assertThat(left("")).containsExactly("out");
  }

  @Test
  void aPlaceThatCanNotBeWrittenIsNamed() {
    assertThat(shell.run("get", "box/a", "-o", "none/out").err())
        .isEqualTo(
            "millrace: "
                + folder.resolve("none/out")
                + ": its folder does not exist: make it first\n");
    Outcome proc = shell.run("get", "box/a", "-o", "/proc/nothing");
    assertThat(proc.status()).isEqualTo(1);
    assertThat(proc.err().lines()).hasSize(1);
    Outcome full = shell.run("get", "box/a", "-o", "/dev/full");
    assertThat(full.status()).isEqualTo(1);
    assertThat(full.err())
        .isEqualTo(
            "millrace: /dev/full: No space left on device: make room there or choose another"
                + " place\n");
  }

  @Test
  void aDeviceIsWrittenToAsItIs() {
    assertThat(shell.run("get", "box/a", "-o", "/dev/null").status()).isZero();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void aBrokenPipeEndsQuietly() {
    shell.store("box", "large", "x".repeat(300_000));
    Outcome outcome = shell.run(failing("Broken pipe"), "get", "box/large");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).isEmpty();
    Outcome small = shell.run(failing("Broken pipe"), "ls", "box");
    assertThat(small.status()).isEqualTo(1);
    assertThat(small.err()).isEmpty();
  }

  @Test
  void aFullStandardOutputIsNamed() {
    Outcome outcome = shell.run(failing("No space left on device"), "get", "box/a");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: standard output: No space left on device: make room there or choose"
                + " another place\n");
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @Test
  void readsEverythingUnderAPrefixIntoAFolder() throws IOException {
    shell.store("box", "p/x", "1");
    shell.store("box", "p/sub/y", "2");
    shell.store("box", "p/empty/", "");
    Outcome outcome = shell.run("get", "box/p/", "-o", "out");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("read 2 files, 2 B\n");
    assertThat(left("out")).containsExactly("sub/y", "x");
    assertThat(folder.resolve("out/empty")).isDirectory();
    assertThat(shell.run("get", "box", "-o", "all", "--json").json()).hasSize(3);
    assertThat(left("all")).containsExactly("a", "p/sub/y", "p/x");
  }

  @Test
  void aFolderPutComesBackTheSame() throws IOException {
    for (int i = 0; i < 60; i++) {
      shell.write("src/" + i % 7 + "/f" + i, "x".repeat(i * 100));
    }
    shell.millrace.memory.pageLimit = 9;
    assertThat(shell.run("put", "src", "box/tree").status()).isZero();
    assertThat(shell.run("get", "box/tree/", "-o", "back").status()).isZero();
    assertThat(left("back")).isEqualTo(left("src"));
    for (String name : left("src")) {
      assertThat(folder.resolve("back").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("src").resolve(name));
    }
  }

  @Test
  void keysNeverLeadOutOfTheFolder() throws IOException {
    shell.store("evil", "../up", "1");
    shell.store("evil", "/etc/x", "1");
    shell.store("evil", "a//b", "1");
    shell.store("evil", "a/../../up", "1");
    shell.store("evil", "./c", "1");
    shell.store("evil", "fine", "1");
    Outcome outcome = shell.run("get", "evil", "-o", "work/out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines())
        .hasSize(5)
        .contains(
            "millrace: key '../up': '..' would lead out of the folder: get it with -o FILE",
            "millrace: key 'a//b': an empty name between slashes is no path: get it with -o FILE");
    assertThat(outcome.out()).isEqualTo("read 1 file, 1 B; 5 failed\n");
    assertThat(left("work")).containsExactly("out/fine");
    shell.store("evil", "x/..", "1");
    assertThat(shell.run("get", "evil/x/..", "-o", "work").err()).contains("would lead out");
  }

  @Test
  void aLinkInTheFolderDoesNotLeadOutOfIt() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.createDirectories(folder.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve("out/link"), folder.resolve("elsewhere"));
    shell.store("evil", "link/x", "1");
    Outcome outcome = shell.run("get", "evil", "-o", "out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("is a link that leads out of the folder");
    assertThat(left("elsewhere")).isEmpty();
  }

  @Test
  void aKeyThatIsFileAndFolderIsAnErrorForTheSecond() throws IOException {
    shell.store("both", "a/b", "1");
    shell.store("both", "a/b-x", "2");
    shell.store("both", "a/b/c", "3");
    shell.store("both", "a/z", "4");
    Outcome outcome = shell.run("get", "both/a/", "-o", "out");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: key 'b/c': 'b' is a key too, and a file can't be a folder: get it by"
                + " itself\n");
    assertThat(left("out")).containsExactly("b", "b-x", "z");
  }

  @Test
  void aPrefixNeedsAFolderAndSomethingUnderIt() {
    assertThat(shell.run("get", "box/p/").status()).isEqualTo(2);
    assertThat(shell.run("get", "box/", "--range", "0-1", "-o", "x").status()).isEqualTo(2);
    Outcome nothing = shell.run("get", "box/none/", "-o", "x");
    assertThat(nothing.status()).isEqualTo(1);
    assertThat(nothing.err())
        .isEqualTo("millrace: mr://box/none/: no key begins with this: see 'millrace ls box'\n");
    shell.store("box", "p/x", "1");
    assertThat(shell.run("get", "box/p/", "-o", "file-there").status()).isZero();
  }
}
