package dev.millrace.catalog.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Text;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand;
import dev.millrace.wire.catalog.ListingRow;
import dev.millrace.wire.catalog.ProvenanceCodec;
import dev.millrace.wire.catalog.RowCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What must hold of the tables after any history.
public final class Invariants {
  private Invariants() {}

  public static void check(CatalogView view) {
    Map<ChunkId, Long> named = new HashMap<>();
    TreeMap<byte[], ObjectVersion> newest = new TreeMap<>(Arrays::compareUnsigned);
    Set<Long> sequences = new HashSet<>();
    int versions = 0;
    try (CatalogView.RowCursor rows = view.rows(Table.VERSIONS)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        versions++;
        byte[] key = Keys.keyOfVersion(rows.key());
        ObjectVersion version =
            RowCodec.version(
                BucketName.CATALOG,
                new ObjectKey(new String(key, StandardCharsets.UTF_8)),
                rows.value());
        assertThat(version.sequence()).isEqualTo(Keys.sequenceOfVersion(rows.key()));
        assertThat(sequences.add(version.sequence())).as("%s", version).isTrue();
        newest.putIfAbsent(Keys.object(Keys.number(rows.key()), key), version);
        count(named, Replay.chunks(version));
        assertThat(new Rows(view).place(version.id()).orElseThrow().sequence())
            .isEqualTo(version.sequence());
      }
    }
    checkCurrent(view, newest);
    assertThat(size(view, Table.VERSION_IDS)).isEqualTo(versions);
    try (CatalogView.RowCursor rows = view.rows(Table.TASKS)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        count(named, Replay.chunks(RowCodec.task(rows.value()).output()));
      }
    }
    try (CatalogView.RowCursor rows = view.rows(Table.HELD)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        count(named, RowCodec.held(rows.value()));
      }
    }
    checkCounts(view, named);
    checkDescent(view);
  }

  /// Every recorded result leads to a job, and every job knows what goes back to it.
  private static void checkDescent(CatalogView view) {
    Rows rows = new Rows(view);
    TreeSet<byte[]> descendants = new TreeSet<>(Arrays::compareUnsigned);
    try (CatalogView.RowCursor versions = view.rows(Table.VERSIONS)) {
      for (versions.seek(new byte[0]); versions.valid(); versions.next()) {
        if (RowCodec.version(BucketName.CATALOG, new ObjectKey("any"), versions.value())
            instanceof StoredVersion version) {
          version
              .stored()
              .producer()
              .ifPresent(job -> descendants.add(Keys.descendant(job, version.id().value())));
        }
      }
    }
    try (CatalogView.RowCursor jobs = view.rows(Table.JOBS)) {
      for (jobs.seek(new byte[0]); jobs.valid(); jobs.next()) {
        Job job = RowCodec.job(jobs.value());
        job.reusedFrom()
            .ifPresent(origin -> {
              descendants.add(Keys.descendant(origin, job.id().value()));
              assertThat(rows.job(origin)).as("where %s comes from", job).isPresent();
            });
      }
    }
    TreeSet<byte[]> noted = new TreeSet<>(Arrays::compareUnsigned);
    try (CatalogView.RowCursor cursor = view.rows(Table.DESCENDANTS)) {
      for (cursor.seek(new byte[0]); cursor.valid(); cursor.next()) {
        noted.add(cursor.key());
      }
    }
    assertThat(noted.stream().map(Text::hex).toList())
        .isEqualTo(descendants.stream().map(Text::hex).toList());
    try (CatalogView.RowCursor results = view.rows(Table.RESULTS)) {
      for (results.seek(new byte[0]); results.valid(); results.next()) {
        assertThat(rows.job(ProvenanceCodec.result(results.value()).job())).isPresent();
      }
    }
    checkParts(view, rows);
  }

  /// The parts of the newest jobs of each kin, and how to find them.
  private static void checkParts(CatalogView view, Rows rows) {
    Map<Sha256, Integer> kin = new HashMap<>();
    int parts = 0;
    try (CatalogView.RowCursor cursor = view.rows(Table.PARTS)) {
      for (cursor.seek(new byte[0]); cursor.valid(); cursor.next()) {
        kin.merge(ProvenanceCodec.parts(cursor.value()).kin(), 1, Integer::sum);
        parts++;
      }
    }
    assertThat(kin.values()).allMatch(count -> count <= CatalogCommand.PublishJob.KEPT_KIN);
    assertThat(size(view, Table.KIN)).isEqualTo(parts);
    for (Sha256 key : kin.keySet()) {
      for (JobId id : rows.kin(key)) {
        assertThat(rows.job(id)).isPresent();
        assertThat(rows.parts(id).orElseThrow().kin()).isEqualTo(key);
      }
    }
  }

  private static void checkCurrent(CatalogView view, Map<byte[], ObjectVersion> newest) {
    int shown = 0;
    for (Map.Entry<byte[], ObjectVersion> entry : newest.entrySet()) {
      boolean stored = entry.getValue() instanceof StoredVersion;
      shown += stored ? 1 : 0;
      byte @Nullable [] row = view.get(stored ? Table.OBJECTS : Table.DELETED, entry.getKey());
      assertThat(row).isNotNull();
      if (row != null) {
        assertThat(ListingRow.read(row).id()).isEqualTo(entry.getValue().id());
      }
    }
    assertThat(size(view, Table.OBJECTS)).isEqualTo(shown);
    assertThat(size(view, Table.DELETED)).isEqualTo(newest.size() - shown);
  }

  private static void checkCounts(CatalogView view, Map<ChunkId, Long> named) {
    Map<ChunkId, Long> counted = new HashMap<>();
    try (CatalogView.RowCursor rows = view.rows(Table.CHUNKS)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        counted.put(Keys.chunk(rows.key()), Keys.number(rows.value()));
      }
    }
    assertThat(counted).isEqualTo(named);
    Set<ChunkId> garbage = new HashSet<>();
    try (CatalogView.RowCursor rows = view.rows(Table.GARBAGE)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        garbage.add(Keys.chunk(rows.key()));
      }
    }
    garbage.retainAll(named.keySet());
    assertThat(garbage).isEmpty();
  }

  private static void count(Map<ChunkId, Long> named, List<ChunkId> chunks) {
    chunks.forEach(chunk -> named.merge(chunk, 1L, Long::sum));
  }

  private static int size(CatalogView view, Table table) {
    int size = 0;
    try (CatalogView.RowCursor rows = view.rows(table)) {
      for (rows.seek(new byte[0]); rows.valid(); rows.next()) {
        size++;
      }
    }
    return size;
  }
}
