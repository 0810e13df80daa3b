package dev.millrace.catalog.state;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.Id128;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Provenance;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand;
import dev.millrace.wire.catalog.ListingRow;
import dev.millrace.wire.catalog.ProvenanceCodec;
import dev.millrace.wire.catalog.RowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Carries records into the tables: the only code that changes them, the same on a leader, on a
/// follower and after a restart.
///
/// What it keeps true: `objects` and `deleted` have one row between them for each key that has a
/// version, its newest; `version_ids` has one row for each row of `versions`; `chunks` counts the
/// extents of versions, task results and held inputs; no chunk is in `chunks` and in `garbage`; the
/// job of each row of `results` is in `jobs`.
final class Replay {
  private static final byte[] NO_BYTES = {};

  private final Overlay tables;
  private final Rows rows;
  private final boolean noteDescendants;

  /// @param format of the log entry that the records come from
  Replay(Overlay tables, int format) {
    this.tables = tables;
    this.rows = new Rows(tables);
    this.noteDescendants = format >= EntryCodec.FORMAT_DESCENDANTS;
  }

  void replay(CatalogRecord fact) {
    switch (fact) {
      case CatalogRecord.BucketMade made -> {
        count(Rows.Counter.BUCKET, made.bucket().id());
        tables.put(Table.BUCKETS, Keys.bucket(made.bucket().name()), RowCodec.write(made.bucket()));
      }
      case CatalogRecord.BucketRemoved removed ->
          tables.remove(Table.BUCKETS, Keys.bucket(removed.bucket().name()));
      case CatalogRecord.VersionAdded added -> add(added.bucketId(), added.version());
      case CatalogRecord.VersionRemoved removed -> remove(removed.bucketId(), removed.version());
      case CatalogRecord.VersionRewrapped rewrapped ->
          tables.put(
              Table.VERSIONS,
              versionKey(rewrapped.bucketId(), rewrapped.version()),
              RowCodec.write(rewrapped.version()));
      case CatalogRecord.VolumeSet set -> {
        if (set.volume().id().value() > rows.last(Rows.Counter.VOLUME)) {
          count(Rows.Counter.VOLUME, set.volume().id().value());
        }
        tables.put(Table.VOLUMES, Keys.volume(set.volume().id()), RowCodec.write(set.volume()));
      }
      case CatalogRecord.GarbageForgotten forgotten ->
          tables.remove(Table.GARBAGE, Keys.chunk(forgotten.chunk()));
      case CatalogRecord.ChunksOffered offered -> offered.chunks().forEach(this::offer);
      case CatalogRecord.JobSet set -> {
        tables.put(Table.JOBS, Keys.job(set.job().id()), RowCodec.write(set.job()));
        set.job().reusedFrom().ifPresent(origin -> descend(origin, set.job().id().value()));
      }
      case CatalogRecord.JobForgotten forgotten -> forget(forgotten.job());
      case CatalogRecord.PartsKept kept -> {
        tables.put(Table.PARTS, Keys.job(kept.id()), ProvenanceCodec.write(kept.parts()));
        tables.put(Table.KIN, Keys.kin(kept.parts().kin(), kept.id()), NO_BYTES);
        rows.kin(kept.parts().kin()).stream()
            .skip(CatalogCommand.PublishJob.KEPT_KIN)
            .forEach(this::dropParts);
      }
      case CatalogRecord.ResultRecorded recorded ->
          tables.put(
              Table.RESULTS,
              recorded.key().value().toArray(),
              ProvenanceCodec.write(recorded.result()));
      case CatalogRecord.InputHeld held -> {
        tables.put(
            Table.HELD, Keys.ofJob(held.id(), held.input()), RowCodec.writeHeld(held.chunks()));
        held.chunks().forEach(this::name);
      }
      case CatalogRecord.TaskRecorded recorded -> {
        tables.put(
            Table.TASKS,
            Keys.task(recorded.id(), recorded.result().id()),
            RowCodec.write(recorded.result()));
        chunks(recorded.result().output()).forEach(this::name);
      }
      case CatalogRecord.JobReleased released -> release(released);
    }
  }

  private void count(Rows.Counter counter, long number) {
    tables.put(Table.META, counter.key(), Keys.number(number));
  }

  private static byte[] versionKey(long bucketId, ObjectVersion version) {
    return Keys.version(bucketId, version.key().utf8(), version.sequence());
  }

  private void add(long bucketId, ObjectVersion version) {
    byte[] key = version.key().utf8();
    count(Rows.Counter.SEQUENCE, version.sequence());
    tables.put(
        Table.VERSIONS, Keys.version(bucketId, key, version.sequence()), RowCodec.write(version));
    tables.put(
        Table.VERSION_IDS,
        Keys.id(version.id()),
        Rows.write(new Rows.Place(bucketId, Bytes.copyOf(key), version.sequence())));
    setCurrent(bucketId, key, version);
    chunks(version).forEach(this::name);
    if (noteDescendants) {
      producer(version).ifPresent(job -> descend(job, version.id().value()));
    }
  }

  private static Optional<JobId> producer(ObjectVersion version) {
    return version instanceof StoredVersion stored ? stored.stored().producer() : Optional.empty();
  }

  private void descend(JobId ancestor, Id128 descendant) {
    tables.put(Table.DESCENDANTS, Keys.descendant(ancestor, descendant), NO_BYTES);
  }

