package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.system.process.Cli;
import dev.millrace.system.process.Digests;
import dev.millrace.system.process.UpNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real files put, counted, checksummed, compressed and got back; every answer is that of the
/// standard tool, byte for byte.
final class CorpusTest {
  @TempDir Path temp;

  @Test
  void everyFileComesBackAndEveryAnswerIsThatOfTheTool() throws Exception {
    Path files = Files.createDirectories(temp.resolve("files"));
    Corpus.unpack(files);
    Map<String, String> digests = Digests.ofTree(files);
    assertThat(digests).hasSizeGreaterThan(20);
    Cli cli = Cli.of(temp.resolve("home"), temp);
    try (UpNode node = UpNode.start(cli)) {
      done(cli.run("mb", "lab"));
      done(cli.run("put", files.toString(), "lab/"));

      // all files in one command each, as the tools take them
      String all = String.join("\n", digests.keySet());
      Files.writeString(temp.resolve("list"), all + "\n");
      done(
          cli.shell(
              "cmp <($MILLRACE run checksum sha256 $(sed 's#^#mr://lab/#' list) | cut -d' ' -f1)"
                  + " <(cd files && sha256sum $(cat ../list) | cut -d' ' -f1)"));
      done(
          cli.shell(
              "cmp <($MILLRACE run checksum md5 $(sed 's#^#files/#' list))"
                  + " <(md5sum $(sed 's#^#files/#' list))"));
      done(
          cli.shell(
              "cmp <($MILLRACE run count $(sed 's#^#files/#' list))"
                  + " <(LC_ALL=C wc $(sed 's#^#files/#' list))"));

      for (Corpus.Known known : Corpus.KNOWN) {
        String file = known.file();
        String stored = "mr://lab/" + file;
        done(cli.run("run", "compress", stored, "-o", "answer.zst"));
        done(cli.shell("zstd -q -d -c answer.zst | cmp - files/" + file));
        done(cli.run("run", "compress", "--format", "gzip", stored, "-o", "answer.gz"));
        done(cli.shell("gzip -d -c answer.gz | cmp - files/" + file));
      }

      Path back = temp.resolve("back");
      done(cli.run("get", "lab/", "-o", back.toString()));
      assertThat(Digests.ofTree(back)).isEqualTo(digests);
      assertThat(node.stop()).isZero();
    }
  }

  @Test
  void theCountsAreThoseThatAreKnown() throws Exception {
    Path files = Files.createDirectories(temp.resolve("files"));
    Corpus.unpack(files);
    Cli cli = Cli.of(temp.resolve("home"), temp);
    List<String> command = new ArrayList<>(List.of("run", "count"));
    for (Corpus.Known known : Corpus.KNOWN) {
      command.add(files.resolve(known.file()).toString());
    }
    Cli.Result count = cli.run(command.toArray(String[]::new));
    done(count);
    List<String> rows = count.out().lines().toList();
    for (int i = 0; i < Corpus.KNOWN.size(); i++) {
      Corpus.Known known = Corpus.KNOWN.get(i);
      String[] words = rows.get(i).strip().split(" +", -1);
      isKnown(known.file() + " lines", words[0], known.lines());
      isKnown(known.file() + " words", words[1], known.words());
      isKnown(known.file() + " bytes", words[2], known.bytes());
    }
  }

  private static void isKnown(String what, String counted, long known) {
    if (known >= 0) {
      assertThat(Long.parseLong(counted)).as(what).isEqualTo(known);
    }
  }

  private static void done(Cli.Result result) {
    assertThat(result.status()).as(result.out() + result.err()).isZero();
  }
}
