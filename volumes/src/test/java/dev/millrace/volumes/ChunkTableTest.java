package dev.millrace.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.volume.RecordShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChunkTableTest {
  @Test
  void itAgreesWithAMap() {
    long seed = Chunks.seed();
    Random random = new Random(seed);
    ChunkTable table = new ChunkTable();
    Map<Long, Location> model = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      long local = random.nextInt(3_000) * (step % 2 == 0 ? 1L : 1L << 40);
      if (random.nextInt(5) < 3) {
        Location at =
            new Location(
                1 + random.nextInt(1 << 30),
                1 + random.nextInt(1 << 20),
                512L * random.nextInt(1 << 27),
                new RecordShape(1 + random.nextInt(1 << 23), random.nextInt(16_000)));
        table.put(local, at);
        model.put(local, at);
      } else {
        table.remove(local);
        model.remove(local);
      }
      assertThat(table.get(local)).as("seed %d", seed).isEqualTo(model.get(local));
    }
    assertThat(table.size()).isEqualTo(model.size());
    Map<Long, Location> visited = new HashMap<>();
    table.forEach(visited::put);
    assertThat(visited).as("seed %d", seed).isEqualTo(model);
    assertThat(table.sortedLocals())
        .containsExactly(
            model.keySet().stream()
                .sorted(Long::compareUnsigned)
                .mapToLong(Long::longValue)
                .toArray());
  }
}