  private void undescend(JobId ancestor, Id128 descendant) {
    tables.remove(Table.DESCENDANTS, Keys.descendant(ancestor, descendant));
  }

  private void dropParts(JobId id) {
    rows.parts(id)
        .ifPresent(parts -> {
          tables.remove(Table.PARTS, Keys.job(id));
          tables.remove(Table.KIN, Keys.kin(parts.kin(), id));
        });
  }

  private void forget(Job job) {
    dropParts(job.id());
    tables.remove(Table.JOBS, Keys.job(job.id()));
    job.reusedFrom().ifPresent(origin -> undescend(origin, job.id().value()));
    Optional<Sha256> key = job.provenance().flatMap(Provenance::result);
    if (key.flatMap(rows::result).filter(row -> row.job().equals(job.id())).isPresent()) {
      tables.remove(Table.RESULTS, key.orElseThrow().value().toArray());
    }
  }

  private void setCurrent(long bucketId, byte[] key, ObjectVersion version) {
    boolean shown = version instanceof StoredVersion;
    byte[] objectKey = Keys.object(bucketId, key);
    Table hidden = shown ? Table.DELETED : Table.OBJECTS;
    tables.put(shown ? Table.OBJECTS : Table.DELETED, objectKey, RowCodec.writeListing(version));
    if (tables.get(hidden, objectKey) != null) {
      tables.remove(hidden, objectKey);
    }
  }

  private void remove(long bucketId, ObjectVersion version) {
    byte[] key = version.key().utf8();
    boolean current =
        rows.current(bucketId, key).map(ListingRow::sequence).orElse(0L) == version.sequence();
    tables.remove(Table.VERSIONS, Keys.version(bucketId, key, version.sequence()));
    tables.remove(Table.VERSION_IDS, Keys.id(version.id()));
    if (current) {
      makeNewestCurrent(bucketId, version.key());
    }
    chunks(version).forEach(this::unname);
    producer(version).ifPresent(job -> undescend(job, version.id().value()));
  }

  private void makeNewestCurrent(long bucketId, ObjectKey key) {
    byte[] utf8 = key.utf8();
    byte[] prefix = Keys.versions(bucketId, utf8);
    try (CatalogView.RowCursor versions = tables.rows(Table.VERSIONS)) {
      versions.seek(prefix);
      if (versions.valid() && Keys.startsWith(versions.key(), prefix)) {
        // The name of the bucket is not in the row's bytes, so any will do to carry them over.
        setCurrent(bucketId, utf8, RowCodec.version(BucketName.CATALOG, key, versions.value()));
      } else {
        byte[] objectKey = Keys.object(bucketId, utf8);
        tables.remove(Table.OBJECTS, objectKey);
        tables.remove(Table.DELETED, objectKey);
      }
    }
  }

  private void release(CatalogRecord.JobReleased released) {
    byte[] prefix = Keys.job(released.id());
    List<byte[]> taskKeys = new ArrayList<>();
    List<byte[]> heldKeys = new ArrayList<>();
    List<ChunkId> chunks = new ArrayList<>();
    try (CatalogView.RowCursor tasks = tables.rows(Table.TASKS)) {
      for (tasks.seek(prefix);
          tasks.valid() && Keys.startsWith(tasks.key(), prefix);
          tasks.next()) {
        taskKeys.add(tasks.key());
        chunks.addAll(chunks(RowCodec.task(tasks.value()).output()));
      }
    }
    try (CatalogView.RowCursor held = tables.rows(Table.HELD)) {
      for (held.seek(prefix); held.valid() && Keys.startsWith(held.key(), prefix); held.next()) {
        heldKeys.add(held.key());
        chunks.addAll(RowCodec.held(held.value()));
      }
    }
    taskKeys.forEach(key -> tables.remove(Table.TASKS, key));
    heldKeys.forEach(key -> tables.remove(Table.HELD, key));
    chunks.forEach(this::unname);
  }

  private void name(ChunkId chunk) {
    tables.put(Table.CHUNKS, Keys.chunk(chunk), Keys.number(rows.count(chunk) + 1));
  }

  private void unname(ChunkId chunk) {
    long count = rows.count(chunk);
    Check.that(count > 0, "chunk %s is named and counted 0", chunk);
    if (count > 1) {
      tables.put(Table.CHUNKS, Keys.chunk(chunk), Keys.number(count - 1));
    } else {
      tables.remove(Table.CHUNKS, Keys.chunk(chunk));
      tables.put(Table.GARBAGE, Keys.chunk(chunk), NO_BYTES);
    }
  }

  private void offer(ChunkId chunk) {
    if (rows.count(chunk) == 0) {
      tables.put(Table.GARBAGE, Keys.chunk(chunk), NO_BYTES);
    }
  }

  /// The chunk of each extent, in order; one that is there twice is named twice.
  static List<ChunkId> chunks(ObjectVersion version) {
    return version instanceof StoredVersion stored ? chunks(stored.stored().content()) : List.of();
  }

  static List<ChunkId> chunks(Content content) {
    return content instanceof Content.Chunked chunked ? chunks(chunked.manifest()) : List.of();
  }

  static List<ChunkId> chunks(Manifest manifest) {
    return manifest.extents().stream().map(Extent::chunk).toList();
  }
}
