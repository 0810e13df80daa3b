package dev.millrace.storage.placement;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Chooses the nodes of a new volume.
///
/// Goals, in order: as many nodes as the policy needs, all different; as many failure domains as
/// there are, so that two members share one only when there are fewer domains than members; nodes
/// with more room more often, in proportion, so that they fill up together whatever their sizes.
///
/// Each node draws a number, `u^(1/room)` with `u` uniform in (0, 1): the order of these numbers is
/// a sample without replacement by weight (Efraimidis, Spirakis: *Weighted random sampling with a
/// reservoir*, 2006). The best of each domain come first, then the others.
///
/// Example: of a1 and a2 in domain a, b1 in b, `replicated(2)` takes b1 and one of a's; with
/// `replicated(3)` all three.
public final class VolumePlacement {
  /// A node with less room isn't given another volume: it is better kept for those it has.
  public static final long LEAST_ROOM_BYTES = 64 * ByteUnits.MIB;

  private record Draw(Candidate candidate, double logarithm) {}

  private VolumePlacement() {}

  /// The nodes for a volume of this policy, best choice first.
  ///
  /// @throws MillraceException DISK_FULL when too few nodes have room
  public static List<NodeId> place(
      List<Candidate> candidates, StoragePolicy policy, RandomGenerator random) {
    int wanted =
        switch (policy) {
          case StoragePolicy.Replicated replicated -> replicated.copies();
          case StoragePolicy.Erasure erasure -> erasure.data() + erasure.parity();
        };
    List<Draw> draws = new ArrayList<>();
    for (Candidate candidate : candidates) {
      // Drawn for all, so that one node's lack of room changes nothing for the others.
      double uniform = 1 - random.nextDouble();
      if (candidate.roomBytes() >= LEAST_ROOM_BYTES) {
        draws.add(new Draw(candidate, Math.log(uniform) / candidate.roomBytes()));
      }
    }
    if (draws.size() < wanted) {
      throw new MillraceException(
          ErrorCode.DISK_FULL,
          "volume for "
              + policy
              + ": "
              + draws.size()
              + " of "
              + candidates.size()
              + " nodes have room, "
              + wanted
              + " are needed: free space, add a disk or add a node");
    }
    draws.sort(Comparator.comparingDouble(Draw::logarithm).reversed());
    return domainsFirst(draws).stream().map(Candidate::node).limit(wanted).toList();
  }

  private static List<Candidate> domainsFirst(List<Draw> draws) {
    List<Candidate> first = new ArrayList<>();
    List<Candidate> others = new ArrayList<>();
    Set<String> domains = new HashSet<>();
    for (Draw draw : draws) {
      (domains.add(draw.candidate().failureDomain()) ? first : others).add(draw.candidate());
    }
    first.addAll(others);
    return first;
  }
}
