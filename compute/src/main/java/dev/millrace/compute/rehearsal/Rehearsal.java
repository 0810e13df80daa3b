package dev.millrace.compute.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.plugin.Plugins;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Combine.InputFile;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.Split;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// An instruction with its arguments and its inputs in memory, run without a node: for the tests of
/// plug-ins. A node cuts inputs where it likes; here a test says where, and asks whether the answer
/// is the same. The guards that stand around plug-ins in a node stand here too.
///
/// ```java
/// Rehearsal tally = Rehearsal.of(new TallyInstruction(), "-f", "1").with("a", "x\ny\nx\n");
/// assertArrayEquals(tally.answer(), tally.answer(2));
/// ```
///
/// Immutable.
public final class Rehearsal {
  private static final NodeId NODE = new NodeId(new Id128(0, 1));

  private final Call call;
  private final List<String> labels;
  private final List<byte[]> contents;

  private Rehearsal(Call call, List<String> labels, List<byte[]> contents) {
    this.call = call;
    this.labels = labels;
    this.contents = contents;
  }

  /// Without inputs yet.
  ///
  /// @throws MillraceException INVALID_ARGUMENT and what else reading the arguments fails with
  public static Rehearsal of(Instruction instruction, String... arguments) {
    Call call = Plugins.guarded("in rehearsal", instruction).parse(List.of(arguments));
    return new Rehearsal(call, List.of(), List.of());
  }

  /// The same with one more input, behind the others.
  ///
  /// @param label how answers name it
  public Rehearsal with(String label, byte[] content) {
    List<String> allLabels = new ArrayList<>(labels);
    allLabels.add(label);
    List<byte[]> allContents = new ArrayList<>(contents);
    allContents.add(content.clone());
    return new Rehearsal(call, List.copyOf(allLabels), List.copyOf(allContents));
  }

  /// The same with one more input of UTF-8 text, behind the others.
  public Rehearsal with(String label, String text) {
    return with(label, text.getBytes(UTF_8));
  }

  /// The answer when all inputs are one piece.
  ///
  /// @throws MillraceException with which a job would fail
  public byte[] answer() {
    return answerCutAt(List.of());
  }

  /// The answer when the inputs, one behind the other, are cut into pieces of so many bytes; with
  /// each input a piece of its own when the instruction wants them whole.
  ///
  /// @throws MillraceException with which a job would fail
  public byte[] answer(long pieceBytes) {
    Check.that(pieceBytes > 0, "pieces of %d bytes", pieceBytes);
    InputLayout layout = layout();
    List<Long> cuts = new ArrayList<>();
    if (whole()) {
      for (int i = 1; i < layout.inputs(); i++) {
        cuts.add(layout.start(i));
      }
    } else {
      for (long at = pieceBytes; at < layout.totalBytes(); at += pieceBytes) {
        cuts.add(at);
      }
    }
    return answerCutAt(cuts);
  }

  /// The answer when the inputs, one behind the other, are cut at these places; for lines, each cut
  /// moves behind the line that it is in.
  ///
  /// @param cuts in ascending order, between inputs when the instruction wants them whole; what is
  ///   outside and what comes twice cuts nothing
  /// @throws MillraceException with which a job would fail
  public byte[] answerCutAt(List<Long> cuts) {
    InputLayout layout = layout();
    RehearsalContext context = new RehearsalContext(layout.inputs());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    List<TaskResult> results = new ArrayList<>();
    try (context) {
      long at = 0;
      for (int i = 0; i <= cuts.size(); i++) {
        long end = i < cuts.size() ? cuts.get(i) : layout.totalBytes();
        if (end > at && end < layout.totalBytes() || i == cuts.size()) {
          Check.that(!whole() || isEdge(layout, end), "a cut at %d, inside an input", end);
          results.add(run(layout, new Piece(results.size(), at, end - at), answer, context));
          at = end;
        }
      }
      combine(layout, results, answer);
    } catch (IOException e) {
      throw new UncheckedIOException("bug: memory can be written", e);
    }
    return answer.toByteArray();
  }

  private TaskResult run(
      InputLayout layout, Piece piece, ByteArrayOutputStream answer, RehearsalContext context)
      throws IOException {
    MemoryPiece input = new MemoryPiece(layout.segments(piece), contents, call.split());
    Bytes state = call.run(input, answer, context);
    return new TaskResult(
        new TaskId(0, piece.task()),
        piece.offset(),
        piece.lengthBytes(),
        new Manifest(List.of()),
        context.takeCounters(),
        state,
        NODE,
        0);
  }

  private void combine(InputLayout layout, List<TaskResult> results, ByteArrayOutputStream answer)
      throws IOException {
    switch (call.combine()) {
      case Combine.ConcatenateInOrder _ -> {} // each piece has written its part
      case Combine.Aggregate aggregate -> {
        List<InputFile> inputs = new ArrayList<>();
        for (int i = 0; i < layout.inputs(); i++) {
          inputs.add(new InputFile(layout.label(i), layout.sizeBytes(i)));
        }
        aggregate.reduction().reduce(inputs, results, answer);
      }
      case Combine.Stages _, Combine.Files _ ->
          throw new IllegalStateException("bug: the guard lets these by");
    }
  }

  private InputLayout layout() {
    Check.that(!contents.isEmpty(), "no input");
    return new InputLayout(
        contents.stream().map(content -> (long) content.length).toList(), labels);
  }

  private boolean whole() {
    return switch (call.split()) {
      case Split.Bytes _, Split.Lines _, Split.Records _ -> false;
      case Split.WholeFile _ -> true;
    };
  }

  private static boolean isEdge(InputLayout layout, long place) {
    for (int i = 0; i < layout.inputs(); i++) {
      if (layout.start(i) == place) {
        return true;
      }
    }
    return place == layout.totalBytes();
  }
}
