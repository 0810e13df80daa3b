package dev.millrace.catalog.state;

import dev.millrace.base.Id128;
import dev.millrace.model.AnswerParts;
import dev.millrace.model.Bucket;
import dev.millrace.model.ChunkId;
import dev.millrace.model.Job;
import dev.millrace.model.JobId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Sha256;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.TaskResult;
import dev.millrace.model.Volume;
import dev.millrace.net.CatalogQuery;
import dev.millrace.wire.catalog.ListingRow;
import dev.millrace.wire.catalog.RowCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Answers queries from a view.
public final class Queries {
  private final Rows rows;
  private final RecentChanges recent;

  /// Queries to tables of whose changes nothing is known.
  public Queries(CatalogView view) {
    this(view, new RecentChanges(new Id128(0, 0)));
  }

  /// Queries to tables whose changes are known.
  ///
  /// @param recent told of them
  public Queries(CatalogView view, RecentChanges recent) {
    this.rows = new Rows(view);
    this.recent = recent;
  }

  /// The answer as of this view.
  ///
  /// @throws dev.millrace.base.MillraceException as the query says
  @SuppressWarnings("unchecked") // each case gives what its query's type says
  public <R> R answer(CatalogQuery<R> query) {
    return (R)
        switch (query) {
          case CatalogQuery.GetBucket get -> rows.requireBucket(get.name());
          case CatalogQuery.ListBuckets list -> buckets();
          case CatalogQuery.GetVersion get -> ObjectRefs.find(rows, get.ref());
          case CatalogQuery.ListObjects list ->
              new Listing(rows, rows.requireBucket(list.request().bucket()).id(), list.request())
                  .page();
          case CatalogQuery.Changes changes -> changes(changes);
          case CatalogQuery.GetVolume get -> rows.volume(get.id());
          case CatalogQuery.ListVolumes list -> volumes();
          case CatalogQuery.ListGarbage list -> garbage(list);
          case CatalogQuery.KnownChunks known -> known(known.chunks());
          case CatalogQuery.GetJob get -> rows.requireJob(get.id());
          case CatalogQuery.ListJobs list -> jobs(list);
          case CatalogQuery.GetTasks get -> tasks(get.id());
          case CatalogQuery.FindResult find ->
              rows.result(find.result())
                  .filter(result -> !rows.versions(result.answer()).isEmpty());
          case CatalogQuery.FindKin find -> kin(find.kin());
          case CatalogQuery.JobsInUse used -> used(used.jobs());
          case CatalogQuery.VersionsToRewrap old -> toRewrap(old);
        };
  }

  private CatalogQuery.ChangeReport changes(CatalogQuery.Changes query) {
    long bucketId = rows.requireBucket(query.bucket()).id();
    CatalogQuery.Mark now = recent.mark(bucketId);
    byte[] range = Keys.object(bucketId, query.prefix().getBytes(StandardCharsets.UTF_8));
    return new CatalogQuery.ChangeReport(recent.unchanged(query.since(), bucketId, range), now);
  }

