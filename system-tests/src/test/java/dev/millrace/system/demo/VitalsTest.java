package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What SOURCES.md of the vital signs says of hearts and monitors, got by instructions, as far as
/// they count and sort, and by commands of a shell: every figure is a quotation.
final class VitalsTest {
  /// Column of the table: how many values are missing.
  private static final Map<Integer, Long> MISSING = Map.of(2, 4L, 3, 128L, 4, 153L, 5, 128L);

  /// Record, reference beats, mean heart rate, median interval in milliseconds.
  private static final String BEATS =
      """
      100 2273 75.510 797.2
      103 2084 69.261 869.4
      105 2572 85.496 702.8
      119 1987 66.049 902.8
      200 2601 86.440 669.4
      203 2980 99.044 611.1
      208 2955 98.180 577.8
      """;

  private static final String RECORD_BEATS =
      """
      name=${MILLRACE_INPUT##*/}
      tail -n +2 | cut -d , -f 1 > beats
      awk -v "name=${name%.beats.csv}" '
        NR == 1 { first = $1 }
        { last = $1 }
        END { printf "%s %d %.3f ", name, NR, 60 * 360 * (NR - 1) / (last - first) }' beats
      awk 'NR > 1 { print $1 - before } { before = $1 }' beats | sort -n |
        awk '{ samples[NR] = $1 }
          END {
            twice = samples[int((NR + 1) / 2)] + samples[int(NR / 2) + 1]
            printf "%.1f\\n", 1000 * twice / 2 / 360
          }'
      """;

  /// Three bytes of format 212 are a sample of each lead, twelve bits wide.
  private static final String SUMS_OF_LEADS =
      """
      od -An -v -t u1 -w3 | awk '
        {
          one = $1 + 256 * ($2 % 16); two = $3 + 256 * int($2 / 16)
          sum1 += one > 2047 ? one - 4096 : one
          sum2 += two > 2047 ? two - 4096 : two
        }
        END { printf "%d %.0f %.0f\\n", NR, sum1, sum2 }'
      """;

  private static final String SUMS_OF_SERIES =
      """
      od -An -v -t d2 -w20 | awk '
        { for (i = 1; i <= NF; i++) sum[i] += $i }
        END { printf "%d", NR; for (i = 1; i <= NF; i++) printf " %.0f", sum[i]; print "" }'
      """;

  @TempDir Path temp;
  private Lab lab;

  @BeforeEach
  void open() throws Exception {
    lab = Lab.open(temp);
  }

  @AfterEach
  void close() throws Exception {
    lab.close();
  }

  private void store(String folder, String end) throws Exception {
    lab.store(folder + "/", files(folder, end));
  }

