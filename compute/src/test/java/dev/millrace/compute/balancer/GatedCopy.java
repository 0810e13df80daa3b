package dev.millrace.compute.balancer;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// An instruction for tests: copies its input, in pieces of a few bytes, each of which waits until
/// it is let through. A piece with `!` in it is bad input; one with `?` has a bug.
final class GatedCopy implements Instruction {
  private static final long LOOK_MILLIS = 5;

  private final List<Long> begun = new ArrayList<>();
  private LongPredicate open = _ -> false;

  /// Lets the pieces through whose first byte is at such an offset, from now on.
  synchronized void let(LongPredicate offsets) {
    open = offsets;
    notifyAll();
  }

  void letAll() {
    let(_ -> true);
  }

  /// The offsets of all pieces that were begun so far, in the order of their beginning.
  synchronized List<Long> begun() {
    return List.copyOf(begun);
  }

  /// Waits until so many pieces were begun.
  synchronized void awaitBegun(int count) throws InterruptedException {
    while (begun.size() < count) {
      wait();
    }
  }

  private synchronized void pass(long offset, TaskContext context) {
    begun.add(offset);
    notifyAll();
    while (!open.test(offset)) {
      context.check();
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("slots are never interrupted", e);
      }
    }
  }

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String usage() {
    return "copy";
  }

  @Override
  public String description() {
    return "Copies.";
  }

  @Override
  public Call parse(List<String> arguments) {
    return new Copy();
  }

  private final class Copy implements Call {
    @Override
    public Split split() {
      return new Split.Bytes(1);
    }

    @Override
    public Combine combine() {
      return new Combine.ConcatenateInOrder();
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      pass(input.segments().getFirst().offset(), context);
      byte[] buffer = context.buffer();
      for (Segment segment : input.segments()) {
        int n = input.read(segment, 0, buffer, 0, buffer.length);
        for (int i = 0; i < n; i++) {
          if (buffer[i] == '!') {
            throw new MillraceException(ErrorCode.BAD_INPUT, "copy: a '!': remove it");
          }
          if (buffer[i] == '?') {
            throw new IllegalStateException("a '?'");
          }
        }
        output.write(buffer, 0, n);
      }
      return Bytes.EMPTY;
    }
  }
}
