package dev.millrace.cli;

import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.AtomicFile;
import dev.millrace.cli.local.KeyFolder;
import dev.millrace.client.Files;
import dev.millrace.model.ByteRange;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import java.nio.file.Path;
import java.util.Optional;

/// Reads everything under a prefix into a folder, many small files at a time. Each file appears
/// whole. They are not synced one by one: after a power cut, get them again.
final class FolderDownload {
  private final Session session;
  private final KeyFolder folder;

  FolderDownload(Session session, KeyFolder folder) {
    this.session = session;
    this.folder = folder;
  }

  /// Keys that can't be files are reported; a failure of the store or a full disk is thrown.
  void run(ObjectName name, StoredListing listing) {
    try (GetReport report = new GetReport(session);
        Parallel parallel = new Parallel(session.stop())) {
      while (listing.hasNext()) {
        Listed listed = listing.next().listed().orElseThrow();
        String below = listed.key().value().substring(name.path().length());
        try {
          if (listed.sizeBytes() == 0 && (below.isEmpty() || below.endsWith("/"))) {
            // What other tools leave behind to show an empty folder.
            folder.make(below);
            continue;
          }
          Path target = folder.place(below);
          ObjectRef ref = new ObjectRef(name.bucket(), listed.key(), Optional.of(listed.version()));
          parallel.start(listed.sizeBytes(), () -> transfer(ref, target, report));
        } catch (MillraceException e) {
          reportOrThrow(e, report);
        }
      }
      parallel.finish();
      report.summarise();
    }
  }

  private void transfer(ObjectRef ref, Path target, GetReport report) {
    Files files = session.millrace().files();
    try (AtomicFile file = AtomicFile.create(target)) {
      WatchedOutput sink = new WatchedOutput(target, file, session.stop(), _ -> {});
      StoredVersion version;
      try {
        version = files.get(ref, ByteRange.whole(), sink);
      } catch (MillraceException e) {
        throw sink.failure().orElse(e);
      }
      file.commit(false);
      report.read(version, version.sizeBytes(), target);
    } catch (MillraceException e) {
      reportOrThrow(e, report);
    }
  }

  private static void reportOrThrow(MillraceException failure, GetReport report) {
    switch (failure.code()) {
      case INVALID_KEY,
          INVALID_ARGUMENT,
          ACCESS_DENIED,
          NO_SUCH_KEY,
          NO_SUCH_VERSION,
          CORRUPT_DATA ->
          report.failed(failure);
      default -> throw failure;
    }
  }
}
