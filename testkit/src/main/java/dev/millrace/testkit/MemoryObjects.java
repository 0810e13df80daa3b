package dev.millrace.testkit;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.Bucket;
import dev.millrace.model.BucketName;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ListPage;
import dev.millrace.model.ListRequest;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.ObjectVersion;
import dev.millrace.model.Stored;
import dev.millrace.model.StoredVersion;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogCommand.Done;
import dev.millrace.net.CatalogCommand.Precondition;
import dev.millrace.net.CatalogQuery;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Buckets and versions of [MemoryCatalog]; the versions of a key lie newest first.
final class MemoryObjects {
  private record Shelf(Bucket bucket, TreeMap<ObjectKey, List<ObjectVersion>> keys) {}

  /// A key that was touched, every time.
  private record Change(long bucketId, String key) {}

  private final MemoryChunkCounts counts;
  private final NavigableMap<BucketName, Shelf> shelves = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private long bucketsMade;
  private long sequence;

  MemoryObjects(MemoryChunkCounts counts) {
    this.counts = counts;
  }

  Bucket createBucket(CatalogCommand.CreateBucket command, long now) {
    if (shelves.containsKey(command.name())) {
      throw failure(ErrorCode.BUCKET_EXISTS, "bucket '" + command.name() + "': there already");
    }
    Bucket bucket = new Bucket(++bucketsMade, command.name(), command.policy(), now);
    shelves.put(command.name(), new Shelf(bucket, new TreeMap<>()));
    return bucket;
  }

  Done deleteBucket(BucketName name) {
    if (!shelf(name).keys().isEmpty()) {
      throw failure(ErrorCode.BUCKET_NOT_EMPTY, "bucket '" + name + "': not empty");
    }
    shelves.remove(name);
    return Done.DONE;
  }

  Bucket bucket(BucketName name) {
    return shelf(name).bucket();
  }

  List<Bucket> buckets() {
    return shelves.values().stream().map(Shelf::bucket).toList();
  }

  List<ObjectVersion> all() {
    List<ObjectVersion> all = new ArrayList<>();
    shelves.values().forEach(shelf -> shelf.keys().values().forEach(all::addAll));
    return all;
  }

  StoredVersion commit(CatalogCommand.CommitVersion command, long now) {
    List<ObjectVersion> versions = versions(command.bucket(), command.key());
    for (ObjectVersion version : versions) {
      if (version.id().equals(command.id()) && version instanceof StoredVersion stored) {
        return stored;
      }
    }
    check(command.precondition(), versions.isEmpty() ? null : versions.getFirst());
    return add(command.bucket(), command.key(), command.id(), command.stored(), now);
  }

  /// Adds a version and counts its chunks.
  StoredVersion add(BucketName bucket, ObjectKey key, VersionId id, Stored stored, long now) {
    StoredVersion version = new StoredVersion(bucket, key, id, ++sequence, now, stored);
    counts.add(stored.content());
    shelf(bucket).keys().computeIfAbsent(key, _ -> new ArrayList<>()).addFirst(version);
    changed(bucket, key);
    return version;
  }

  private static void check(Precondition precondition, @Nullable ObjectVersion current) {
    boolean holds =
        switch (precondition) {
          case Precondition.None _ -> true;
          case Precondition.Absent _ -> !(current instanceof StoredVersion);
          case Precondition.Matches matches ->
              current instanceof StoredVersion stored && stored.etag().equals(matches.etag());
        };
    if (!holds) {
      throw failure(ErrorCode.PRECONDITION_FAILED, "commit: the current version is another");
    }
  }

  DeleteMarker addDeleteMarker(CatalogCommand.AddDeleteMarker command, long now) {
    DeleteMarker marker =
        new DeleteMarker(command.bucket(), command.key(), command.id(), ++sequence, now);
    shelf(command.bucket())
        .keys()
        .computeIfAbsent(command.key(), _ -> new ArrayList<>())
        .addFirst(marker);
    changed(command.bucket(), command.key());
    return marker;
  }

  ObjectVersion destroy(CatalogCommand.DestroyVersion command) {
    ObjectVersion version =
        version(new ObjectRef(command.bucket(), command.key(), Optional.of(command.id())));
    List<ObjectVersion> versions = versions(command.bucket(), command.key());
    versions.remove(version);
    changed(command.bucket(), command.key());
    if (versions.isEmpty()) {
      shelf(command.bucket()).keys().remove(command.key());
    }
    if (version instanceof StoredVersion stored) {
      counts.remove(stored.stored().content());
    }
    return version;
  }

  StoredVersion copy(CatalogCommand.CopyVersion command, long now) {
    for (ObjectVersion version : versions(command.bucket(), command.key())) {
      if (version.id().equals(command.id()) && version instanceof StoredVersion stored) {
        return stored;
      }
    }
    if (version(command.source()) instanceof StoredVersion source) {
      return add(command.bucket(), command.key(), command.id(), source.stored(), now);
    }
    throw failure(ErrorCode.NO_SUCH_VERSION, command.source() + ": a delete marker");
  }

  int rewrap(List<CatalogCommand.Rewrap> rows) {
    int replaced = 0;
    for (CatalogCommand.Rewrap row : rows) {
      List<ObjectVersion> versions = versions(row.version().bucket(), row.version().key());
      for (int i = 0; i < versions.size(); i++) {
        if (versions.get(i) instanceof StoredVersion version
            && Optional.of(version.id()).equals(row.version().version())
            && version.stored().key().equals(row.expected())) {
          Stored old = version.stored();
          versions.set(
              i,
              new StoredVersion(
                  version.bucket(),
                  version.key(),
                  version.id(),
                  version.sequence(),
                  version.createdMillis(),
                  new Stored(
                      old.sizeBytes(),
                      old.etag(),
                      old.content(),
                      row.replacement(),
                      old.metadata(),
                      old.producer())));
          replaced++;
        }
      }
    }
    return replaced;
  }

