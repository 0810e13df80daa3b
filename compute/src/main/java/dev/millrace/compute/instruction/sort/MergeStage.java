package dev.millrace.compute.instruction.sort;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.compute.instruction.sort.RunReader.Slice;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StageInput;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Merges groups of runs, each by several tasks: one for each range of lines.
///
/// A task reads its ranges once, besides one or two frames of each run at both edges. It takes at
/// least [SortLimits#runBytes] of memory a run, and up to a share, which makes its reads larger.
record MergeStage(LineOrder order, SortLimits limits, SortMemory memory, List<Group> groups)
    implements Stage {
  /// Runs that become one.
  ///
  /// @param runs in the order of the input
  /// @param splitters where each range but the first begins
  record Group(List<SortedRun> runs, List<LinePrefix> splitters) {
    Group {
      runs = List.copyOf(runs);
      splitters = List.copyOf(splitters);
    }

    int ranges() {
      return splitters.size() + 1;
    }
  }

  MergeStage {
    groups = List.copyOf(groups);
  }

  @Override
  public int tasks() {
    return groups.stream().mapToInt(Group::ranges).sum();
  }

  @Override
  public boolean last() {
    return groups.size() == 1;
  }

  @Override
  public Bytes run(int task, StageInput input, OutputStream output, TaskContext context)
      throws IOException {
    int range = task;
    for (int group = 0; group < groups.size(); group++) {
      int ranges = groups.get(group).ranges();
      if (range < ranges) {
        Task run = new Task(group, range, input, output, context);
        return PartCodec.encode(run.merge().stream().toList());
      }
      range -= ranges;
    }
    throw new IllegalArgumentException("bug: task " + task + " of " + tasks());
  }

  private final class Task {
    private final int number;
    private final Group group;
    private final int range;
    private final StageInput input;
    private final OutputStream output;
    private final TaskContext context;

    Task(int number, int range, StageInput input, OutputStream output, TaskContext context) {
      this.number = number;
      this.group = groups.get(number);
      this.range = range;
      this.input = input;
      this.output = output;
      this.context = context;
    }

    /// @return absent when no line is in the range
    Optional<SortedPart> merge() throws IOException {
      int least = LineEnds.SPARE_BYTES;
      long total = 0;
      for (SortedRun run : group.runs()) {
        least += limits.runBytes(run.longestBytes());
        total += run.sizeBytes();
      }
      // The ranges' sizes are known when they are found, which takes memory: twice the usual one.
      long useful = least + 2 * total / group.ranges();
      try (SortMemory.Taken taken = memory.take(least, useful, context)) {
        return merge(taken.bytes());
      }
    }

    private Optional<SortedPart> merge(byte[] bytes) throws IOException {
      List<Source> sources = sources(bytes);
      if (sources.isEmpty()) {
        return Optional.empty();
      }
      long size = sources.stream().mapToLong(Source::sizeBytes).sum();
      boolean last = groups.size() == 1;
      if (last && sources.size() == 1) {
        copy(sources.getFirst(), bytes);
        return Optional.of(new SortedPart(number, size, 0, List.of(), LinePrefix.NONE));
      }
      RunWriter writer =
          new RunWriter(
              output, context.buffer(), order, last ? Long.MAX_VALUE : limits.sampleBytes(size));
      int lastLine = new RunMerge(order, bytes, readers(sources, bytes)).writeTo(writer);
      context.add("lines", writer.lines());
      return writer.finish(number, bytes, lastLine);
    }

    /// The part of a run that belongs to this task.
    private record Source(List<Slice> slices, int longestBytes) {
      long sizeBytes() {
        return slices.stream().mapToLong(Slice::sizeBytes).sum();
      }
    }

    private List<Source> sources(byte[] bytes) {
      Optional<LinePrefix> low =
          range == 0 ? Optional.empty() : Optional.of(group.splitters().get(range - 1));
      Optional<LinePrefix> high =
          range == group.splitters().size()
              ? Optional.empty()
              : Optional.of(group.splitters().get(range));
      RunReader reader =
          new RunReader(input, order.ends(), bytes, 0, bytes.length - LineEnds.SPARE_BYTES);
      RunSearch search = new RunSearch(reader, bytes, order, Math.max(2, limits.stepBytes() / 2));
      List<Source> sources = new ArrayList<>();
      for (SortedRun run : group.runs()) {
        List<Slice> slices = search.range(run.withSamples(input.parts()), low, high);
        if (!slices.isEmpty()) {
          sources.add(new Source(slices, run.longestBytes()));
        }
      }
      return sources;
    }

    /// Divides the memory: what each run needs, and the rest in equal shares.
    private List<RunReader> readers(List<Source> sources, byte[] bytes) {
      int needed = LineEnds.SPARE_BYTES;
      for (Source source : sources) {
        needed += limits.runBytes(source.longestBytes());
      }
      int rest = (bytes.length - needed) / sources.size();
      List<RunReader> readers = new ArrayList<>();
      int from = 0;
      for (Source source : sources) {
        int to = from + limits.runBytes(source.longestBytes()) + rest;
        RunReader reader = new RunReader(input, order.ends(), bytes, from, to);
        reader.begin(source.slices(), to - from);
        readers.add(reader);
        from = to;
      }
      Check.that(from + LineEnds.SPARE_BYTES <= bytes.length, "%d bytes for runs", from);
      return readers;
    }

    private void copy(Source source, byte[] bytes) throws IOException {
      for (Slice slice : source.slices()) {
        for (long at = slice.from(); at < slice.to(); ) {
          int most = (int) Math.min(bytes.length, slice.to() - at);
          int count = input.read(slice.task(), at, bytes, 0, most);
          Check.that(count > 0, "task %d wrote less than it said", slice.task());
          output.write(bytes, 0, count);
          at += count;
        }
      }
    }
  }
}
