package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Printable;
import dev.millrace.cli.show.Progress;
import dev.millrace.model.StoredVersion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a `get` into files did. Thread-safe.
final class GetReport implements AutoCloseable {
  private final Session session;
  private final Progress progress;
  private final @Nullable JsonOut json;
  private long readCount;
  private long readBytes;
  private long failedCount;

  GetReport(Session session) {
    this.session = session;
    this.progress = session.progress("get", false);
    this.json = session.json() ? JsonOut.array(session.out()) : null;
  }

  synchronized void read(StoredVersion version, long bytes, Path target) {
    readCount++;
    readBytes += bytes;
    progress.at(readBytes, -1, Printable.count(readCount, "file"));
    if (json != null) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("bucket", version.bucket().value());
      fields.put("key", version.key().value());
      fields.put("version", version.id().toString());
      fields.put("etag", version.etag());
      fields.put("writtenBytes", bytes);
      fields.put("target", target.toString());
      json.element(fields);
    }
  }

  synchronized void failed(MillraceException error) {
    failedCount++;
    session.report(error);
  }

  /// Ends with the sum of it.
  synchronized void summarise() {
    progress.close();
    if (json == null) {
      session
          .out()
          .line(
              "read "
                  + Printable.count(readCount, "file")
                  + ", "
                  + ByteUnits.format(readBytes)
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
