package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.FileDigest;
import dev.millrace.cli.local.LocalFile;
import dev.millrace.cli.show.Progress;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.Program.Shipped;
import dev.millrace.model.StoredVersion;
import java.nio.file.Path;

/// Stores files that go along with a command, under their digest, so that one that is stored
/// already is not sent again.
final class ShippedUploads {
  private final Session session;

  ShippedUploads(Session session) {
    this.session = session;
  }

  Shipped ship(String word) {
    LocalFile file = LocalFile.at(session.path(word));
    ObjectKey key = new ObjectKey(FileDigest.hex("SHA-256", file, session.stop()));
    ObjectRef current = ObjectRef.current(BucketName.PROGRAMS, key);
    return new Shipped(name(file.path()), ObjectRef.of(stored(file, key, current)));
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private StoredVersion stored(LocalFile file, ObjectKey key, ObjectRef current) {
    try {
      return session.millrace().files().stat(current);
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.NO_SUCH_KEY) {
        throw e;
      }
    }
    try (Progress progress = session.progress("ship", false)) {
      long total = file.expectedBytes().orElse(-1L);
      Uploads uploads = new Uploads(session.millrace().files(), session.stop());
      return switch (uploads.file(
          file, BucketName.PROGRAMS, key, bytes -> progress.at(bytes, total, ""))) {
        case Uploads.Sent.Stored stored -> stored.version();
        case Uploads.Sent.Refused refused -> throw refused.why();
      };
    }
  }
}
