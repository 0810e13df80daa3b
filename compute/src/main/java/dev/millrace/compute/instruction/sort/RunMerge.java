package dev.millrace.compute.instruction.sort;

import java.io.IOException;
import java.util.List;

/// Merges runs that lie in the same memory, by a tree of losers with offset-value codes (Knuth,
/// *The Art of Computer Programming*, vol. 3, section 5.4.1; Conner 1977, Graefe and Do 2022).
/// Belongs to one task.
///
/// For the current line of each run it knows where that line first differs from the last line that
/// won, and its word there. Of two lines that one comes first which differs later, since it is
/// nearer to the winner, that came before both; at the same position, that one with the smaller
/// word. Only when the words agree, too, lines themselves are compared, from there on. Then the
/// loser is known in relation to the line that it lost to, which is the last winner when the loser
/// is met again.
///
/// Lines that agree with the last winner in all words are known by that, without a comparison.
final class RunMerge {
  /// Where the line of a run without a line differs: before all.
  private static final int NO_LINE = -1;

  private final LineOrder order;
  private final byte[] memory;
  private final RunReader[] runs;

  /// The first word of each run's current line.
  private final long[] firstWords;

  private final int[] differsAt;
  private final long[] words;

  /// The runs that lost, at their node; node 1 is the root, and nodes from the number of runs on
  /// are the runs.
  private final int[] losers;

  /// @param runs of lines, at least one, in the order of the input; before their first line
  RunMerge(LineOrder order, byte[] memory, List<RunReader> runs) {
    this.order = order;
    this.memory = memory;
    this.runs = runs.toArray(RunReader[]::new);
    this.firstWords = new long[runs.size()];
    this.differsAt = new int[runs.size()];
    this.words = new long[runs.size()];
    this.losers = new int[runs.size()];
  }

  /// Writes all lines.
  ///
  /// @return where in memory the last line begins, or one with the same words
  int writeTo(RunWriter writer) throws IOException {
    for (int i = 0; i < runs.length; i++) {
      begin(i);
    }
    boolean unique = order.unique();
    int winner = play(1);
    int last = 0;
    while (differsAt[winner] != NO_LINE) {
      RunReader run = runs[winner];
      if (!unique || differsAt[winner] != LineOrder.END) {
        writer.line(memory, run.start(), run.end());
      }
      advance(winner, run);
      last = run.previous();
      winner = replay(winner);
    }
    return last;
  }

  private void begin(int index) {
    RunReader run = runs[index];
    differsAt[index] = run.next() ? LineOrder.FIRST : NO_LINE;
    if (differsAt[index] != NO_LINE) {
      firstWords[index] = order.word(memory, run.start(), LineOrder.FIRST);
      words[index] = firstWords[index];
    }
  }

  /// Goes to the next line of the run that won.
  private void advance(int index, RunReader run) {
    if (!run.next()) {
      differsAt[index] = NO_LINE;
      return;
    }
    long word = order.word(memory, run.start(), LineOrder.FIRST);
    if (word != firstWords[index]) {
      firstWords[index] = word;
      differsAt[index] = LineOrder.FIRST;
      words[index] = word;
      return;
    }
    int next = order.next(LineOrder.FIRST, word);
    int position =
        next == LineOrder.END ? next : order.difference(memory, run.previous(), run.start(), next);
    setCode(index, position, run.start());
  }

  private void setCode(int index, int position, int start) {
    differsAt[index] = position;
    if (position != LineOrder.END) {
      words[index] = order.word(memory, start, position);
    }
  }

  /// Plays the matches below and at a node.
  ///
  /// @return the winner
  private int play(int node) {
    if (node >= losers.length) {
      return node - losers.length;
    }
    return match(node, play(2 * node), play(2 * node + 1));
  }

  /// Plays the matches of a run with the losers above it.
  ///
  /// @return the winner of all
  private int replay(int index) {
    int winner = index;
    for (int node = (index + losers.length) / 2; node > 0; node /= 2) {
      winner = match(node, winner, losers[node]);
    }
    return winner;
  }

  private int match(int node, int one, int other) {
    boolean first = isFirst(one, other);
    losers[node] = first ? other : one;
    return first ? one : other;
  }

  /// Whether the line of run `one` comes before that of `other`.
  private boolean isFirst(int one, int other) {
    int position = differsAt[one];
    if (position != differsAt[other]) {
      return position > differsAt[other];
    }
    if (position == NO_LINE || position == LineOrder.END) {
      return one < other;
    }
    long word = words[one];
    if (word != words[other]) {
      return word < words[other];
    }
    return compareFrom(order.next(position, word), one, other);
  }

  private boolean compareFrom(int from, int one, int other) {
    int oneStart = runs[one].start();
    int otherStart = runs[other].start();
    int position =
        from == LineOrder.END ? from : order.difference(memory, oneStart, otherStart, from);
    boolean first;
    if (position == LineOrder.END) {
      first = one < other;
    } else {
      first = order.word(memory, oneStart, position) < order.word(memory, otherStart, position);
    }
    int loser = first ? other : one;
    setCode(loser, position, first ? otherStart : oneStart);
    return first;
  }
}
