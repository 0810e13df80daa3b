package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Check;
import dev.millrace.compute.program.TaskContext;

/// Sorts the lines of a block, in place, by moving their entries. Belongs to one task.
///
/// A radix sort from the first word of the lines to the last (most significant digit first). An
/// entry has the word at the position that its group has reached, so that most comparisons and
/// moves read and write nothing but entries, in sequence:
///
/// - a large group is distributed by the highest byte in which its words differ (McIlroy, Bostic
///   and McIlroy 1993, "American flag sort");
/// - a middling one is parted around a word into less, equal and greater (Bentley and Sedgewick
///   1997, "multikey quicksort"; with the words cached as by Ng and Kakimoto 2008);
/// - a small one is sorted by insertion.
///
/// The entries of a group with equal words then get their next word. From the eighth word of a key
/// on, what all lines of the group have in common is passed over at once: lines that agree in
/// megabytes cost a comparison, and not a step a word.
///
/// Time: a line is looked at once in each step of its group, and each group is at most half of the
/// one that it came from, or one byte of a word further. Quicksort that goes wrong becomes radix
/// sort. Stack: the largest part of a group is sorted in a loop, the others by recursion, so that
/// it is never deeper than the number of lines can be halved.
final class EntrySort {
  private static final int SMALL_GROUP = 16;
  private static final int LARGE_GROUP = 2048;
  private static final int DEEP_INDEX = 8;
  private static final int DIGITS = 256;
  private static final int DIGIT_MASK = DIGITS - 1;

  /// The word is the place where the line begins: nothing is equal.
  private static final int INPUT_ORDER = LineOrder.END - 1;

  /// The start of an entry whose line is left out.
  static final int LEFT_OUT = -1;

  private final Entries entries;
  private final LineOrder order;
  private final TaskContext context;

  /// @param entries with the first word of each line
  EntrySort(Entries entries, LineOrder order, TaskContext context) {
    this.entries = entries;
    this.order = order;
    this.context = context;
  }

  /// Sorts all. Of lines that are equal, where only the first one stays, the others are
  /// [#LEFT_OUT].
  void sort() {
    sort(0, entries.count(), LineOrder.FIRST);
  }

  /// Sorts entries that agree in all words before `position`, and have that one.
  private void sort(int from, int to, int position) {
    Group group = new Group(from, to, position);
    while (group.to - group.from > 1) {
      int count = group.to - group.from;
      if (count <= SMALL_GROUP) {
        sortByInsertion(group.from, group.to);
        sortEqual(group);
      } else if (count >= LARGE_GROUP || group.parts == 0) {
        context.check();
        distribute(group);
      } else {
        part(group);
      }
    }
  }

  /// What is left to sort of the group that [#sort] was called for: each step sorts the smaller
  /// parts and leaves the largest.
  private static final class Group {
    private int from;
    private int to;
    private int position;

    /// How often it may still be parted: twice the logarithm of its size.
    private int parts;

    Group(int from, int to, int position) {
      set(from, to, position);
    }

    void set(int from, int to, int position) {
      this.from = from;
      this.to = to;
      this.position = position;
      this.parts = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(to - from));
    }

    void become(int newFrom, int newTo) {
      from = newFrom;
      to = newTo;
    }

