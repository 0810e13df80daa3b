package dev.millrace.compute.instruction.sort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What a block of lines is sorted by: for each line a word and where the line begins, packed into
/// the end of the array whose beginning has the lines, the first entry last.
///
/// ```
/// memory   line line line … │ free │ … entry 2  entry 1  entry 0 │ spare
/// entry    word (8) start (4)
/// ```
final class Entries {
  /// What an entry takes.
  static final int BYTES = 12;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final byte[] memory;

  /// The place of entry 0.
  private final int last;

  private int count;

  Entries(byte[] memory) {
    this.memory = memory;
    this.last = memory.length - LineEnds.SPARE_BYTES - BYTES;
  }

  byte[] memory() {
    return memory;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
  }

  /// Bytes before the entries, without those that one more entry would take.
  int roomWithOneMore() {
    return last - count * BYTES;
  }

  void add(long word, int start) {
    count++;
    set(count - 1, word, start);
  }

  private int place(int index) {
    return last - index * BYTES;
  }

  long word(int index) {
    return (long) LONGS.get(memory, place(index));
  }

  int start(int index) {
    return (int) INTS.get(memory, place(index) + Long.BYTES);
  }

  void set(int index, long word, int start) {
    int place = place(index);
    LONGS.set(memory, place, word);
    INTS.set(memory, place + Long.BYTES, start);
  }

  void setWord(int index, long word) {
    LONGS.set(memory, place(index), word);
  }

  void swap(int one, int other) {
    long word = word(one);
    int start = start(one);
    set(one, word(other), start(other));
    set(other, word, start);
  }
}
