package dev.millrace.compute.instruction.sort;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.instruction.sort.LineOrder.Directed;
import dev.millrace.compute.instruction.sort.LineOrder.Ties;
import dev.millrace.compute.program.FakeContext;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Groups of all sizes and shapes, against the JDK's sort.
final class EntrySortTest {
  private static final LineEnds LINE_FEEDS = new LineEnds((byte) '\n');

  private final SplittableRandom random = new SplittableRandom(Seeds.seed("EntrySortTest"));
  private int checks;

  private List<String> sorted(List<String> lines, Ties ties, boolean firstFieldOnly) {
    KeyRange field =
        new KeyRange(' ', 0, 0, firstFieldOnly ? 0 : KeyRange.LINE_END, 0, false, false);
    SortKey key = firstFieldOnly ? new TextKey(LINE_FEEDS, field, false) : new LineKey(LINE_FEEDS);
    LineOrder order = new LineOrder(LINE_FEEDS, List.of(new Directed(key, false)), ties);
    int bytes = lines.stream().mapToInt(line -> line.length() + 1).sum();
    byte[] memory = new byte[bytes + lines.size() * Entries.BYTES + 2 * LineEnds.SPARE_BYTES];
    byte[] text = (String.join("\n", lines) + "\n").getBytes(ISO_8859_1);
    System.arraycopy(text, 0, memory, 0, text.length);
    Entries entries = new Entries(memory);
    int at = 0;
    for (String line : lines) {
      entries.add(order.word(memory, at, LineOrder.FIRST), at);
      at += line.length() + 1;
    }
    new EntrySort(entries, order, new Context()).sort();
    List<String> result = new ArrayList<>();
    for (int i = 0; i < entries.count(); i++) {
      int start = entries.start(i);
      if (start != EntrySort.LEFT_OUT) {
        int end = LINE_FEEDS.next(memory, start);
        result.add(new String(memory, start, end - start, ISO_8859_1));
      }
    }
    return result;
  }

  private List<String> lines(int count, IntFunction<String> make) {
    List<String> lines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lines.add(make.apply(i));
    }
    return lines;
  }

  private void assertSorted(List<String> lines) {
    List<String> expected = lines.stream().sorted().toList();
    assertThat(sorted(lines, Ties.SAME, false)).isEqualTo(expected);
    assertThat(sorted(lines, Ties.FIRST_ONLY, false))
        .isEqualTo(expected.stream().distinct().toList());
  }

  private String letters(int length, int different) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(different)));
    }
    return text.toString();
  }

  @Test
  void sortsGroupsOfAllSizes() {
    for (int count :
        List.of(0, 1, 2, 8, 9, 15, 16, 17, 18, 40, 500, 2047, 2048, 2049, 5000, 20_000)) {
      assertSorted(lines(count, _ -> letters(random.nextInt(20), 26)));
      assertSorted(lines(count, _ -> letters(random.nextInt(12), 2)));
      assertSorted(lines(count, _ -> "same"));
      assertSorted(lines(count, i -> "the same beginning " + i % 50));
    }
  }

  @Test
  void sortsWhatIsSortedAlready() {
    List<String> lines = lines(30_000, i -> "line " + (1_000_000 + i));
    assertSorted(lines);
    assertSorted(lines.reversed());
    List<String> organPipe = new ArrayList<>(lines);
    organPipe.addAll(lines.reversed());
    assertSorted(organPipe);
  }

  /// Each word parts one line from the others.
  @Test
  void sortsLinesThatAreBeginningsOfEachOther() {
    List<String> lines = lines(700, "abcdefg"::repeat);
    Collections.shuffle(lines, new Random(random.nextLong()));
    assertSorted(lines);
  }

  @Test
  void linesThatAgreeStayAsTheyCame() {
    List<String> lines = lines(30_000, i -> letters(1, 4) + " " + i);
    Set<String> seen = new HashSet<>();
    List<String> first = new ArrayList<>(lines);
    first.removeIf(line -> !seen.add(line.substring(0, 1)));
    first.sort(null);
    List<String> stable = new ArrayList<>(lines);
    stable.sort((one, other) -> Character.compare(one.charAt(0), other.charAt(0)));
    assertThat(sorted(lines, Ties.INPUT_ORDER, true)).isEqualTo(stable);
    assertThat(sorted(lines, Ties.FIRST_ONLY, true)).isEqualTo(first);
  }

  @Test
  void longWorkCanBeCancelled() {
    sorted(lines(50_000, _ -> letters(6, 26)), Ties.SAME, false);
    assertThat(checks).isPositive();
  }

  private final class Context extends FakeContext {
    @Override
    public void check() {
      checks++;
    }
  }
}
