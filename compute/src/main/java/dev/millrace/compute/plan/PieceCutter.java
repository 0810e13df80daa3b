package dev.millrace.compute.plan;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.Limits;
import dev.millrace.compute.program.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Cuts a job's input by guided self-scheduling (Polychronopoulos and Kuck, 1987): each piece is a
/// quarter of what is left, divided by the slots, between the least and the most that a piece may
/// be. Large pieces come first and the tail shrinks, so that the slots end together. The least is
/// what makes a piece worth while, but there are about four pieces a slot all the same, or one
/// where the whole is short work.
///
/// With two slots 1 GiB becomes pieces of 128, 112, 96 … 8 MiB, where such are worth while; before
/// them come small ones when [PieceSizes] asks for them.
///
/// Cuts lie at the edges of chunks (8 MiB) where pieces are large, else at those of frames, counted
/// from the beginning of the input that is cut. Small inputs are packed into one piece, up to
/// 1,000. A piece that is about as large as wanted ends with an input rather than within one. Input
/// without any bytes is one piece.
public final class PieceCutter {
  /// The largest piece, but for an input that can't be cut.
  public static final long MOST_BYTES = 256 * ByteUnits.MIB;

  /// The smallest piece when an instruction does not ask for more.
  public static final long LEAST_BYTES = ByteUnits.MIB;

  /// Inputs that are packed into one piece, empty ones not counted. Bounds a piece's state.
  static final int PACKED_INPUTS = 1000;

  private static final int SHARE = 4;

  /// How much larger the second and further pieces of a probe are than the first: from pieces of
  /// one size nobody can tell what a start costs.
  private static final int PROBE_FACTOR = 4;

  private final InputLayout layout;
  private final boolean wholeInputs;
  private final long leastBytes;
  private final long mostBytes;
  private final int slots;
  private final long firstBytes;
  private final int firstPieces;

  /// @param slots how many tasks can run at once
  /// @param sizes raised to what the split needs at least
  public PieceCutter(InputLayout layout, Split split, int slots, PieceSizes sizes) {
    Check.that(slots > 0, "%d slots", slots);
    this.layout = layout;
    this.slots = slots;
    this.wholeInputs =
        switch (split) {
          case Split.Bytes _, Split.Lines _, Split.Records _ -> false;
          case Split.WholeFile _ -> true;
        };
    long least =
        switch (split) {
          case Split.Bytes bytes -> Math.clamp(bytes.leastBytes(), 1, MOST_BYTES);
          case Split.Lines _, Split.Records _, Split.WholeFile _ -> LEAST_BYTES;
        };
    long aSlot = layout.totalBytes() / slots;
    long worthWhile =
        Math.max(Math.min(sizes.shortBytes(), aSlot), Math.min(sizes.leastBytes(), aSlot / SHARE));
    this.leastBytes = Math.clamp(worthWhile, least, MOST_BYTES);
    this.mostBytes = Math.clamp(sizes.mostBytes(), leastBytes, MOST_BYTES);
    this.firstBytes = Math.clamp(sizes.firstBytes(), least, mostBytes);
    this.firstPieces = sizes.probe() ? slots : 1;
  }

  /// The pieces of the whole input, in order.
  public List<Piece> cut() {
    return rest(List.of());
  }

  /// The pieces that are left when those of `done` are finished: together they are the whole input,
  /// and tasks are numbered in the order of bytes. A gap between two finished pieces is cut into as
  /// many pieces as there are free numbers, since its neighbours keep theirs; behind the last
  /// finished piece the cutting is free.
  public List<Piece> rest(List<Piece> done) {
    List<Piece> sorted = new ArrayList<>(done);
    sorted.sort(Comparator.comparingInt(Piece::task));
    List<Piece> pieces = new ArrayList<>();
    long at = 0;
    int task = 0;
    for (Piece piece : sorted) {
      Check.that(
          piece.task() >= task && piece.offset() >= at && piece.end() <= layout.totalBytes(),
          "finished piece %s overlaps one that ends at %d",
          piece,
          at);
      Check.that(
          !wholeInputs || (isEdge(piece.offset()) && isEdge(piece.end())),
          "finished piece %s ends inside an input",
          piece);
      cutInto(pieces, at, piece.offset(), task, piece.task() - task);
      at = piece.end();
      task = piece.task() + 1;
    }
    if (layout.totalBytes() == 0 && done.isEmpty()) {
      pieces.add(new Piece(0, 0, 0));
    }
    cutFreely(pieces, at, task);
    return pieces;
  }

  /// The pieces from `offset` on, numbered from `task`: to cut again what was not begun.
  public List<Piece> tail(long offset, int task) {
    List<Piece> pieces = new ArrayList<>();
    cutFreely(pieces, offset, task);
    return pieces;
  }

