package dev.millrace.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.NodeId;
import dev.millrace.model.StoragePolicy;
import dev.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class VolumePlacementTest {
  private static Candidate node(int number, String domain, long roomBytes) {
    return new Candidate(new NodeId(new Id128(0, number)), domain, roomBytes);
  }

  /// Over thousands of random clusters: enough members, all different, all with room, and as many
  /// domains as possible; a failure exactly when too few have room.
  @Test
  void whatIsPromisedHoldsInEveryCluster() {
    long seed = Seeds.seed("whatIsPromisedHoldsInEveryCluster");
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < Seeds.rounds(20_000); round++) {
      Map<NodeId, Candidate> cluster = new HashMap<>();
      int count = random.nextInt(12);
      int domains = 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        long room = random.nextInt(3) == 0 ? 0 : random.nextLong(ByteUnits.TIB);
        Candidate candidate = node(i, "d" + random.nextInt(domains), room);
        cluster.put(candidate.node(), candidate);
      }
      StoragePolicy policy =
          random.nextBoolean()
              ? new StoragePolicy.Replicated(1 + random.nextInt(5))
              : new StoragePolicy.Erasure(1 + random.nextInt(4), 1 + random.nextInt(3));
      int wanted =
          switch (policy) {
            case StoragePolicy.Replicated p -> p.copies();
            case StoragePolicy.Erasure p -> p.data() + p.parity();
          };
      List<Candidate> able =
          cluster.values().stream()
              .filter(c -> c.roomBytes() >= VolumePlacement.LEAST_ROOM_BYTES)
              .toList();
      List<NodeId> chosen;
      try {
        chosen = VolumePlacement.place(List.copyOf(cluster.values()), policy, random.split());
      } catch (MillraceException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(able.size()).as("seed %d round %d", seed, round).isLessThan(wanted);
        continue;
      }
      assertThat(chosen).hasSize(wanted).doesNotHaveDuplicates();
      Set<String> used = new HashSet<>();
      for (NodeId node : chosen) {
        assertThat(able).contains(cluster.get(node));
        used.add(
            able.stream()
                .filter(c -> c.node().equals(node))
                .findFirst()
                .orElseThrow()
                .failureDomain());
      }
      long possible = able.stream().map(Candidate::failureDomain).distinct().count();
      assertThat(used)
          .as("seed %d round %d", seed, round)
          .hasSize((int) Math.min(possible, wanted));
    }
  }

  @Test
  void nodesFillInProportionToTheirRoom() {
    List<Candidate> cluster = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      cluster.add(node(i, "d" + i, i * ByteUnits.GIB));
    }
    SplittableRandom random = new SplittableRandom(42);
    int[] chosen = new int[5];
    int rounds = 20_000;
    for (int i = 0; i < rounds; i++) {
      NodeId first =
          VolumePlacement.place(cluster, new StoragePolicy.Replicated(1), random).getFirst();
      chosen[(int) first.value().low()]++;
    }
    for (int i = 1; i <= 4; i++) {
      assertThat((double) chosen[i] / rounds).isBetween(i / 10.0 - 0.02, i / 10.0 + 0.02);
    }
  }

  @Test
  void theFailureSaysWhatIsNeeded() {
    assertThatThrownBy(() ->
            VolumePlacement.place(
                List.of(node(1, "a", 1), node(2, "b", ByteUnits.TIB)),
                new StoragePolicy.Replicated(2),
                new SplittableRandom(1)))
        .hasMessage(
            "volume for replicated(2): 1 of 2 nodes have room, 2 are needed: free space, add a disk"
                + " or add a node");
  }
}
