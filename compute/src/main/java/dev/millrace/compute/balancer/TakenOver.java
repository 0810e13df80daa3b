package dev.millrace.compute.balancer;

import dev.millrace.base.Bytes;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Extent;
import dev.millrace.model.JobSpec;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a job need not compute, since an earlier one of its kin did. Pure.
///
/// The unit is the *group*: the shortest run of pieces that is the answer to whole inputs. One
/// large input is a group of many pieces; a piece into which a thousand small inputs were packed is
/// one group. A group is taken over where the same inputs, in the same order and by the same names,
/// stand one behind the other among the new job's. Between the groups that are taken over lie whole
/// inputs, which are cut and run as if they were alone.
///
/// ```
/// before   | a      a      a | b c d e | f    f |
/// now      | a      a      a | x | b c d e | g  |      a, and b to e, are taken over
/// ```
///
/// An empty input belongs to the piece that holds the byte behind it ([InputLayout#segments]), so a
/// group is left alone where an empty input would come before it, or join it at the end.
///
/// @param results of the tasks that need not be run
/// @param rest the pieces that have to be
/// @param inputBytes that need not be read
record TakenOver(List<TaskResult> results, List<Piece> rest, long inputBytes) {
  /// State that is kept with an answer: more is not worth its place in the catalog.
  static final long KEPT_BYTES = 2L << 20;

  private static final int PIECE_BYTES = 64;
  private static final TakenOver NOTHING = new TakenOver(List.of(), List.of(), 0);

  TakenOver {
    results = List.copyOf(results);
    rest = List.copyOf(rest);
  }

  /// An input as answers know it.
  private record Token(ObjectRef ref, String label) {
    static List<Token> of(JobSpec spec) {
      List<Token> tokens = new ArrayList<>(spec.inputs().size());
      for (int i = 0; i < spec.inputs().size(); i++) {
        tokens.add(new Token(spec.inputs().get(i), spec.labels().get(i)));
      }
      return tokens;
    }
  }

  /// Where a group lies.
  ///
  /// @param firstInput its first input in the earlier job
  /// @param firstExtent its first extent in the answer
  private record Group(AnswerParts.Group parts, int firstInput, int firstExtent) {}

  /// The parts of an answer that can be taken over later; absent when none can, or too much would
  /// have to be kept.
  ///
  /// @param kin the key of the job's kin
  /// @param results of all pieces of its input
  static Optional<AnswerParts> parts(
      Sha256 kin, Call call, InputLayout layout, List<TaskResult> results) {
    if (layout.totalBytes() == 0 || call.moved(Bytes.EMPTY, 0).isEmpty()) {
      return Optional.empty();
    }
    List<AnswerParts.Group> groups = new ArrayList<>();
    List<AnswerParts.Piece> pieces = new ArrayList<>();
    long keptBytes = 0;
    int firstInput = 0;
    for (TaskResult result : results) {
      pieces.add(
          new AnswerParts.Piece(
              result.inputBytes(),
              result.output().extents().size(),
              result.counters(),
              result.state(),
              result.node()));
      keptBytes += PIECE_BYTES + result.state().length();
      long end = result.inputOffset() + result.inputBytes();
      int behind = end == layout.totalBytes() ? layout.inputs() : layout.inputAt(end);
      if (behind == layout.inputs() || layout.start(behind) == end) {
        groups.add(new AnswerParts.Group(behind - firstInput, pieces));
        pieces = new ArrayList<>();
        firstInput = behind;
      }
    }
    return keptBytes > KEPT_BYTES
        ? Optional.empty()
        : Optional.of(new AnswerParts(kin, groups, Optional.empty()));
  }

  /// What a job can take over from an earlier one of the same program and arguments.
  ///
  /// @param before what that job was, and its answer's extents
  /// @param now what the job is
  /// @param layout of its inputs
  /// @param cut the pieces of inputs, as if they were all there are
  static TakenOver plan(
      AnswerParts parts,
      JobSpec before,
      Manifest answer,
      JobSpec now,
      InputLayout layout,
      Call call,
      Function<InputLayout, List<Piece>> cut) {
    List<Token> old = Token.of(before);
    List<Token> tokens = Token.of(now);
    Map<Token, List<Group>> byFirst = index(parts, old, call);
    List<TaskResult> results = new ArrayList<>();
    List<Piece> rest = new ArrayList<>();
    long inputBytes = 0;
    int at = 0; // inputs before this one have their tasks
    for (int input = 0; input < tokens.size(); ) {
      Optional<Group> group = match(byFirst, old, tokens, input, layout);
      if (group.isEmpty()) {
        input++;
        continue;
      }
      addGap(rest, results.size(), layout, at, input, cut);
      int task = results.size() + rest.size();
      for (TaskResult result : move(group.get(), answer, task, input, layout, call)) {
        results.add(result);
        inputBytes += result.inputBytes();
      }
      input += group.get().parts().inputs();
      at = input;
    }
    if (results.isEmpty()) {
      return NOTHING;
    }
    addGap(rest, results.size(), layout, at, tokens.size(), cut);
    return new TakenOver(results, rest, inputBytes);
  }