  private boolean isEdge(long position) {
    int input = layout.inputAt(position);
    return input == layout.inputs()
        ? position == layout.totalBytes()
        : position == layout.start(input)
            || position == layout.start(input) + layout.sizeBytes(input);
  }

  private void cutFreely(List<Piece> pieces, long from, int firstTask) {
    long total = layout.totalBytes();
    int task = firstTask;
    for (long at = from; at < total; task++) {
      long left = total - at;
      long wanted = Math.clamp(left / ((long) SHARE * slots), leastBytes, mostBytes);
      if (task < firstPieces) {
        wanted = Math.min(wanted, task == 0 ? firstBytes : PROBE_FACTOR * firstBytes);
      }
      long end = wholeInputs ? packInputs(at, wanted) : cutBytes(at, wanted);
      pieces.add(new Piece(task, at, end - at));
      at = end;
    }
  }

  /// Exactly `count` pieces, of about the same size.
  private void cutInto(List<Piece> pieces, long from, long to, int firstTask, int count) {
    Check.that(
        count == 0 ? from == to : to - from >= count,
        "%d tasks are missing between bytes %d and %d",
        count,
        from,
        to);
    long at = from;
    for (int i = 0; i < count; i++) {
      int behind = count - 1 - i;
      long end = behind == 0 ? to : at + (to - at) / (behind + 1);
      if (wholeInputs && behind > 0) {
        end = inputEdge(at, end, to, behind);
      }
      pieces.add(new Piece(firstTask + i, at, end - at));
      at = end;
    }
  }

  /// The edge between inputs that is next behind `wanted`, but leaves `behind` inputs with bytes
  /// before `to`.
  private long inputEdge(long at, long wanted, long to, int behind) {
    long latest = to;
    int left = behind;
    for (int i = layout.inputAt(to) - 1; i >= 0 && left > 0; i--) {
      if (layout.sizeBytes(i) > 0) {
        latest = layout.start(i);
        left--;
      }
    }
    Check.that(latest > at, "%d inputs are missing before byte %d", behind, to);
    int input = layout.inputAt(wanted - 1);
    return Math.min(latest, layout.start(input) + layout.sizeBytes(input));
  }

  private long packInputs(long at, long wanted) {
    int packed = 0;
    long end = at;
    for (int i = layout.inputAt(at); i < layout.inputs() && packed < PACKED_INPUTS; i++) {
      long size = layout.sizeBytes(i);
      if (packed > 0 && end - at + size > wanted) {
        break;
      }
      end += size;
      packed += size > 0 ? 1 : 0;
    }
    return end;
  }

  /// The edge of an input where a piece may as well end: so a later job that has the same input
  /// finds pieces that are all of it. 0 when there is none.
  ///
  /// @param input in which a piece of the wanted size would end
  private long edgeNear(long at, long wanted, int input) {
    long before = layout.start(input);
    if (before - at >= Math.max(1, wanted / 2)) {
      return before;
    }
    long behind = before + layout.sizeBytes(input);
    if (behind - at <= Math.min(mostBytes, wanted + wanted / 2)) {
      return behind;
    }
    return 0;
  }

  /// The end of all, or of the last input before it that fills a piece: a tiny input at the end is
  /// not to bind a large one.
  private long lastEdge(long at, long wanted) {
    long before = layout.start(layout.inputAt(layout.totalBytes() - 1));
    return before - at >= Math.max(1, wanted / 2) ? before : layout.totalBytes();
  }

  /// The end of the last input that may be packed into a piece that begins at `at`.
  private long packedEnd(long at) {
    int packed = 0;
    for (int i = layout.inputAt(at); i < layout.inputs(); i++) {
      packed += layout.sizeBytes(i) > 0 ? 1 : 0;
      if (packed == PACKED_INPUTS) {
        return layout.start(i) + layout.sizeBytes(i);
      }
    }
    return layout.totalBytes();
  }

  private long cutBytes(long at, long wanted) {
    long total = layout.totalBytes();
    long packed = packedEnd(at);
    if (packed == total && total - at <= mostBytes && total - at - wanted < leastBytes / 2) {
      return lastEdge(at, wanted); // rather one piece than a tiny one behind it
    }
    long end = Math.min(total, at + wanted);
    if (packed <= end) {
      return packed;
    }
    int input = layout.inputAt(at);
    while (layout.start(input) + layout.sizeBytes(input) < end) {
      input++;
    }
    if (end == layout.start(input) + layout.sizeBytes(input)) {
      return end;
    }
    long edge = edgeNear(at, wanted, input);
    if (edge > 0) {
      return edge;
    }
    for (int unit : new int[] {Limits.CHUNK_BYTES, Limits.FRAME_BYTES}) {
      long aligned = end - (end - layout.start(input)) % unit;
      if (aligned > at && aligned - at >= wanted / 2) {
        return aligned;
      }
    }
    return end;
  }
}