  private List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>();
    try (CatalogView.RowCursor cursor = rows.view().rows(Table.BUCKETS)) {
      for (cursor.seek(new byte[0]); cursor.valid(); cursor.next()) {
        buckets.add(RowCodec.bucket(cursor.value()));
      }
    }
    return List.copyOf(buckets);
  }

  private List<Volume> volumes() {
    List<Volume> volumes = new ArrayList<>();
    try (CatalogView.RowCursor cursor = rows.view().rows(Table.VOLUMES)) {
      for (cursor.seek(new byte[0]); cursor.valid(); cursor.next()) {
        volumes.add(RowCodec.volume(cursor.value()));
      }
    }
    return List.copyOf(volumes);
  }

  private List<ChunkId> garbage(CatalogQuery.ListGarbage list) {
    List<ChunkId> chunks = new ArrayList<>();
    byte[] first = list.after().map(chunk -> Keys.behind(Keys.chunk(chunk))).orElse(new byte[0]);
    try (CatalogView.RowCursor cursor = rows.view().rows(Table.GARBAGE)) {
      for (cursor.seek(first); cursor.valid() && chunks.size() < list.limit(); cursor.next()) {
        chunks.add(Keys.chunk(cursor.key()));
      }
    }
    return List.copyOf(chunks);
  }

  private Set<ChunkId> known(List<ChunkId> chunks) {
    Set<ChunkId> known = new HashSet<>();
    for (ChunkId chunk : chunks) {
      if (rows.count(chunk) > 0 || rows.garbage(chunk)) {
        known.add(chunk);
      }
    }
    return Set.copyOf(known);
  }

  private List<Job> jobs(CatalogQuery.ListJobs list) {
    List<Job> jobs = new ArrayList<>();
    byte[] first = list.before().map(job -> Keys.behind(Keys.job(job))).orElse(new byte[0]);
    try (CatalogView.RowCursor cursor = rows.view().rows(Table.JOBS)) {
      for (cursor.seek(first); cursor.valid() && jobs.size() < list.limit(); cursor.next()) {
        jobs.add(RowCodec.job(cursor.value()).withoutInputs());
      }
    }
    return List.copyOf(jobs);
  }

  private List<TaskResult> tasks(JobId id) {
    rows.requireJob(id);
    return List.copyOf(rows.tasks(id));
  }

  private List<CatalogQuery.Kin> kin(Sha256 kin) {
    List<CatalogQuery.Kin> found = new ArrayList<>();
    for (JobId id : rows.kin(kin)) {
      Job job = rows.requireJob(id);
      AnswerParts parts = rows.parts(id).orElseThrow();
      ObjectRef answer =
          new ObjectRef(job.spec().outputBucket(), job.spec().outputKey(), job.output());
      rows.stored(parts.apart().orElse(answer))
          .ifPresent(version -> found.add(new CatalogQuery.Kin(job, version, parts)));
    }
    return List.copyOf(found);
  }

  private Set<JobId> used(List<JobId> jobs) {
    Set<JobId> used = new HashSet<>();
    for (JobId job : jobs) {
      if (rows.inUse(job)) {
        used.add(job);
      }
    }
    return Set.copyOf(used);
  }

  private List<StoredVersion> toRewrap(CatalogQuery.VersionsToRewrap query) {
    List<StoredVersion> found = new ArrayList<>();
    Optional<ObjectRef> after = query.after();
    for (Bucket bucket : buckets()) {
      int order = after.map(ref -> bucket.name().compareTo(ref.bucket())).orElse(1);
      if (order >= 0 && found.size() < query.limit()) {
        collectToRewrap(query, bucket, order == 0 ? after : Optional.empty(), found);
      }
    }
    return List.copyOf(found);
  }

  private void collectToRewrap(
      CatalogQuery.VersionsToRewrap query,
      Bucket bucket,
      Optional<ObjectRef> after,
      List<StoredVersion> found) {
    byte[] range = Keys.number(bucket.id());
    try (CatalogView.RowCursor cursor = rows.view().rows(Table.VERSIONS)) {
      cursor.seek(after.map(ref -> behind(bucket, ref)).orElse(range));
      for (; cursor.valid() && Keys.startsWith(cursor.key(), range); cursor.next()) {
        if (found.size() == query.limit()) {
          return;
        }
        byte[] value = cursor.value();
        ListingRow row = ListingRow.read(value);
        if (!row.deleteMarker() && row.masterKeyNumber() < query.masterKeyNumber()) {
          String key = new String(Keys.keyOfVersion(cursor.key()), StandardCharsets.UTF_8);
          found.add((StoredVersion) RowCodec.version(bucket.name(), new ObjectKey(key), value));
        }
      }
    }
  }

  /// Behind a version. When it is gone, in front of its key: to look at a version twice is no harm.
  private byte[] behind(Bucket bucket, ObjectRef ref) {
    byte[] key = ref.key().utf8();
    return ref.version()
        .flatMap(rows::place)
        .filter(place -> place.of(bucket.id(), key))
        .map(place -> Keys.behind(Keys.version(bucket.id(), key, place.sequence())))
        .orElse(Keys.versions(bucket.id(), key));
  }
}
