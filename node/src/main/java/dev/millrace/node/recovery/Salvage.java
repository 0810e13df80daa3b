package dev.millrace.node.recovery;

import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.wire.seal.Recovery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Puts versions together from what their chunks say of themselves, in any order.
///
/// A version is whole when its pieces count from 0 without a gap up to the one that says it is the
/// last, and the extents of each piece likewise, with offsets that fit their lengths. When two
/// chunks claim the same place (a task that ran twice), they must have the same length, and the
/// first is taken: programs give the same bytes for the same piece.
public final class Salvage {
  /// A version that can be had back.
  public record Salvaged(
      BucketName bucket, ObjectKey key, VersionId version, WrappedKey dataKey, Manifest manifest) {}

  /// What was found.
  ///
  /// @param incomplete versions that lack chunks: a writer died, or chunks are lost
  public record Result(List<Salvaged> complete, List<VersionId> incomplete) {
    public Result {
      complete = List.copyOf(complete);
      incomplete = List.copyOf(incomplete);
    }
  }

  private record Place(int piece, int extent) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Integer.compare(piece, other.piece);
      return order != 0 ? order : Integer.compare(extent, other.extent);
    }
  }

  private record Claim(ChunkId chunk, int plainBytes, Recovery recovery) {}

  private static final class Candidate {
    private final TreeMap<Place, Claim> claims = new TreeMap<>();
    private boolean contradictory;
  }

  private final Map<VersionId, Candidate> candidates = new HashMap<>();

  /// Takes what one chunk says.
  public void add(ChunkId chunk, int plainBytes, Recovery recovery) {
    Candidate candidate = candidates.computeIfAbsent(recovery.version(), _ -> new Candidate());
    Place place = new Place(recovery.piece(), recovery.extent());
    Claim earlier = candidate.claims.putIfAbsent(place, new Claim(chunk, plainBytes, recovery));
    if (earlier != null && earlier.plainBytes() != plainBytes) {
      candidate.contradictory = true;
    }
  }

  /// The versions that are whole, oldest first, and those that are not.
  public Result result() {
    List<Salvaged> complete = new ArrayList<>();
    List<VersionId> incomplete = new ArrayList<>();
    candidates.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry ->
            assemble(entry.getValue())
                .ifPresentOrElse(complete::add, () -> incomplete.add(entry.getKey())));
    return new Result(complete, incomplete);
  }

  private static Optional<Salvaged> assemble(Candidate candidate) {
    if (candidate.contradictory) {
      return Optional.empty();
    }
    List<Extent> extents = new ArrayList<>();
    Place expected = new Place(0, 0);
    long offset = 0;
    boolean ended = false;
    for (Map.Entry<Place, Claim> entry : candidate.claims.entrySet()) {
      Claim claim = entry.getValue();
      Recovery recovery = claim.recovery();
      if (ended || !entry.getKey().equals(expected) || recovery.offset() != offset) {
        return Optional.empty();
      }
      extents.add(new Extent(claim.chunk(), claim.plainBytes()));
      ended = recovery.lastPiece();
      if (recovery.lastExtent()) {
        expected = new Place(expected.piece() + 1, 0);
        offset = 0;
      } else {
        expected = new Place(expected.piece(), expected.extent() + 1);
        offset += claim.plainBytes();
      }
    }
    if (!ended) {
      return Optional.empty();
    }
    Recovery first = candidate.claims.firstEntry().getValue().recovery();
    return Optional.of(
        new Salvaged(
            first.bucket(), first.key(), first.version(), first.dataKey(), new Manifest(extents)));
  }
}
