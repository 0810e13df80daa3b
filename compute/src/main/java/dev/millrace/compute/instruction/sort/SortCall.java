package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Sorts the lines of all inputs together.
///
/// A piece is read once and written once, as one run or several: a run for as many lines as fit the
/// task's memory with twelve bytes more for each. What the piece returns is where its runs lie,
/// with samples of them: about a KiB a run.
record SortCall(LineOrder order, SortLimits limits, SortMemory memory) implements Call {
  /// The memory that sorts a piece as one run, if its lines are not very short.
  private static final int USEFUL_FACTOR = 2;

  private static final int USEFUL_BYTES = 1024;

  /// Pieces are cut at line feeds.
  @Override
  public Split split() {
    return order.ends().value() == '\n' ? new Split.Lines() : new Split.WholeFile();
  }

  @Override
  public Combine combine() {
    return new Combine.Stages(new MergePlan(order, limits, memory));
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    long size = input.sizeBytes();
    int least = limits.leastBlockBytes(size);
    long useful = USEFUL_FACTOR * size + USEFUL_BYTES;
    List<SortedPart> runs = new ArrayList<>();
    try (SortMemory.Taken taken = memory.take(least, useful, context)) {
      LineBlock block = new LineBlock(taken.bytes(), order, limits.longestLineBytes(), input);
      while (block.next()) {
        Entries entries = block.entries();
        new EntrySort(entries, order, context).sort();
        RunWriter writer =
            new RunWriter(output, context.buffer(), order, limits.sampleBytes(block.sizeBytes()));
        int last = write(entries, writer);
        context.add("lines", entries.count());
        writer.finish(SortedPart.ALONE, entries.memory(), last).ifPresent(runs::add);
      }
    }
    return PartCodec.encode(runs);
  }

  /// @return where the last line begins that was written
  private int write(Entries entries, RunWriter writer) throws IOException {
    byte[] bytes = entries.memory();
    int last = 0;
    for (int i = 0; i < entries.count(); i++) {
      int start = entries.start(i);
      if (start != EntrySort.LEFT_OUT) {
        writer.line(bytes, start, order.ends().next(bytes, start) + 1);
        last = start;
      }
    }
    return last;
  }
}
