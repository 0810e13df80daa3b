package dev.millrace.system.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What SOURCES.md of the vital signs says of recordings and of the beats in them. Instructions
/// count; what is computed, also from binary samples, is a command's: every figure is a quotation.
final class RecordingsTest extends AbstractLabTest {
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

  @Test
  void theBeatsOfSevenHearts() throws Exception {
    storeVitals("mitdb", ".beats.csv");

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
    storeVitals("mitdb", ".dat");
    List<String> rows =
        lab.executable(SUMS_OF_LEADS, "--split", "whole", "mr://lab/mitdb/").lines().toList();
    List<Path> headers = Corpus.vitals("mitdb", ".hea");
    assertThat(rows).hasSize(7).hasSameSizeAs(headers);
    for (int i = 0; i < rows.size(); i++) {
      Path header = headers.get(i);
      assertThat(sums(rows.get(i), 650_000)).as(header.toString()).isEqualTo(checksums(header, 2));
    }
  }

  @Test
  void theSamplesOfAMonitor() throws Exception {
    storeVitals("mimic2", "3975656n.dat");
    assertThat(
            sums(
                lab.executable(SUMS_OF_SERIES, "--split", "whole", "mr://lab/mimic2/3975656n.dat"),
                1_936))
        .isEqualTo(checksums(Corpus.vitals("mimic2", "31n.hea").getFirst(), 10));
  }

  /// The sums of a row as checksums are kept, in 16 bits.
  private static List<Short> sums(String row, int samples) {
    String[] words = row.strip().split(" ", -1);
    assertThat(words[0]).isEqualTo(Integer.toString(samples));
    return Stream.of(words).skip(1).map(sum -> (short) Long.parseLong(sum)).toList();
  }

  /// The seventh field of a header's line about a series.
  private static List<Short> checksums(Path header, int series) throws IOException {
    try (Stream<String> lines = Files.lines(header)) {
      return lines
          .skip(1)
          .limit(series)
          .map(line -> Short.parseShort(line.split(" ", -1)[6]))
          .toList();
    }
  }
}
