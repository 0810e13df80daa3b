package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Clock;
import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many small files put and got back, and put again.
///
/// `-Dmillrace.tree=FOLDER` takes a tree that is there instead of a generated one; nothing in it is
/// changed.
final class TreeTest {
  private static final int FILES = 3000;
  private static final String[] ODD_NAMES = {
    "with space", "\u00fcml\u00e4ut", "\ud83d\ude00", "-dash", "quote'\"", "tab\there",
        "line\nbreak", ".hidden",
    "back\\slash", "star*", "100%", "a&b=c", "#hash", "~", "\u65e5\u672c\u8a9e", "trailing."
  };

  @TempDir Path temp;

  @Test
  void aTreeComesBackTheSameAndIsSentOnce() throws Exception {
    String given = System.getProperty("millrace.tree", "");
    Path tree = given.isEmpty() ? generate() : Path.of(given).toRealPath();
    Map<String, String> digests = Digests.ofTree(tree);
    Cli cli = Cli.of(temp.resolve("home"), temp);
    done(cli.run("mb", "lab"));

    Cli.Result first = timed("put", cli, "put", tree.toString(), "lab/tree/", "--json");
    assertThat(stored(first)).isEqualTo(digests.size());
    Cli.Result again = timed("put again", cli, "put", tree.toString(), "lab/tree/", "--json");
    assertThat(stored(again)).isZero();

    Path back = temp.resolve("back");
    timed("get", cli, "get", "lab/tree/", "-o", back.toString());
    assertThat(Digests.ofTree(back)).isEqualTo(digests);
    System.out.println("tree of " + digests.size() + " files");
  }

  @Test
  void onlyWhatChangedIsSent() throws Exception {
    Path tree = generate();
    Cli cli = Cli.of(temp.resolve("home"), temp);
    done(cli.run("mb", "lab"));
    done(cli.run("put", tree.toString(), "lab/"));
    // other bytes of the same length and time; more bytes; a new file; one that is gone
    Path same = tree.resolve("folder-0").resolve("file-0");
    FileTime time = Files.getLastModifiedTime(same);
    byte[] bytes = Files.readAllBytes(same);
    bytes[0] ^= 1;
    Files.write(same, bytes);
    Files.setLastModifiedTime(same, time);
    Files.writeString(tree.resolve("folder-1").resolve("file-1"), "longer by far than before");
    Files.writeString(tree.resolve("new"), "new");
    Files.delete(tree.resolve("folder-2").resolve("file-2"));

    Cli.Result again = cli.run("put", tree.toString(), "lab/", "--json");
    done(again);
    assertThat(stored(again)).isEqualTo(3);
    Map<String, String> now = Digests.ofTree(tree);
    Path back = temp.resolve("back");
    done(cli.run("get", "lab/", "-o", back.toString()));
    Map<String, String> got = Digests.ofTree(back);
    // a put stores and does not remove
    assertThat(got.remove("folder-2/file-2")).isNotNull();
    assertThat(got).isEqualTo(now);
  }

  private Path generate() throws IOException {
    Path tree = temp.resolve("tree");
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < FILES; i++) {
      Path folder = tree.resolve("folder-" + i % 40);
      if (i % 7 == 0) {
        folder = folder.resolve("deep").resolve("er");
      }
      Files.createDirectories(folder);
      byte[] bytes = new byte[1 + random.nextInt(i % 100 == 0 ? 300_000 : 6_000)];
      random.nextBytes(bytes);
      boolean odd = i % 50 == 3;
      String name = odd ? ODD_NAMES[(i / 50) % ODD_NAMES.length] + i : "file-" + i;
      Files.write(folder.resolve(name), bytes);
    }
    Files.createDirectories(tree.resolve("folder-0"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(tree.resolve("folder-" + i).resolve("file-" + i), "text " + i);
    }
    return tree;
  }

  private static Cli.Result timed(String what, Cli cli, String... words) throws Exception {
    long begin = Clock.system().nanoTime();
    Cli.Result result = cli.run(words);
    done(result);
    System.out.printf("%s: %.1f s%n", what, (Clock.system().nanoTime() - begin) / 1e9);
    return result;
  }

  private static long stored(Cli.Result put) {
    return put.out().lines().filter(line -> line.contains("\"action\":\"stored\"")).count();
  }

  private static void done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
  }
}