  ObjectVersion version(ObjectRef ref) {
    List<ObjectVersion> versions = versions(ref.bucket(), ref.key());
    if (versions.isEmpty()) {
      throw failure(ErrorCode.NO_SUCH_KEY, ref + ": not there");
    }
    if (ref.version().isEmpty()) {
      return versions.getFirst();
    }
    return versions.stream()
        .filter(version -> version.id().equals(ref.version().get()))
        .findFirst()
        .orElseThrow(() -> failure(ErrorCode.NO_SUCH_VERSION, ref + ": no such version"));
  }

  /// Whether this version is there, with bytes.
  boolean has(ObjectRef ref) {
    return shelves.containsKey(ref.bucket())
        && versions(ref.bucket(), ref.key()).stream()
            .anyMatch(version ->
                version instanceof StoredVersion
                    && Optional.of(version.id()).equals(ref.version()));
  }

  private void changed(BucketName bucket, ObjectKey key) {
    changes.add(new Change(shelf(bucket).bucket().id(), key.value()));
  }

  CatalogQuery.ChangeReport changes(CatalogQuery.Changes query) {
    long bucketId = shelf(query.bucket()).bucket().id();
    boolean unchanged =
        query.since().isPresent()
            && query.since().get().bucketId() == bucketId
            && changes.stream()
                .skip(query.since().get().changes())
                .noneMatch(change ->
                    change.bucketId() == bucketId && change.key().startsWith(query.prefix()));
    return new CatalogQuery.ChangeReport(
        unchanged, new CatalogQuery.Mark(new Id128(0, 0), bucketId, changes.size()));
  }

  ListPage list(ListRequest request) {
    List<Listed> entries = new ArrayList<>();
    Set<String> prefixes = new LinkedHashSet<>();
    ListRequest.@Nullable Cursor last = null;
    for (List<ObjectVersion> versions : shelf(request.bucket()).keys().values()) {
      ObjectKey key = versions.getFirst().key();
      if (!key.value().startsWith(request.prefix())) {
        continue;
      }
      String rolled = commonPrefix(key.value(), request);
      if (!rolled.isEmpty()) {
        boolean shown = request.allVersions() || versions.getFirst() instanceof StoredVersion;
        if (!shown || prefixes.contains(rolled) || !behind(request, rolled)) {
          continue;
        }
        if (entries.size() + prefixes.size() == request.limit()) {
          return page(entries, prefixes, last);
        }
        prefixes.add(rolled);
        last = new ListRequest.Cursor(rolled, Optional.empty());
        continue;
      }
      for (ObjectVersion version : shown(versions, request)) {
        if (entries.size() + prefixes.size() == request.limit()) {
          return page(entries, prefixes, last);
        }
        entries.add(listed(version, version.equals(versions.getFirst())));
        last =
            new ListRequest.Cursor(
                key.value(), request.allVersions() ? Optional.of(version.id()) : Optional.empty());
      }
    }
    return new ListPage(entries, List.copyOf(prefixes), Optional.empty());
  }

  private static ListPage page(
      List<Listed> entries, Set<String> prefixes, ListRequest.@Nullable Cursor last) {
    return new ListPage(entries, List.copyOf(prefixes), Optional.ofNullable(last));
  }

  private static List<ObjectVersion> shown(List<ObjectVersion> versions, ListRequest request) {
    ObjectKey key = versions.getFirst().key();
    List<ObjectVersion> shown =
        request.allVersions()
            ? versions
            : versions.subList(0, versions.getFirst() instanceof StoredVersion ? 1 : 0);
    if (request.after().isPresent()) {
      ListRequest.Cursor after = request.after().get();
      int order = key.compareTo(new ObjectKey(after.key()));
      if (order < 0 || (order == 0 && after.version().isEmpty())) {
        return List.of();
      }
      if (order == 0) {
        int at = 0;
        while (at < shown.size() && !shown.get(at).id().equals(after.version().get())) {
          at++;
        }
        return shown.subList(Math.min(at + 1, shown.size()), shown.size());
      }
    }
    return shown;
  }

  private static boolean behind(ListRequest request, String commonPrefix) {
    return request.after().isEmpty()
        || new ObjectKey(commonPrefix).compareTo(new ObjectKey(request.after().get().key())) > 0;
  }

  private static String commonPrefix(String key, ListRequest request) {
    if (request.delimiter().isEmpty()) {
      return "";
    }
    int at = key.indexOf(request.delimiter(), request.prefix().length());
    return at < 0 ? "" : key.substring(0, at + request.delimiter().length());
  }

  private static Listed listed(ObjectVersion version, boolean current) {
    return switch (version) {
      case StoredVersion v ->
          new Listed(v.key(), v.id(), current, false, v.sizeBytes(), v.etag(), v.createdMillis());
      case DeleteMarker v -> new Listed(v.key(), v.id(), current, true, 0, "", v.createdMillis());
    };
  }

  /// The versions of a key, newest first, to be changed; a list of its own when there are none.
  private List<ObjectVersion> versions(BucketName bucket, ObjectKey key) {
    List<ObjectVersion> versions = shelf(bucket).keys().get(key);
    return versions == null ? new ArrayList<>() : versions;
  }

  private Shelf shelf(BucketName name) {
    Shelf shelf = shelves.get(name);
    if (shelf == null) {
      throw failure(ErrorCode.NO_SUCH_BUCKET, "bucket '" + name + "': not there");
    }
    return shelf;
  }

  static MillraceException failure(ErrorCode code, String what) {
    return new MillraceException(code, what + ": use another");
  }
}
