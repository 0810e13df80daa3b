package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.Shell.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PutTest {
  @TempDir Path folder;
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void open() {
    shell = new Shell(folder);
    shell.run("mb", "box");
  }

  @Test
  void storesAFileUnderTheKey() throws IOException {
    shell.write("a.txt", "hello");
    Outcome outcome = shell.run("put", "a.txt", "mr://box/deep/key");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).isEqualTo("stored 1 file, 5 B\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(shell.stored("box", "deep/key")).isEqualTo("hello");
  }

  @Test
  void aTargetThatIsAFolderKeepsTheName() throws IOException {
    shell.write("a.txt", "1");
    shell.write("b.txt", "2");
    assertThat(shell.run("put", "a.txt", "box").status()).isZero();
    assertThat(shell.run("put", "a.txt", "b.txt", "box/sub/").status()).isZero();
    assertThat(shell.keys("box")).containsExactly("a.txt", "sub/a.txt", "sub/b.txt");
  }

  @Test
  void storesAnEmptyFileAndStandardInput() throws IOException {
    shell.write("empty", "");
    shell.input = "from a pipe".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(shell.run("put", "empty", "box/empty").status()).isZero();
    assertThat(shell.run("put", "-", "box/stdin").status()).isZero();
    assertThat(shell.stored("box", "empty")).isEmpty();
    assertThat(shell.stored("box", "stdin")).isEqualTo("from a pipe");
  }

  @Test
  void standardInputNeedsAWholeKey() {
    Outcome outcome = shell.run("put", "-", "box/");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: put: standard input has no name: write a whole key, as in mr://box/NAME:"
                + " see 'millrace help put'\n");
  }

  @Test
  void storesAFolderWithRelativeKeysAndEmoji() throws IOException {
    shell.write("dir/a", "1");
    shell.write("dir/sub/b", "2");
    shell.write("dir/sub-x", "3");
    shell.write("dir/sub.y/😀 ü", "4");
    Outcome outcome = shell.run("put", "dir", "box/p");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).isEqualTo("stored 4 files, 4 B\n");
    assertThat(shell.keys("box")).containsExactly("p/a", "p/sub-x", "p/sub.y/😀 ü", "p/sub/b");
  }

  @Test
  void aRepeatedFolderSendsOnlyWhatChanged() throws IOException {
    shell.millrace.memory.pageLimit = 7;
    for (int i = 0; i < 50; i++) {
      shell.write("dir/" + i % 5 + "/f" + i, "content " + i);
    }
    shell.run("put", "dir", "box");
    shell.write("dir/1/f1", "CONTENT 1");
    shell.write("dir/2/f2", "longer than it was");
    shell.write("dir/0/new", "new");
    Files.setLastModifiedTime(folder.resolve("dir/3/f3"), FileTime.fromMillis(1));
    shell.millrace.memory.puts.set(0);
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.out()).startsWith("stored 3 files").endsWith("; 48 unchanged\n");
    assertThat(shell.millrace.memory.puts).hasValue(3);
    assertThat(shell.stored("box", "1/f1")).isEqualTo("CONTENT 1");
    Outcome json = shell.run("put", "dir", "box", "--json");
    assertThat(json.json()).hasSize(51);
    assertThat(json.json().findValuesAsText("action")).containsOnly("unchanged");
  }

  @Test
  void oneBadFileIsNamedAndTheOthersAreStored() throws IOException {
    shell.write("a", "1");
    shell.write("c", "3");
    Outcome outcome = shell.run("put", "a", "missing", "c", "box/");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: "
                + folder.resolve("missing")
                + ": no such file or folder: check the name\n");
    assertThat(outcome.out()).isEqualTo("stored 2 files, 2 B; 1 failed\n");
    assertThat(shell.keys("box")).containsExactly("a", "c");
  }

  @Test
  void namesLinksInACircleDanglingLinksAndPipesInAFolder() throws Exception {
    shell.write("dir/a", "1");
    shell.write("outside", "2");
    Files.createSymbolicLink(folder.resolve("dir/link"), folder.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("dir/loop"), folder.resolve("dir"));
    Files.createSymbolicLink(folder.resolve("dir/nothing"), folder.resolve("nowhere"));
    assertThat(
            new ProcessBuilder("mkfifo", folder.resolve("dir/pipe").toString()).start().waitFor())
        .isZero();
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines())
        .containsExactly(
            "millrace: "
                + folder.resolve("dir/loop")
                + ": a link that leads back to "
                + folder.resolve("dir")
                + ": skipped",
            "millrace: "
                + folder.resolve("dir/nothing")
                + ": a symbolic link to what does not exist: correct or remove the link",
            "millrace: " + folder.resolve("dir/pipe") + ": a named pipe: skipped");
    assertThat(shell.keys("box")).containsExactly("a", "link");
  }

  @Test
  void aNameThatIsNotUtf8IsRefusedAndNeverStoredUnderAnother() throws Exception {
    Files.createDirectory(folder.resolve("dir"));
    shell.write("dir/good", "1");
    String command = "printf x > \"$(printf 'dir/bad\\377name')\"";
    Process process = new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).start();
    assertThat(process.waitFor()).isZero();
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("its name is not valid UTF-8, and a key must be: rename it");
    assertThat(shell.keys("box")).containsExactly("good");
  }

  @Test
  void aKeyThatIsTooLongIsNamedWithItsFile() throws IOException {
    String deep = ("d".repeat(200) + "/").repeat(5) + "e".repeat(100);
    shell.write("dir/" + deep, "1");
    shell.write("dir/ok", "2");
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("1105 bytes are more than the 1024 allowed: rename it");
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(shell.keys("box")).containsExactly("ok");
  }

  @Test
  void anUnreadableFileIsNamed() throws IOException {
    Path secret = shell.write("secret", "1");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Outcome outcome = shell.run("put", "secret", "box/x");
    // The superuser reads everything.
    boolean readable = Files.isReadable(secret);
    assertThat(outcome.status()).isEqualTo(readable ? 0 : 1);
    assertThat(outcome.err())
        .isEqualTo(
            readable
                ? ""
                : "millrace: "
                    + secret
                    + ": permission denied: change its permissions or run as its owner\n");
  }

  @Test
  void aDeviceGivenByNameIsReadAsAStream() {
    assertThat(shell.run("put", "/dev/null", "box/null").status()).isZero();
    assertThat(shell.stored("box", "null")).isEmpty();
    assertThat(shell.run("put", "/proc/self/status", "box/status").status()).isZero();
    assertThat(shell.stored("box", "status")).contains("Pid:");
  }

  @Test
  void aFileThatGrowsWhileItIsReadIsNotStored() throws IOException {
    changed(path -> Files.writeString(path, "more", StandardOpenOption.APPEND), "it grew");
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsNotStored() throws IOException {
    changed(path -> Files.writeString(path, "less"), "it shrank");
  }

  @Test
  void aFileThatVanishesWhileItIsReadIsNotStored() throws IOException {
    changed(Files::delete, "it vanished");
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsNotStored() throws IOException {
    changed(
        path -> {
          Path other = Files.writeString(path.resolveSibling("other"), "y".repeat(20_000));
          Files.move(other, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        },
        "it was replaced");
  }

  @Test
  void aFileOfTheSameSizeThatIsWrittenToWhileItIsReadIsNotStored() throws IOException {
    changed(
        path -> {
          Files.writeString(path, "z".repeat(20_000));
          Files.setLastModifiedTime(path, FileTime.fromMillis(1));
        },
        "it was written to");
  }

  private interface Change {
    void apply(Path path) throws IOException;
  }

  private void changed(Change change, String how) throws IOException {
    Path file = shell.write("dir/moving", "x".repeat(20_000));
    shell.write("dir/still", "1");
    shell.millrace.memory.whileStoring =
        key -> {
          if (key.endsWith("moving")) {
            try {
              change.apply(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "millrace: "
                + file
                + ": "
                + how
                + " while it was read: nothing was stored; try again when nobody writes to it\n");
    assertThat(shell.keys("box")).contains("still").doesNotContain("moving");
  }

  @Test
  void anInterruptLeavesNothingVisible() throws IOException {
    shell.write("big", "x".repeat(20_000));
    shell.millrace.memory.whileStoring = _ -> shell.interrupt();
    Outcome outcome = shell.run("put", "big", "box/big");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("millrace: interrupted: stopped as asked: run the command again to go on\n");
    assertThat(shell.keys("box")).isEmpty();
    assertThat(shell.watchesInterrupts()).isFalse();
  }

  @Test
  void aFailureOfTheStoreEndsTheCommandWithOneLine() throws IOException {
    for (int i = 0; i < 100; i++) {
      shell.write("dir/" + i, "x");
    }
    shell.millrace.memory.broken =
        Optional.of(
            new MillraceException(
                ErrorCode.DISK_FULL, "volume 1: no space left: add a disk or remove files"));
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("millrace: volume 1: no space left: add a disk or remove files\n");
  }

  @Test
  void aDiskErrorOfTheStoreIsNotTakenForTheFiles() throws IOException {
    shell.write("dir/a", "x");
    shell.write("dir/b", "x");
    shell.millrace.memory.broken =
        Optional.of(
            new MillraceException(
                ErrorCode.IO_ERROR, "volume 1: it broke: replace it", new IOException("EIO")));
    Outcome outcome = shell.run("put", "dir", "box");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("millrace: volume 1: it broke: replace it\n");
  }

  @Test
  void theNodesOwnFolderIsLeftOut() throws IOException {
    shell.write("home/catalog/log", "x");
    shell.write("notes", "1");
    Outcome outcome = shell.run("put", ".", "box");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).contains("the folder of Millrace itself: skipped");
    assertThat(shell.keys("box")).containsExactly("notes");
  }

  @Test
  void aMissingBucketIsNamed() throws IOException {
    shell.write("a", "1");
    Outcome outcome = shell.run("put", "a", "nobox/a");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("millrace: bucket nobox: there is none: make it first\n");
  }

  @Test
  void severalSourcesNeedAFolderAndAloneSourceNeedsATarget() throws IOException {
    shell.write("a", "1");
    assertThat(shell.run("put", "a", "a", "box/x").status()).isEqualTo(2);
    assertThat(shell.run("put", "a").status()).isEqualTo(2);
    assertThat(shell.run("put", "a", "BOX/x").err()).contains("bucket 'BOX': not a bucket name");
  }

  @Test
  void progressIsShownOnATerminalOrWhenAsked() throws IOException {
    shell.write("a", "1");
    assertThat(shell.run("put", "a", "box/").err()).isEmpty();
    assertThat(shell.run("put", "a", "box/", "--progress").err()).contains("put");
    shell.errIsTerminal = true;
    assertThat(shell.run("put", "a", "box/").err()).contains("put");
    assertThat(shell.run("put", "a", "box/", "--no-progress").err()).isEmpty();
  }

  @Test
  void jsonSaysWhatWasStored() throws IOException {
    shell.write("a", "hello");
    Outcome outcome = shell.run("put", "a", "box/", "--json");
    assertThat(outcome.json()).hasSize(1);
    assertThat(outcome.json().get(0).get("key").asText()).isEqualTo("a");
    assertThat(outcome.json().get(0).get("etag").asText())
        .isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(outcome.json().get(0).get("action").asText()).isEqualTo("stored");
  }
}
