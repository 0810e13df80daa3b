package dev.millrace.compute.executable;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.Stage;
import dev.millrace.compute.program.StageInput;
import dev.millrace.compute.program.StagePlan;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.Program.Cut;
import dev.millrace.model.Program.Executable;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// A command over the pieces of the input.
///
/// A piece of bytes, lines or records is one run, with all its inputs one behind the other. With
/// lines and records, an input whose last line has no line feed gets one unless it is the job's
/// last, so that lines do not grow together. Whole inputs, and inputs with header lines, have a run
/// each. So the answer does not depend on how the input is cut, if the command's does not depend on
/// more than its lines or records.
///
/// Where its files are the answer, each run begins in an empty folder, and what it leaves there is
/// published. A run knows the number of its piece, for names of its own.
final class ExecutableCall implements Call {
  private static final long LEAST_BYTES = ByteUnits.MIB;

  /// The state of a piece whose output holds for this job only: its last line may have got a line
  /// feed because another input follows, or none because none does.
  private static final Bytes OPEN = Bytes.copyOf(new byte[] {1});

  private final Executable program;
  private final Shell shell;

  ExecutableCall(Executable program, Shell shell) {
    this.program = program;
    this.shell = shell;
  }

  @Override
  public Split split() {
    Cut cut = program.cut();
    return switch (cut.unit()) {
      case BYTES -> new Split.Bytes(LEAST_BYTES);
      case LINES -> new Split.Lines();
      case RECORDS -> new Split.Records(cut.recordEnd());
      case WHOLE -> new Split.WholeFile();
    };
  }

  @Override
  public Combine combine() {
    if (program.files()) {
      return new Combine.Files();
    }
    return program.reduce().isPresent()
        ? new Combine.Stages(new ReducePlan(program.reduce().get(), shell))
        : new Combine.ConcatenateInOrder();
  }

  @Override
  public boolean tellsOneInputFromSeveral() {
    return false;
  }

  /// What is written of whole inputs depends on no others: it is theirs alone, as are those of
  /// single lines and records. But files often have the number of their piece in their names.
  @Override
  public Optional<Bytes> moved(Bytes state, int by) {
    return !program.files() && !state.equals(OPEN) ? Optional.of(state) : Optional.empty();
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    Cut cut = program.cut();
    boolean closed = true;
    if (cut.unit() == Cut.Unit.WHOLE) {
      for (Segment segment : input.segments()) {
        run(input, List.of(segment), Header.NONE, output, context);
      }
    } else if (cut.headerLines() > 0) {
      for (Segment segment : input.segments()) {
        Header header = Header.read(input, segment, cut.headerLines());
        if (header.leaves(segment)) {
          closed = run(input, List.of(segment), header, output, context);
        }
      }
    } else if (input.sizeBytes() > 0 || isEmptyJob(input)) {
      closed = run(input, input.segments(), Header.NONE, output, context);
    }
    return switch (cut.unit()) {
      case LINES, RECORDS -> closed || program.files() ? Bytes.EMPTY : OPEN;
      case BYTES, WHOLE -> Bytes.EMPTY;
    };
  }

  /// Whether there is no input with bytes at all: then there is one run over nothing. Else a piece
  /// without bytes is one all of whose lines begin in others.
  private static boolean isEmptyJob(PieceInput input) {
    return input.segments().stream().allMatch(segment -> segment.offset() == 0);
  }

  /// @return as [PieceFeed#closed]
  private boolean run(
      PieceInput input,
      List<Segment> segments,
      Header header,
      OutputStream output,
      TaskContext context) {
    int closedInputs =
        switch (program.cut().unit()) {
          case LINES, RECORDS -> context.inputs() - 1;
          case BYTES, WHOLE -> 0;
        };
    PieceFeed feed = new PieceFeed(input, segments, header, closedInputs, context.buffer());
    String label = segments.isEmpty() ? "" : segments.getFirst().label();
    if (program.files()) {
      shell.runForFiles(program.command(), label, feed, output, context);
    } else {
      shell.run(program.command(), label, feed, output, context);
    }
    return feed.closed();
  }

  /// One more stage with one task: the second command over all that the first wrote.
  private record ReducePlan(String command, Shell shell) implements StagePlan {
    @Override
    public Stage after(int stage, List<TaskResult> results) {
      return new Reduce(command, shell);
    }
  }

  private record Reduce(String command, Shell shell) implements Stage {
    @Override
    public int tasks() {
      return 1;
    }

    @Override
    public boolean last() {
      return true;
    }

    @Override
    public Bytes run(int task, StageInput input, OutputStream output, TaskContext context) {
      byte[] buffer = context.buffer();
      ProgramRun.Feed feed =
          stdin -> {
            for (int part = 0; part < input.parts().size(); part++) {
              long position = 0;
              int n = input.read(part, position, buffer, 0, buffer.length);
              for (; n > 0; n = input.read(part, position, buffer, 0, buffer.length)) {
                stdin.write(buffer, 0, n);
                position += n;
              }
            }
          };
      shell.run(command, "", feed, output, context);
      return Bytes.EMPTY;
    }
  }
}
