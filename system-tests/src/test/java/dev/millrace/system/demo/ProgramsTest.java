package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What SOURCES.md of the corpus says of its texts, logs and tables, got by instructions and by
/// commands of a shell: every figure is a quotation.
final class ProgramsTest extends AbstractLabTest {
  /// `the 86,354, and 68,232, to 49,411, …`
  private static final Map<String, Long> FREQUENT_WORDS =
      Map.of(
          "the", 86_354L, "and", 68_232L, "to", 49_411L, "of", 47_789L, "a", 39_022L, "i", 35_768L,
          "in", 32_281L, "that", 24_736L);

  /// `status 200 9,126; 304 445; …`
  private static final Map<String, Long> STATUSES =
      Map.of(
          "200", 9_126L, "304", 445L, "404", 213L, "301", 164L, "206", 45L, "500", 3L, "403", 2L,
          "416", 2L);

  /// `counts of 0..5: 530, 11,870, …`
  private static final Map<String, Long> RATINGS =
      Map.of("0", 530L, "1", 11_870L, "2", 10_377L, "3", 14_971L, "4", 74_205L, "5", 466_852L);

  private static final String SUM = "awk '{ n += $1 } END { print n }'";

  private void store(String packed, String file, String key) throws Exception {
    Path files = Files.createDirectories(temp.resolve("files"));
    Corpus.unpack(files, packed);
    lab.store(key, List.of(files.resolve(file)));
  }

  @Test
  void theWordsOfNovels() throws Exception {
    store("silesia/dickens.zip", "silesia/dickens", "dickens");

    assertThat(lab.instructions("count -l -w mr://lab/dickens"))
        .isEqualTo("  200783  1789837 mr://lab/dickens\n");
    lab.instructions("grep -o '[A-Za-z]\\+' mr://lab/dickens -o mr://lab/words");
    assertThat(lab.instructions("count -l mr://lab/words")).isEqualTo("1818509 mr://lab/words\n");
    assertThat(lab.instructions("sort -f -u mr://lab/words", "count -l")).isEqualTo("28725 -\n");
    for (Map.Entry<String, Long> word : FREQUENT_WORDS.entrySet()) {
      assertThat(lab.instructions("grep -i -c '^" + word.getKey() + "$' mr://lab/words"))
          .isEqualTo(word.getValue() + "\n");
    }

    assertThat(
            lab.executable(
                "wc -l -w",
                "--reduce",
                "awk '{ lines += $1; words += $2 } END { print lines, words }'",
                "mr://lab/dickens"))
        .isEqualTo("200783 1789837\n");
    Map<String, Long> table =
        Lab.counts(
            lab.executable(
                "tr -c -s A-Za-z '\\n' | tr A-Z a-z | grep . | sort | uniq -c",
                "--reduce",
                "awk '{ n[$2] += $1 } END { for (word in n) print n[word], word }' | sort -n -r",
                "mr://lab/dickens"));
    assertThat(table).hasSize(28_725);
    assertThat(table.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1_818_509);
    assertThat(table.keySet()).startsWith("the", "and", "to", "of", "a", "i", "in", "that");
    assertThat(table).containsAllEntriesOf(FREQUENT_WORDS);
  }

  @Test
  void theRecordsOfChemistry() throws Exception {
    store("silesia/nci.zip", "silesia/nci", "nci");

    assertThat(lab.instructions("count -l mr://lab/nci")).isEqualTo("840551 mr://lab/nci\n");
    assertThat(lab.instructions("grep -c '^[$][$][$][$]' mr://lab/nci")).isEqualTo("8964\n");
    assertThat(lab.instructions("grep -c 'M  END' mr://lab/nci")).isEqualTo("8964\n");

    assertThat(lab.executable("wc -l", "--reduce", SUM, "mr://lab/nci")).isEqualTo("840551\n");
    // A record that is cut has its two marks in different pieces.
    String whole =
        """
        awk '/M  END/ { ends++ }
          /^[$][$][$][$]/ { records++; if (ends != records) exit 3 }
          { last = $0 }
          END { if (ends != records || last !~ /^[$][$][$][$]/) exit 4; print records }'
        """;
    assertThat(
            lab.executable(
                whole,
                "--split",
                "records",
                "--record-end",
                "$$$$",
                "--reduce",
                SUM,
                "mr://lab/nci"))
        .isEqualTo("8964\n");
  }

  @Test
  void theRequestsOfAWebServer() throws Exception {
    store("logs/elastic-logs.tar.xz", "logs/elastic/apache_access.log", "log");

    assertThat(
            Lab.counts(
                lab.instructions("cut -d ' ' -f 9 mr://lab/log", "sort", "uniq -c", "sort -rn")))
        .isEqualTo(STATUSES);
    String addresses = "cut -d ' ' -f 1 mr://lab/log";
    assertThat(lab.instructions(addresses, "sort -u", "count -l")).isEqualTo("1753 -\n");
    assertThat(lab.instructions(addresses, "sort", "uniq -c", "sort -rn", "head -n 1"))
        .isEqualTo("    482 66.249.73.135\n");

    String together = "awk '{ n[$2] += $1 } END { for (value in n) print n[value], value }'";
    assertThat(
            Lab.counts(
                lab.executable(
                    "cut -d ' ' -f 9 | sort | uniq -c", "--reduce", together, "mr://lab/log")))
        .isEqualTo(STATUSES);
    Map<String, Long> requests =
        Lab.counts(
            lab.executable(
                "cut -d ' ' -f 1 | sort | uniq -c",
                "--reduce",
                together + " | sort -n -r",
                "mr://lab/log"));
    assertThat(requests).hasSize(1_753);
    assertThat(requests.entrySet()).first().isEqualTo(Map.entry("66.249.73.135", 482L));

    // No instruction adds; cut takes what the command needs. A size of nothing is written -.
    lab.instructions("cut -d ' ' -f 10 mr://lab/log -o mr://lab/sizes");
    String sum = "awk '{ n += $1 } END { printf \"%.0f\\n\", n }'";
    assertThat(lab.executable(sum, "--reduce", sum, "mr://lab/sizes")).isEqualTo("2747282740\n");
    String cut = "cut -d ' ' -f 10 | ";
    assertThat(lab.executable(cut + sum, "--reduce", sum, "mr://lab/log"))
        .isEqualTo("2747282740\n");
  }