  private static List<Path> files(String folder, String end) throws IOException {
    try (Stream<Path> files = Files.list(Corpus.vitals().resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  @Test
  void theMonitorsOf53Patients() throws Exception {
    store("bidmc", "_Numerics.csv");

    for (Map.Entry<Integer, Long> missing : MISSING.entrySet()) {
      assertThat(
              lab.instructions(
                  "cut -d , -f " + missing.getKey() + " mr://lab/bidmc/", "grep -c NaN"))
          .isEqualTo(missing.getValue() + "\n");
    }
    Table rates = Table.of(column(2));
    assertThat(rates.count()).isEqualTo(25_489);
    assertThat(rates.mean()).isEqualTo("89.1806");
    assertThat(rates.between(100.5, 1000)).isEqualTo(4_109);
    assertThat(rates.count() + MISSING.get(2)).isEqualTo(25_493);
    Table breaths = Table.of(column(4));
    assertThat(breaths.count()).isEqualTo(25_340);
    assertThat(breaths.mean()).isEqualTo("17.4971");
    Table oxygen = Table.of(column(5));
    assertThat(oxygen.count()).isEqualTo(25_365);
    assertThat(oxygen.mean()).isEqualTo("96.7226");
    assertThat(oxygen.between(0, 89.5)).isEqualTo(964);

    // The names of the columns begin with a space.
    String counted =
        """
        awk -F ', *' '
          NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
          { rows++ }
          $at["HR"] != "NaN" { rates++; rate += $at["HR"]; fast += $at["HR"] > 100 }
          $at["PULSE"] == "NaN" { noPulse++ }
          $at["RESP"] != "NaN" { breaths++; breath += $at["RESP"] }
          $at["SpO2"] != "NaN" { oxygens++; oxygen += $at["SpO2"]; low += $at["SpO2"] < 90 }
          END { print rows, rates, rate, fast, noPulse + 0, breaths, breath, oxygens, oxygen, low + 0 }'
        """;
    String together =
        """
        awk '
          { for (i = 1; i <= NF; i++) n[i] += $i }
          END {
            printf "%d %d %d %d\\n", n[1], n[1] - n[2], n[5], n[4]
            printf "%.4f %.4f %.4f %d\\n", n[3] / n[2], n[7] / n[6], n[9] / n[8], n[10]
            printf "%d %d %d\\n", n[2], n[6], n[8]
          }'
        """;
    assertThat(lab.executable(counted, "--header", "1", "--reduce", together, "mr://lab/bidmc/"))
        .isEqualTo(
            """
            25493 4 128 4109
            89.1806 17.4971 96.7226 964
            25489 25340 25365
            """);
    String rate =
        """
        awk -F , -v "file=${MILLRACE_INPUT##*/}" '
          NR > 1 && $2 != "NaN" { n++; sum += $2 }
          END { printf "%s %.4f\\n", file, sum / n }'
        """;
    assertThat(lab.executable(rate, "--split", "whole", "mr://lab/bidmc/").lines())
        .hasSize(53)
        .contains(
            "bidmc_01_Numerics.csv 91.3181",
            "bidmc_02_Numerics.csv 91.0665",
            "bidmc_03_Numerics.csv 76.6383",
            "bidmc_53_Numerics.csv 92.8170");
  }

  /// The values of a column over all patients, without its names and what is missing.
  private String column(int number) throws Exception {
    return lab.instructions(
        "cut -d , -f " + number + " mr://lab/bidmc/", "grep -v '[A-Za-z]'", "sort -n", "uniq -c");
  }

  @Test
  void theMonitorOfOnePatient() throws Exception {
    store("mimic2", "s00001_numerics.csv");
    store("mimic2", "3975656n.dat");

    List<String> lines = new ArrayList<>();
    for (int column : List.of(2, 7, 8, 9)) {
      Table table =
          Table.of(
              lab.instructions(
                  "cut -d , -f " + column + " mr://lab/mimic2/s00001_numerics.csv",
                  "grep '^[0-9]'",
                  "grep -v '^0$'",
                  "sort -n",
                  "uniq -c"));
      lines.add(table.count() + " " + table.mean() + " " + table.least() + " " + table.most());
    }
    assertThat(lines.get(0)).isEqualTo("1890 56.3200 11.5 99.8");
    assertThat(lines.get(1)).startsWith("1891 12.1522 ");
    assertThat(lines.get(2)).startsWith("1573 97.1183 ");
    assertThat(lines.get(3)).startsWith("152 131.6579 ").endsWith(" 167.0");

    String above0 =
        """
        awk -F , '
          NR == 1 { split($0, name); next }
          {
            for (i = 2; i <= NF; i++) if ($i > 0) {
              n[i]++; sum[i] += $i
              if (!(i in least) || $i < least[i]) least[i] = $i
              if ($i > most[i]) most[i] = $i
            }
          }
          END {
            for (i in n) printf "%s %d %.4f %s %s\\n", name[i], n[i], sum[i] / n[i], least[i], most[i]
          }'
        """;
    assertThat(
            lab.executable(above0, "--split", "whole", "mr://lab/mimic2/s00001_numerics.csv")
                .lines())
        .contains("HR 1890 56.3200 11.5 99.8")
        .anyMatch(line -> line.startsWith("RESP 1891 12.1522 "))
        .anyMatch(line -> line.startsWith("SpO2 1573 97.1183 "))
        .anyMatch(line -> line.matches("NBPSys 152 131.6579 .* 167"));
    assertThat(
            sums(
                lab.executable(SUMS_OF_SERIES, "--split", "whole", "mr://lab/mimic2/3975656n.dat"),
                1_936))
        .isEqualTo(checksums("mimic2/s00001-2896-10-10-00-31n.hea", 10));
  }

  @Test
  void theBeatsOfSevenHearts() throws Exception {
    store("mitdb", ".beats.csv");

    // the names of the columns are not beats
    assertThat(lab.instructions("grep -c -v symbol mr://lab/mitdb/").lines())
        .containsExactlyElementsOf(
            BEATS
                .lines()
                .map(row -> row.split(" ", -1))
                .map(row -> "mr://lab/mitdb/" + row[0] + ".beats.csv:" + row[1])
                .toList());
    assertThat(lab.instructions("cut -d , -f 2 mr://lab/mitdb/", "grep -v symbol", "count -l"))
        .isEqualTo("17452 -\n");
    assertThat(lab.instructions("grep -c ',V$' mr://lab/mitdb/").lines())
        .contains(
            "mr://lab/mitdb/119.beats.csv:444",
            "mr://lab/mitdb/200.beats.csv:826",
            "mr://lab/mitdb/208.beats.csv:992");
    assertThat(lab.instructions("grep -c ',F$' mr://lab/mitdb/208.beats.csv")).isEqualTo("373\n");

    assertThat(lab.executable(RECORD_BEATS, "--split", "whole", "mr://lab/mitdb/"))
        .isEqualTo(BEATS);
    String kinds =
        """
        awk -F , -v "file=${MILLRACE_INPUT##*/}" '
          NR > 1 { n[$2]++ }
          END { for (kind in n) print file, kind, n[kind] }'
        """;
    assertThat(lab.executable(kinds, "--split", "whole", "mr://lab/mitdb/").lines())
        .contains(
            "119.beats.csv V 444",
            "200.beats.csv V 826",
            "208.beats.csv V 992",
            "208.beats.csv F 373");
  }

  /// `each header's checksum equals the sum of the decoded samples, both leads, all 7`
  @Test
  void theSamplesOfSevenHearts() throws Exception {
    store("mitdb", ".dat");
    List<String> rows =
        lab.executable(SUMS_OF_LEADS, "--split", "whole", "mr://lab/mitdb/").lines().toList();
    List<Path> headers = files("mitdb", ".hea");
    assertThat(rows).hasSize(7).hasSameSizeAs(headers);
    for (int i = 0; i < rows.size(); i++) {
      String header = "mitdb/" + headers.get(i).getFileName();
      assertThat(sums(rows.get(i), 650_000)).as(header).isEqualTo(checksums(header, 2));
    }
  }

  @Test
  void theDigestsOfTheFiles() throws Exception {
    Path vitals = Corpus.vitals();
    for (String folder : List.of("bidmc", "mimic2", "mitdb")) {
      store(folder, "");
    }
    List<String> known =
        Pattern.compile("(?m)^ {4}([0-9a-f]{64}  )(.+)$")
            .matcher(Corpus.sources(vitals.getFileName().toString()))
            .results()
            .map(row -> row.group(1) + "mr://lab/" + row.group(2))
            .toList();
    assertThat(known).hasSizeGreaterThan(100);
    assertThat(lab.instructions("checksum sha256 mr://lab/").lines())
        .containsExactlyInAnyOrderElementsOf(known);
  }

  /// The sums of a row as checksums are kept, in 16 bits.
  private static List<Short> sums(String row, int samples) {
    String[] words = row.strip().split(" ", -1);
    assertThat(words[0]).isEqualTo(Integer.toString(samples));
    return Stream.of(words).skip(1).map(sum -> (short) Long.parseLong(sum)).toList();
  }

  /// The seventh field of a header's line about a series.
  private static List<Short> checksums(String header, int series) throws IOException {
    try (Stream<String> lines = Files.lines(Corpus.vitals().resolve(header))) {
      return lines
          .skip(1)
          .limit(series)
          .map(line -> Short.parseShort(line.split(" ", -1)[6]))
          .toList();
    }
  }

  /// How often each value of a column is there.
  private record Table(TreeMap<Double, Long> counts) {
    /// What `uniq -c` printed.
    static Table of(String printed) {
      TreeMap<Double, Long> counts = new TreeMap<>();
      Lab.counts(printed)
          .forEach((value, count) -> counts.merge(Double.valueOf(value), count, Long::sum));
      return new Table(counts);
    }

    long count() {
      return between(0, Double.MAX_VALUE);
    }

    long between(double least, double most) {
      return counts.subMap(least, most).values().stream().mapToLong(Long::longValue).sum();
    }

    String mean() {
      double sum =
          counts.entrySet().stream().mapToDouble(row -> row.getKey() * row.getValue()).sum();
      return String.format(Locale.ROOT, "%.4f", sum / count());
    }

    double least() {
      return counts.firstKey();
    }

    double most() {
      return counts.lastKey();
    }
  }
}