    void end() {
      to = from;
    }
  }

  private void sortByInsertion(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      long word = entries.word(i);
      int start = entries.start(i);
      int at = i;
      while (at > from && entries.word(at - 1) > word) {
        entries.set(at, entries.word(at - 1), entries.start(at - 1));
        at--;
      }
      entries.set(at, word, start);
    }
  }

  /// Goes on with the runs of equal words of a small sorted group.
  private void sortEqual(Group group) {
    int from = group.from;
    while (from < group.to) {
      long word = entries.word(from);
      int to = from + 1;
      while (to < group.to && entries.word(to) == word) {
        to++;
      }
      if (to - from == group.to - group.from) {
        deepen(group);
        return;
      }
      if (to - from > 1) {
        sortDeeper(from, to, group.position);
      }
      from = to;
    }
    group.end();
  }

  private void sortDeeper(int from, int to, int position) {
    int next = nextPosition(from, to, position);
    if (next != LineOrder.END) {
      sort(from, to, next);
    }
  }

  /// Goes on with the next word of a group whose words are all equal.
  private void deepen(Group group) {
    int next = nextPosition(group.from, group.to, group.position);
    if (next == LineOrder.END) {
      group.end();
    } else {
      group.set(group.from, group.to, next);
    }
  }

  /// Gives entries that agree in all words up to `position` their next word that may differ.
  ///
  /// @return its position; [LineOrder#END] when nothing is left to sort
  private int nextPosition(int from, int to, int position) {
    Check.that(position != INPUT_ORDER, "two lines begin at %d", entries.start(from));
    int next = order.next(position, entries.word(from));
    if (next != LineOrder.END && LineOrder.index(next) >= DEEP_INDEX) {
      next = firstDifference(from, to, next);
    }
    if (next == LineOrder.END) {
      return settle(from, to);
    }
    byte[] memory = entries.memory();
    for (int i = from; i < to; i++) {
      entries.setWord(i, order.word(memory, entries.start(i), next));
    }
    return next;
  }

  /// The first position from `position` on in which not all agree.
  private int firstDifference(int from, int to, int position) {
    byte[] memory = entries.memory();
    int first = LineOrder.END;
    for (int i = from + 1; i < to && first > position; i++) {
      int found = order.difference(memory, entries.start(from), entries.start(i), position);
      first = Math.min(first, found);
    }
    return first;
  }

  /// Does with lines that agree in all words what the order wants.
  private int settle(int from, int to) {
    switch (order.ties()) {
      case SAME -> {}
      case INPUT_ORDER -> {
        for (int i = from; i < to; i++) {
          entries.setWord(i, entries.start(i));
        }
        return INPUT_ORDER;
      }
      case FIRST_ONLY -> {
        int first = entries.start(from);
        for (int i = from; i < to; i++) {
          first = Math.min(first, entries.start(i));
          entries.set(i, 0, LEFT_OUT);
        }
        entries.set(from, 0, first);
      }
    }
    return LineOrder.END;
  }

  /// Parts a group around a word.
  private void part(Group group) {
    group.parts--;
    long pivot = pivot(group.from, group.to);
    int less = group.from; // the end of those that are less
    int greater = group.to; // the begin of those that are greater
    for (int i = group.from; i < greater; ) {
      long word = entries.word(i);
      if (word < pivot) {
        entries.swap(less++, i++);
      } else if (word > pivot) {
        entries.swap(i, --greater);
      } else {
        i++;
      }
    }
    int from = group.from;
    int to = group.to;
    int largest = Math.max(greater - less, Math.max(less - from, to - greater));
    if (largest == greater - less) {
      sort(from, less, group.position);
      sort(greater, to, group.position);
      group.become(less, greater);
      deepen(group);
      return;
    }
    if (greater - less > 1) {
      sortDeeper(less, greater, group.position);
    }
    if (largest == less - from) {
      sort(greater, to, group.position);
      group.become(from, less);
    } else {
      sort(from, less, group.position);
      group.become(greater, to);
    }
  }

  /// The median of three medians of three.
  private long pivot(int from, int to) {
    int step = (to - from) / 9;
    int at = from + step / 2;
    return median(
        median(at, at + step, at + 2 * step),
        median(at + 3 * step, at + 4 * step, at + 5 * step),
        median(at + 6 * step, at + 7 * step, at + 8 * step));
  }

  private long median(int a, int b, int c) {
    return median(entries.word(a), entries.word(b), entries.word(c));
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /// Distributes a group by the highest byte in which words differ.
  private void distribute(Group group) {
    long first = entries.word(group.from);
    long differing = 0;
    for (int i = group.from + 1; i < group.to; i++) {
      differing |= entries.word(i) ^ first;
    }
    if (differing == 0) {
      deepen(group);
      return;
    }
    int highestBit = Long.SIZE - 1 - Long.numberOfLeadingZeros(differing);
    int[] bounds = distribute(group.from, group.to, highestBit / Byte.SIZE * Byte.SIZE);
    int largest = 0;
    for (int digit = 1; digit < DIGITS; digit++) {
      if (size(bounds, digit) > size(bounds, largest)) {
        largest = digit;
      }
    }
    for (int digit = 0; digit < DIGITS; digit++) {
      if (digit != largest && size(bounds, digit) > 1) {
        sort(bounds[digit], bounds[digit + 1], group.position);
      }
    }
    group.set(bounds[largest], bounds[largest + 1], group.position);
  }

  private static int size(int[] bounds, int digit) {
    return bounds[digit + 1] - bounds[digit];
  }

  /// @return where the entries of each digit begin; one more than digits
  private int[] distribute(int from, int to, int shift) {
    int[] bounds = new int[DIGITS + 1];
    for (int i = from; i < to; i++) {
      bounds[digit(entries.word(i), shift) + 1]++;
    }
    bounds[0] = from;
    for (int digit = 0; digit < DIGITS; digit++) {
      bounds[digit + 1] += bounds[digit];
    }
    int[] next = bounds.clone();
    for (int digit = 0; digit < DIGITS; digit++) {
      while (next[digit] < bounds[digit + 1]) {
        long word = entries.word(next[digit]);
        int start = entries.start(next[digit]);
        for (int own = digit(word, shift); own != digit; own = digit(word, shift)) {
          int place = next[own]++;
          long otherWord = entries.word(place);
          int otherStart = entries.start(place);
          entries.set(place, word, start);
          word = otherWord;
          start = otherStart;
        }
        entries.set(next[digit]++, word, start);
      }
    }
    return bounds;
  }

  /// Digits in the order of the words, which are signed.
  private static int digit(long word, int shift) {
    return (int) ((word ^ Long.MIN_VALUE) >>> shift) & DIGIT_MASK;
  }
}
