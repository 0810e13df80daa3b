package dev.millrace.compute.instruction.sort;

import dev.millrace.compute.instruction.sort.SortedPart.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes sorted lines, through a buffer, and takes samples of them. Belongs to one task.
final class RunWriter {
  private final OutputStream output;
  private final byte[] buffer;
  private final LineOrder order;
  private final long sampleBytes;
  private final List<Sample> samples = new ArrayList<>();
  private LinePrefix lastSample = LinePrefix.NONE;
  private int filled;
  private long written;
  private long lines;
  private long nextSample;
  private int longest;

  /// @param buffer for the output
  /// @param sampleBytes between samples
  RunWriter(OutputStream output, byte[] buffer, LineOrder order, long sampleBytes) {
    this.output = output;
    this.buffer = buffer;
    this.order = order;
    this.sampleBytes = sampleBytes;
  }

  /// Writes a line.
  ///
  /// @param end behind the byte that ends it
  void line(byte[] bytes, int start, int end) throws IOException {
    if (written >= nextSample) {
      sample(bytes, start);
    }
    int length = end - start;
    longest = Math.max(longest, length - 1);
    if (length > buffer.length - filled) {
      flush();
    }
    if (length > buffer.length) {
      output.write(bytes, start, length);
    } else {
      System.arraycopy(bytes, start, buffer, filled, length);
      filled += length;
    }
    written += length;
    lines++;
  }

  private void sample(byte[] bytes, int start) {
    nextSample = written + sampleBytes;
    LinePrefix line = order.prefix(bytes, start, SortedPart.MOST_WORDS);
    int shared = line.shared(lastSample);
    if (samples.isEmpty()) {
      samples.add(new Sample(written, line));
    } else if (shared < line.length()) {
      samples.add(new Sample(written, line.first(shared + 1)));
    }
    lastSample = line;
  }

  long lines() {
    return lines;
  }

  private void flush() throws IOException {
    output.write(buffer, 0, filled);
    filled = 0;
  }

  /// Ends the run.
  ///
  /// @param lastStart where the last line begins that was written, or one with the same words
  /// @return absent when no line was written
  Optional<SortedPart> finish(int group, byte[] bytes, int lastStart) throws IOException {
    flush();
    if (written == 0) {
      return Optional.empty();
    }
    LinePrefix last = order.prefix(bytes, lastStart, SortedPart.MOST_WORDS);
    return Optional.of(new SortedPart(group, written, longest, samples, last));
  }
}