  /// The pieces of inputs that have to be run, behind `done` tasks that have not.
  private static void addGap(
      List<Piece> rest,
      int done,
      InputLayout layout,
      int from,
      int to,
      Function<InputLayout, List<Piece>> cut) {
    if (from < to) {
      for (Piece piece : cut.apply(part(layout, from, to))) {
        long offset = layout.start(from) + piece.offset();
        rest.add(new Piece(done + rest.size(), offset, piece.lengthBytes()));
      }
    }
  }

  private static Map<Token, List<Group>> index(AnswerParts parts, List<Token> old, Call call) {
    Map<Token, List<Group>> byFirst = new HashMap<>();
    int firstInput = 0;
    int firstExtent = 0;
    for (AnswerParts.Group group : parts.groups()) {
      boolean movable =
          group.pieces().stream().allMatch(piece -> call.moved(piece.state(), 0).isPresent());
      if (movable && group.inputBytes() > 0) {
        byFirst
            .computeIfAbsent(old.get(firstInput), _ -> new ArrayList<>())
            .add(new Group(group, firstInput, firstExtent));
      }
      firstInput += group.inputs();
      firstExtent += group.pieces().stream().mapToInt(AnswerParts.Piece::extents).sum();
    }
    return byFirst;
  }

  /// The largest group whose inputs begin here.
  private static Optional<Group> match(
      Map<Token, List<Group>> byFirst,
      List<Token> old,
      List<Token> tokens,
      int input,
      InputLayout layout) {
    Optional<Group> best = Optional.empty();
    for (Group group : byFirst.getOrDefault(tokens.get(input), List.of())) {
      int inputs = group.parts().inputs();
      boolean larger = best.isEmpty() || inputs > best.get().parts().inputs();
      if (larger
          && input + inputs <= tokens.size()
          && tokens
              .subList(input, input + inputs)
              .equals(old.subList(group.firstInput(), group.firstInput() + inputs))
          && alone(layout, input, input + inputs)) {
        best = Optional.of(group);
      }
    }
    return best;
  }

  /// Whether no empty input around these belongs to their pieces, and none of theirs to others'.
  private static boolean alone(InputLayout layout, int from, int to) {
    boolean afterEmpty = from > 0 && layout.sizeBytes(from - 1) == 0;
    boolean endsEmpty = layout.sizeBytes(to - 1) == 0;
    boolean onlyEmptyBehind = to < layout.inputs() && layout.start(to) == layout.totalBytes();
    return !afterEmpty && !(endsEmpty && to < layout.inputs()) && !onlyEmptyBehind;
  }

  private static InputLayout part(InputLayout layout, int from, int to) {
    List<Long> sizes = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sizes.add(layout.sizeBytes(i));
      labels.add(layout.label(i));
    }
    return new InputLayout(sizes, labels);
  }

  /// A group's results as those of the new job's tasks.
  private static List<TaskResult> move(
      Group group, Manifest answer, int firstTask, int input, InputLayout layout, Call call) {
    List<TaskResult> moved = new ArrayList<>();
    long offset = layout.start(input);
    int extent = group.firstExtent();
    for (AnswerParts.Piece piece : group.parts().pieces()) {
      List<Extent> extents = answer.extents().subList(extent, extent + piece.extents());
      moved.add(
          new TaskResult(
              new TaskId(0, firstTask + moved.size()),
              offset,
              piece.inputBytes(),
              new Manifest(extents),
              piece.counters(),
              call.moved(piece.state(), input - group.firstInput()).orElseThrow(),
              piece.node(),
              0));
      offset += piece.inputBytes();
      extent += piece.extents();
    }
    return moved;
  }
}
