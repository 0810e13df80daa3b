package dev.millrace.compute.executable;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.ContentStore;
import dev.millrace.model.DeleteMarker;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that go along with programs, out of the store and in a folder of this machine, where a
/// sandbox can show them. They are stored under their digest, so what lies here is never stale.
/// Thread-safe.
public final class ShippedFiles {
  private final Catalog catalog;
  private final ContentStore store;
  private final Path folder;

  /// @param folder of this machine; made when it is needed, and kept
  public ShippedFiles(Catalog catalog, ContentStore store, Path folder) {
    this.catalog = catalog;
    this.store = store;
    this.folder = folder;
  }

  /// Where the file is.
  ///
  /// @throws MillraceException NO_SUCH_KEY when it is not stored any more; IO_ERROR, DISK_FULL
  public Path at(ObjectRef content) {
    StoredVersion version = find(content);
    Path file = folder.resolve(version.id().toString());
    if (Files.exists(file)) {
      return file;
    }
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "part", "");
      try {
        try (OutputStream out = Files.newOutputStream(part)) {
          store.open(version.stored()).transferTo(0, version.sizeBytes(), out);
        }
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "shipped file '" + file + "': " + e.getMessage() + ": make room or mend its folder",
          e);
    }
    return file;
  }

  /// The file's version.
  StoredVersion find(ObjectRef content) {
    return switch (catalog.query(new CatalogQuery.GetVersion(content))) {
      case StoredVersion version -> version;
      case DeleteMarker _ ->
          throw new MillraceException(
              ErrorCode.NO_SUCH_KEY,
              "shipped file '"
                  + Text.printable(content.toString())
                  + "': it was deleted: ship it again");
    };
  }
}
