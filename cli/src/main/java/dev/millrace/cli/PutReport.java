package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Progress;
import dev.millrace.cli.show.Shapes;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.StoredVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a `put` did, told while it goes and in the end. Thread-safe.
final class PutReport implements AutoCloseable {
  private final Session session;
  private final Progress progress;
  private final @Nullable JsonOut json;
  private long storedCount;
  private long storedBytes;
  private long unchangedCount;
  private long failedCount;

  PutReport(Session session) {
    this.session = session;
    this.progress = session.progress("put", false);
    this.json = session.json() ? JsonOut.array(session.out()) : null;
  }

  /// Bytes of the one large file that is on its way.
  void at(long bytes, long totalBytes) {
    progress.at(bytes, totalBytes, "");
  }

  synchronized void stored(String source, StoredVersion version) {
    storedCount++;
    storedBytes += version.sizeBytes();
    progress.at(storedBytes, -1, note());
    if (json != null) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("action", "stored");
      fields.put("source", source);
      fields.putAll(Shapes.version(version));
      json.element(fields);
    }
  }

  synchronized void unchanged(LocalFile file, BucketName bucket, ObjectKey key) {
    unchangedCount++;
    progress.at(storedBytes, -1, note());
    if (json != null) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("action", "unchanged");
      fields.put("source", file.path().toString());
      fields.put("bucket", bucket.value());
      fields.put("key", key.value());
      fields.put("sizeBytes", file.sizeBytes());
      json.element(fields);
    }
  }

  synchronized void failed(MillraceException error) {
    failedCount++;
    session.report(error);
  }

  private String note() {
    return storedCount + " stored, " + unchangedCount + " unchanged";
  }

  /// Ends with the sum of it.
  synchronized void summarise() {
    progress.close();
    if (json == null && storedCount + unchangedCount > 0) {
      session
          .out()
          .line(
              "stored "
                  + Printable.count(storedCount, "file")
                  + ", "
                  + ByteUnits.format(storedBytes)
                  + (unchangedCount > 0 ? "; " + unchangedCount + " unchanged" : "")
                  + (failedCount > 0 ? "; " + failedCount + " failed" : ""));
    }
  }

  @Override
  public synchronized void close() {
    progress.close();
    if (json != null) {
      json.close();
    }
  }
}
