package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What SOURCES.md of the vital signs says of tables of values, got by instructions, as far as they
/// count and sort, and by commands of a shell: every figure is a quotation.
final class VitalsTest extends AbstractLabTest {
  /// Column of the table: how many values are missing.
  private static final Map<Integer, Long> MISSING = Map.of(2, 4L, 3, 128L, 4, 153L, 5, 128L);

  @Test
  void theMonitorsOf53Patients() throws Exception {
    storeVitals("bidmc", "_Numerics.csv");

    assertThat(lab.instructions("cut -d , -f 1 mr://lab/bidmc/", "grep -v Time", "count -l"))
        .isEqualTo("25493 -\n");
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
          END { print rows, rates, rate, fast, noPulse + 0, breaths, breath, oxygens, oxygen,
            low + 0 }'
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
    storeVitals("mimic2", "s00001_numerics.csv");

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
  }

  @Test
  void theDigestsOfTheFiles() throws Exception {
    for (String folder : List.of("bidmc", "mimic2", "mitdb")) {
      storeVitals(folder, "");
    }
    List<String> known =
        Pattern.compile("(?m)^ {4}([0-9a-f]{64}  )(.+)$")
            .matcher(Corpus.sources("vitals"))
            .results()
            .map(row -> row.group(1) + "mr://lab/" + row.group(2))
            .toList();
    assertThat(known).hasSizeGreaterThan(100);
    assertThat(lab.instructions("checksum sha256 mr://lab/").lines())
        .containsExactlyInAnyOrderElementsOf(known);
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
