package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.local.KeyOrder;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.local.LocalTree;
import dev.millrace.model.BucketName;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stores a folder: walks it and the bucket's listing side by side, both in the order of keys, and
/// sends what is not there with the same size and MD5. Only files of equal size are digested.
final class FolderUpload {
  private final Session session;
  private final Uploads uploads;
  private final PutReport report;

  FolderUpload(Session session, Uploads uploads, PutReport report) {
    this.session = session;
    this.uploads = uploads;
    this.report = report;
  }

  /// Stores all files of `tree` under `prefix`. Those that can't be stored are reported; a failure
  /// of the store itself is thrown.
  void run(LocalTree tree, BucketName bucket, String prefix) {
    StoredListing stored = StoredListing.all(session.millrace().files(), bucket, prefix);
    @Nullable Listed candidate = null;
    try (Parallel parallel = new Parallel(session.stop())) {
      while (tree.hasNext()) {
        switch (tree.next()) {
          case LocalTree.Found.Skipped skipped ->
              session.remark(skipped.path() + ": " + skipped.why() + ": skipped");
          case LocalTree.Found.Failed failed -> report.failed(failed.error());
          case LocalTree.Found.File found -> {
            Optional<ObjectKey> key = key(found, prefix);
            if (key.isPresent()) {
              candidate = advance(stored, candidate, key.get().value());
              String etag = sameSize(candidate, key.get(), found.file());
              parallel.start(
                  found.file().sizeBytes(), () -> transfer(found.file(), bucket, key.get(), etag));
            }
          }
        }
      }
      parallel.finish();
    }
  }

  private Optional<ObjectKey> key(LocalTree.Found.File found, String prefix) {
    try {
      return Optional.of(new ObjectKey(prefix + found.key()));
    } catch (MillraceException e) {
      report.failed(new MillraceException(e.code(), found.file().path() + ": " + e.getMessage()));
      return Optional.empty();
    }
  }

  // The first stored object that is not before `key`.
  private static @Nullable Listed advance(
      StoredListing stored, @Nullable Listed candidate, String key) {
    Listed current = candidate;
    while (current == null || KeyOrder.compare(current.key().value(), key) < 0) {
      if (!stored.hasNext()) {
        return null;
      }
      current = stored.next().listed().orElse(null);
    }
    return current;
  }

  private static String sameSize(@Nullable Listed candidate, ObjectKey key, LocalFile file) {
    return candidate != null
            && candidate.key().equals(key)
            && candidate.sizeBytes() == file.sizeBytes()
        ? candidate.etag()
        : "";
  }

  private void transfer(LocalFile file, BucketName bucket, ObjectKey key, String etag) {
    if (!etag.isEmpty() && sameDigest(file, etag)) {
      report.unchanged(file, bucket, key);
      return;
    }
    switch (uploads.file(file, bucket, key, _ -> {})) {
      case Uploads.Sent.Stored stored -> report.stored(file.path().toString(), stored.version());
      case Uploads.Sent.Refused refused -> report.failed(refused.why());
    }
  }

  // A file that can't be digested is sent, which names what is wrong with it.
  private boolean sameDigest(LocalFile file, String etag) {
    try {
      return etag.equals(FileDigest.md5(file, session.stop()));
    } catch (MillraceException e) {
      session.stop().check();
      return false;
    }
  }
}