  @Test
  void theBlocksOfADistributedFileSystem() throws Exception {
    store("logs/loghub-logs.tar.xz", "logs/loghub/HDFS_2k.log", "hdfs");

    assertThat(lab.instructions("grep -c ' WARN ' mr://lab/hdfs")).isEqualTo("80\n");
    assertThat(lab.instructions("grep -o 'blk_-\\?[0-9]\\+' mr://lab/hdfs", "sort -u", "count -l"))
        .isEqualTo("2200 -\n");

    assertThat(lab.executable("awk '/ WARN / { n++ } END { print n }'", "mr://lab/hdfs"))
        .isEqualTo("80\n");
    assertThat(
            lab.executable(
                "grep -o -E 'blk_-?[0-9]+' | sort -u",
                "--reduce",
                "sort -u | wc -l",
                "mr://lab/hdfs"))
        .isEqualTo("2200\n");
  }

  @Test
  void theRatingsOfATable() throws Exception {
    store("csv/anonreviews.csv.bz2", "csv/anonreviews.csv", "reviews");

    lab.instructions("grep -v reviewerId mr://lab/reviews -o mr://lab/rows");
    assertThat(lab.instructions("count -l mr://lab/rows")).isEqualTo("578805 mr://lab/rows\n");
    Map<String, Long> ratings =
        Lab.counts(lab.instructions("cut -d , -f 3 mr://lab/rows", "sort", "uniq -c"));
    assertThat(ratings).isEqualTo(RATINGS);
    long sum =
        ratings.entrySet().stream()
            .mapToLong(row -> Long.parseLong(row.getKey()) * row.getValue())
            .sum();
    assertThat(sum).isEqualTo(2_708_617);
    assertThat(String.format(Locale.ROOT, "%.5f", sum / 578_805.0)).isEqualTo("4.67967");
    assertThat(lab.instructions("cut -d , -f 1 mr://lab/rows", "sort -u", "count -l"))
        .isEqualTo("400141 -\n");
    assertThat(
            lab.instructions(
                "cut -d , -f 2 mr://lab/rows", "sort", "uniq -c", "sort -rn", "head -n 2"))
        .isEqualTo("  14346 18\n  14011 12\n");

    // each piece finds its columns by their names
    String column =
        "awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == \"%s\") c = i; next } "
            + "{ n[$c]++ } END { for (value in n) print value, n[value] }'";
    assertThat(
            lab.executable(
                column.formatted("rating"),
                "--header",
                "1",
                "--reduce",
                "awk '{ rows += $2; sum += $1 * $2 } END { printf \"%d %d %.5f\\n\", rows, sum, sum"
                    + " / rows }'",
                "mr://lab/reviews"))
        .isEqualTo("578805 2708617 4.67967\n");
    String together = "awk '{ n[$1] += $2 } END { for (value in n) print n[value], value }'";
    assertThat(
            Lab.counts(
                lab.executable(
                    column.formatted("rating"),
                    "--header",
                    "1",
                    "--reduce",
                    together,
                    "mr://lab/reviews")))
        .isEqualTo(RATINGS);
    assertThat(
            lab.executable(
                column.formatted("reviewerId"),
                "--header",
                "1",
                "--reduce",
                together + " | wc -l",
                "mr://lab/reviews"))
        .isEqualTo("400141\n");
    assertThat(
            lab.executable(
                column.formatted("vendorId"),
                "--header",
                "1",
                "--reduce",
                together + " | sort -n -r > all; head -n 2 all",
                "mr://lab/reviews"))
        .isEqualTo("14346 18\n14011 12\n");
  }

  @Test
  void theDigestsOfTheFiles() throws Exception {
    Path files = Files.createDirectories(temp.resolve("files"));
    Corpus.unpack(files, "silesia");
    lab.store("", List.of(files.resolve("silesia")));
    StringBuilder known = new StringBuilder();
    Matcher rows =
        Pattern.compile("\\| (\\w+) \\|.*\\| ([0-9a-f]{64}) \\|").matcher(Corpus.sources("corpus"));
    while (rows.find()) {
      known.append(rows.group(2)).append("  mr://lab/").append(rows.group(1)).append('\n');
    }

    assertThat(known.toString().lines()).hasSize(7);
    assertThat(lab.instructions("checksum sha256 mr://lab/").lines())
        .containsExactlyInAnyOrderElementsOf(known.toString().lines().toList());
    assertThat(
            lab.executable(
                    "echo \"$(sha256sum | cut -c -64)  $MILLRACE_INPUT\"",
                    "--split",
                    "whole",
                    "mr://lab/")
                .lines())
        .containsExactlyInAnyOrderElementsOf(known.toString().lines().toList());
  }
}
