package dev.millrace.testkit;

import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.Volume;
import dev.millrace.model.VolumeId;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Done;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A catalog in memory: one lock, the answers and failures of the real one, and switches to make
/// commands fail before or after they were decided. Thread-safe.
public final class MemoryCatalog implements Catalog {
  private final Clock clock;
  private final MemoryChunkCounts counts = new MemoryChunkCounts();
  private final MemoryObjects objects = new MemoryObjects(counts);
  private final MemoryJobs jobs = new MemoryJobs(objects, counts);
  private final TreeMap<VolumeId, Volume> volumes = new TreeMap<>();
  private final Deque<ErrorCode> refusals = new ArrayDeque<>();
  private final List<CatalogCommand<?>> executed = new ArrayList<>();
  private int repliesToLose;
  private long queries;

  public MemoryCatalog(Clock clock) {
    this.clock = clock;
  }

  /// The next command is not executed but fails with this code; called twice, the next two.
  public synchronized void refuseNext(ErrorCode code) {
    refusals.add(code);
  }

  /// The next `count` commands are executed, but their callers get TIMEOUT.
  public synchronized void loseReplies(int count) {
    repliesToLose = count;
  }

  /// Commands that were executed, in order.
  public synchronized List<CatalogCommand<?>> executed() {
    return List.copyOf(executed);
  }

  /// How many queries were answered.
  public synchronized long queries() {
    return queries;
  }

  @Override
  @SuppressWarnings("unchecked") // each case returns what its command's type parameter says
  public synchronized <R> R execute(CatalogCommand<R> command) {
    ErrorCode refusal = refusals.poll();
    if (refusal != null) {
      throw new MillraceException(refusal, "catalog: told to refuse: this is a test");
    }
    R result = (R) decide(command, clock.currentMillis());
    executed.add(command);
    if (repliesToLose > 0) {
      repliesToLose--;
      throw new MillraceException(ErrorCode.TIMEOUT, "catalog: reply lost: this is a test");
    }
    return result;
  }

  private Object decide(CatalogCommand<?> command, long now) {
    return switch (command) {
      case CatalogCommand.CreateBucket c -> objects.createBucket(c, now);
      case CatalogCommand.DeleteBucket c -> objects.deleteBucket(c.name());
      case CatalogCommand.CommitVersion c -> objects.commit(c, now);
      case CatalogCommand.ImportVersion c ->
          objects.commit(
              new CatalogCommand.CommitVersion(
                  c.bucket(), c.key(), c.id(), c.stored(), new CatalogCommand.Precondition.None()),
              c.createdMillis());
      case CatalogCommand.AddDeleteMarker c -> objects.addDeleteMarker(c, now);
      case CatalogCommand.DestroyVersion c -> objects.destroy(c);
      case CatalogCommand.CopyVersion c -> objects.copy(c, now);
      case CatalogCommand.CreateVolume c -> {
        Volume volume =
            new Volume(
                new VolumeId(volumes.size() + 1L), c.policy(), c.members(), Volume.State.OPEN);
        volumes.put(volume.id(), volume);
        yield volume;
      }
      case CatalogCommand.SealVolume c -> {
        volumes.computeIfPresent(
            c.id(), (id, v) -> new Volume(id, v.policy(), v.members(), Volume.State.SEALED));
        yield Done.DONE;
      }
      case CatalogCommand.ForgetChunks c -> {
        counts.forget(c.chunks());
        yield Done.DONE;
      }
      case CatalogCommand.RewrapKeys c -> objects.rewrap(c.rows());
      case CatalogCommand.AcceptJob c -> jobs.accept(c, now);
      case CatalogCommand.RecordTasks c -> jobs.record(c);
      case CatalogCommand.PublishJob c -> jobs.publish(c, now);
      case CatalogCommand.PublishFiles c -> jobs.publish(c, now);
      case CatalogCommand.EndJob c -> jobs.end(c, now);
      case CatalogCommand.ForgetJob c -> jobs.forget(c.id());
      case CatalogCommand.RetryJob c -> jobs.retry(c.id());
      case CatalogCommand.ReuseResult c -> jobs.reuse(c, now);
      case CatalogCommand.Touch _ -> Done.DONE;
    };
  }

  @Override
  @SuppressWarnings("unchecked") // each case returns what its query's type parameter says
  public synchronized <R> R query(CatalogQuery<R> query) {
    queries++;
    return (R) answer(query);
  }

  private Object answer(CatalogQuery<?> query) {
    return switch (query) {
      case CatalogQuery.GetBucket q -> objects.bucket(q.name());
      case CatalogQuery.ListBuckets _ -> objects.buckets();
      case CatalogQuery.GetVersion q -> objects.version(q.ref());
      case CatalogQuery.ListObjects q -> objects.list(q.request());
      case CatalogQuery.Changes q -> objects.changes(q);
      case CatalogQuery.GetVolume q -> Optional.ofNullable(volumes.get(q.id()));
      case CatalogQuery.ListVolumes _ -> List.copyOf(volumes.values());
      case CatalogQuery.ListGarbage q -> counts.garbage(q.after(), q.limit());
      case CatalogQuery.KnownChunks q -> {
        Set<ChunkId> known = new HashSet<>(q.chunks());
        known.removeIf(chunk -> !counts.knows(chunk));
        yield Set.copyOf(known);
      }
      case CatalogQuery.GetJob q -> jobs.get(q.id());
      case CatalogQuery.ListJobs q -> jobs.list(q.before(), q.limit());
      case CatalogQuery.GetTasks q -> jobs.tasks(q.id());
      case CatalogQuery.FindResult q -> jobs.usable(q.result());
      case CatalogQuery.FindKin q -> jobs.kin(q.kin());
      case CatalogQuery.JobsInUse q -> jobs.inUse(q.jobs());
      case CatalogQuery.VersionsToRewrap q ->
          versionsToRewrap(q.masterKeyNumber(), q.after(), q.limit());
    };
  }

  private List<StoredVersion> versionsToRewrap(int number, Optional<ObjectRef> after, int limit) {
    List<StoredVersion> all = new ArrayList<>();
    for (ObjectVersion version : objects.all()) {
      if (version instanceof StoredVersion stored) {
        all.add(stored);
      }
    }
    int from = 0;
    if (after.isPresent()) {
      while (from < all.size() && !ObjectRef.of(all.get(from)).equals(after.get())) {
        from++;
      }
      from++;
    }
    return all.stream()
        .skip(from)
        .filter(version -> version.stored().key().masterKeyNumber() < number)
        .limit(limit)
        .toList();
  }

  /// Puts a bucket there without a command.
  public synchronized Bucket withBucket(String name, dev.millrace.model.StoragePolicy policy) {
    return objects.createBucket(
        new CatalogCommand.CreateBucket(new BucketName(name), policy), clock.currentMillis());
  }

  /// Chunks that are counted by a version or job, or listed as garbage.
  public synchronized Set<ChunkId> knownChunks() {
    return counts.known();
  }

  /// Replaces the members of a volume, as repair does.
  public synchronized void repoint(VolumeId id, List<dev.millrace.model.NodeId> members) {
    volumes.computeIfPresent(id, (_, v) -> new Volume(id, v.policy(), members, v.state()));
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
