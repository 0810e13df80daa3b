package dev.millrace.compute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Limits;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PieceCutterTest {
  private static final Split BYTES = new Split.Bytes(ByteUnits.MIB);

  private static InputLayout layout(Long... sizes) {
    return layout(List.of(sizes));
  }

  private static InputLayout layout(List<Long> sizes) {
    return new InputLayout(sizes, sizes.stream().map(_ -> "input").toList());
  }

  private static List<Piece> cut(InputLayout layout, Split split, int slots) {
    return new PieceCutter(layout, split, slots, PieceSizes.upTo(PieceCutter.MOST_BYTES)).cut();
  }

  private static InputLayout randomLayout(SplittableRandom random) {
    List<Long> sizes = new ArrayList<>();
    int inputs = random.nextInt(8) == 0 ? random.nextInt(1, 3000) : random.nextInt(1, 8);
    for (int i = 0; i < inputs; i++) {
      long most = 1L << random.nextInt(1, inputs > 10 ? 22 : 34);
      sizes.add(random.nextInt(4) == 0 ? 0 : random.nextLong(most));
    }
    return layout(sizes);
  }

  private static Split randomSplit(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Split.WholeFile();
      case 3 -> new Split.Bytes(1);
      case 1 -> new Split.Lines();
      case 2 -> new Split.Bytes(8 * ByteUnits.MIB);
      default -> BYTES;
    };
  }

  /// The pieces are numbered from 0, follow each other, and their segments are all inputs, each
  /// byte once and each empty input once.
  private static void assertWhole(InputLayout layout, List<Piece> pieces) {
    long at = 0;
    int input = 0;
    long within = 0;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      check(piece.task() == i, pieces);
      check(piece.offset() == at, pieces);
      check(piece.lengthBytes() > 0 || layout.totalBytes() == 0, pieces);
      long inSegments = 0;
      for (Segment segment : layout.segments(piece)) {
        if (within == layout.sizeBytes(input) && segment.input() == input + 1) {
          input++;
          within = 0;
        }
        check(segment.input() == input, pieces);
        check(segment.offset() == within, pieces);
        within += segment.lengthBytes();
        inSegments += segment.lengthBytes();
      }
      check(inSegments == piece.lengthBytes(), pieces);
      at = piece.end();
    }
    check(at == layout.totalBytes(), pieces);
    check(input == layout.inputs() - 1, pieces);
    check(within == layout.sizeBytes(input), pieces);
  }

  private static void check(boolean holds, List<Piece> pieces) {
    if (!holds) { // cheaper than an assertion for each byte range of thousands of inputs
      throw new AssertionError("wrong pieces: " + pieces);
    }
  }

  @Test
  void coversAnyInputOnceInOrderWithinBounds() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("PieceCutterTest"));
    for (int round = Seeds.rounds(1000); round > 0; round--) {
      InputLayout layout = randomLayout(random);
      Split split = randomSplit(random);
      int slots = random.nextInt(1, 65);
      long most = 1L << random.nextInt(20, 30);
      List<Piece> pieces = new PieceCutter(layout, split, slots, PieceSizes.upTo(most)).cut();
      assertWhole(layout, pieces);
      for (Piece piece : pieces) {
        List<Segment> segments = layout.segments(piece);
        long withBytes = segments.stream().filter(s -> s.lengthBytes() > 0).count();
        assertThat(withBytes).isLessThanOrEqualTo(PieceCutter.PACKED_INPUTS);
        if (split instanceof Split.WholeFile) {
          assertThat(segments)
              .allMatch(s -> s.offset() == 0 && s.lengthBytes() == layout.sizeBytes(s.input()));
          assertThat(
                  withBytes == 1 || piece.lengthBytes() <= PieceCutter.MOST_BYTES || withBytes == 0)
              .isTrue();
        } else {
          assertThat(piece.lengthBytes()).isLessThanOrEqualTo(PieceCutter.MOST_BYTES);
        }
      }
    }
  }

  @Test
  void goesOnBehindAnySetOfFinishedPieces() {
    SplittableRandom random = new SplittableRandom(Seeds.seed("PieceCutterTest.rest"));
    for (int round = Seeds.rounds(1000); round > 0; round--) {
      InputLayout layout = randomLayout(random);
      Split split = randomSplit(random);
      List<Piece> before = cut(layout, split, random.nextInt(1, 17));
      double finished = random.nextDouble();
      List<Piece> done = new ArrayList<>();
      for (Piece piece : before) {
        if (random.nextDouble() < finished) {
          done.add(piece);
        }
      }
      List<Piece> rest =
          new PieceCutter(
                  layout,
                  split,
                  random.nextInt(1, 17),
                  PieceSizes.upTo(1L << random.nextInt(20, 27)))
              .rest(done);
      List<Piece> all = new ArrayList<>(done);
      all.addAll(rest);
      all.sort(Comparator.comparingInt(Piece::task));
      assertWhole(layout, all);
      if (split instanceof Split.WholeFile) {
        for (Piece piece : rest) {
          assertThat(layout.segments(piece))
              .allMatch(s -> s.offset() == 0 && s.lengthBytes() == layout.sizeBytes(s.input()));
        }
      }
    }
  }

  @Test
  void nothingIsLeftWhenAllIsFinished() {
    InputLayout layout = layout(5L, 0L, 70 * ByteUnits.MIB);
    PieceCutter cutter = new PieceCutter(layout, BYTES, 2, PieceSizes.upTo(PieceCutter.MOST_BYTES));
    assertThat(cutter.rest(cutter.cut())).isEmpty();
    PieceCutter empty =
        new PieceCutter(layout(0L, 0L), BYTES, 2, PieceSizes.upTo(PieceCutter.MOST_BYTES));
    assertThat(empty.cut()).containsExactly(new Piece(0, 0, 0));
    assertThat(empty.rest(empty.cut())).isEmpty();
  }

  @Test
  void largePiecesComeFirstAtTheEdgesOfChunksAndTheTailShrinks() {
    InputLayout layout = layout(ByteUnits.GIB);
    List<Piece> pieces = cut(layout, new Split.Bytes(8 * ByteUnits.MIB), 2);
    assertThat(pieces.getFirst().lengthBytes()).isEqualTo(128 * ByteUnits.MIB);
    assertThat(pieces.getLast().lengthBytes()).isEqualTo(8 * ByteUnits.MIB);
    for (int i = 1; i < pieces.size(); i++) {
      assertThat(pieces.get(i).lengthBytes()).isLessThanOrEqualTo(pieces.get(i - 1).lengthBytes());
      assertThat(pieces.get(i).offset() % Limits.CHUNK_BYTES).isZero();
    }
  }

  @Test
  void manySmallInputsArePackedIntoOnePiece() {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      sizes.add(10L);
    }
    assertThat(cut(layout(sizes), new Split.WholeFile(), 2)).hasSize(3);
    InputLayout many = layout(sizes);
    List<Piece> pieces = cut(many, BYTES, 2);
    assertWhole(many, pieces);
    assertThat(pieces).hasSize(3).allMatch(piece -> piece.lengthBytes() <= 10_000);
  }

  @Test
  void aProbeBeginsWithAPieceForEachSlotAndTheRestIsCutAgain() {
    InputLayout layout = layout(ByteUnits.GIB);
    PieceSizes probe = new PieceSizes(1, 1, PieceCutter.MOST_BYTES, PieceCutter.LEAST_BYTES, true);
    List<Piece> pieces = new PieceCutter(layout, BYTES, 2, probe).cut();
    assertWhole(layout, pieces);
    assertThat(pieces.get(0).lengthBytes()).isEqualTo(ByteUnits.MIB);
    assertThat(pieces.get(1).lengthBytes()).isEqualTo(4 * ByteUnits.MIB);
    assertThat(pieces.get(2).lengthBytes()).isGreaterThan(32 * ByteUnits.MIB);
    PieceCutter slow = new PieceCutter(layout, BYTES, 2, PieceSizes.upTo(4 * ByteUnits.MIB));
    List<Piece> again = new ArrayList<>(pieces.subList(0, 2));
    again.addAll(slow.tail(5 * ByteUnits.MIB, 2));
    assertWhole(layout, again);
    assertThat(again).allMatch(piece -> piece.lengthBytes() <= 4 * ByteUnits.MIB);
  }

  @Test
  void theFirstPieceIsOneThatIsSoonDone() {
    PieceSizes sizes = new PieceSizes(1, 1, PieceCutter.MOST_BYTES, 8 * ByteUnits.MIB, false);
    List<Piece> pieces = new PieceCutter(layout(ByteUnits.GIB), BYTES, 2, sizes).cut();
    assertThat(pieces.getFirst().lengthBytes()).isEqualTo(8 * ByteUnits.MIB);
    assertThat(pieces.get(1).lengthBytes()).isEqualTo(120 * ByteUnits.MIB);
  }

  @Test
  void piecesThatCostAStartAreNotSmallWhereThereAreEnough() {
    PieceSizes sizes =
        new PieceSizes(1, 32 * ByteUnits.MIB, PieceCutter.MOST_BYTES, ByteUnits.MIB, false);
    InputLayout large = layout(ByteUnits.GIB);
    List<Piece> pieces = new PieceCutter(large, BYTES, 2, sizes).cut();
    assertWhole(large, pieces);
    assertThat(pieces.getFirst().lengthBytes()).isEqualTo(ByteUnits.MIB);
    assertThat(pieces.subList(1, pieces.size() - 1))
        .allMatch(piece -> piece.lengthBytes() >= 32 * ByteUnits.MIB);
    InputLayout small = layout(64 * ByteUnits.MIB);
    List<Piece> few = new PieceCutter(small, BYTES, 2, sizes.behindFirst()).cut();
    assertWhole(small, few);
    assertThat(few).hasSizeBetween(8, 9);
    PieceSizes fast = new PieceSizes(large.totalBytes(), 1, PieceCutter.MOST_BYTES, 1, false);
    assertThat(new PieceCutter(small, BYTES, 2, fast.behindFirst()).cut())
        .as("short work is one piece a slot")
        .hasSize(2);
  }

  @Test
  void speedIsThatOfTheLastSeconds() {
    SpeedWindow speed = new SpeedWindow();
    assertThat(speed.bytesPerSecond()).isZero();
    for (int second = 0; second <= 20; second++) {
      speed.sample(second * 1_000_000_000L, second <= 10 ? second * 1000L : 10_000);
    }
    assertThat(speed.bytesPerSecond()).isZero();
    speed.sample(21_000_000_000L, 15_000);
    assertThat(speed.bytesPerSecond()).isEqualTo(1000);
  }

  @Test
  void piecesEndWithInputsWhereTheyCan() {
    long mib = 1 << 20;
    InputLayout layout =
        new InputLayout(
            List.of(3 * mib, 3 * mib + 1, 3 * mib + 2, 3 * mib + 3), List.of("a", "b", "c", "d"));
    List<Piece> pieces =
        new PieceCutter(layout, new Split.Bytes(mib), 2, PieceSizes.upTo(PieceCutter.MOST_BYTES))
            .cut();
    for (int input = 0; input < layout.inputs(); input++) {
      long end = layout.start(input) + layout.sizeBytes(input);
      assertThat(pieces).as("input %d", input).anyMatch(piece -> piece.end() == end);
    }
    assertThat(pieces).allMatch(piece -> piece.lengthBytes() >= mib / 2);
  }

  @Test
  void aTinyInputAtTheEndBindsNoLargeOne() {
    long mib = 1 << 20;
    for (long size = 2 * mib; size < 40 * mib; size += mib / 3) {
      InputLayout layout = new InputLayout(List.of(size, 13L), List.of("a", "b"));
      long edge = size;
      assertThat(
              new PieceCutter(
                      layout, new Split.Bytes(mib), 2, PieceSizes.upTo(PieceCutter.MOST_BYTES))
                  .cut())
          .as("%d bytes", size)
          .anyMatch(piece -> piece.end() == edge);
    }
  }
}
