package dev.millrace.client.api;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file that both ends of a connection on one machine open: named by its path, proved by device
/// and inode, since another process may see other files under the same path. In a header field it
/// is a JSON object in base 64.
///
/// @param path absolute
public record SharedFile(Path path, long device, long inode) {
  /// A longer field would not fit into the head of a request beside the longest key.
  private static final int FIELD_CHARS = 3_000;

  public SharedFile {
    if (!path.isAbsolute()) {
      throw invalid(path.toString(), "it is no absolute path: send one", null);
    }
  }

  /// Absent where files have no inodes, when there is none at `path`, or its name is too long.
  public static Optional<SharedFile> at(Path path) {
    try {
      Map<String, Object> found = Files.readAttributes(path, "unix:dev,ino");
      SharedFile file =
          new SharedFile(path.toAbsolutePath(), number(found.get("dev")), number(found.get("ino")));
      return file.field().length() > FIELD_CHARS ? Optional.empty() : Optional.of(file);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long number(@Nullable Object attribute) {
    return attribute instanceof Number number ? number.longValue() : -1;
  }

  /// INVALID_ARGUMENT when it is none.
  public static SharedFile parse(String field) {
    try {
      JsonObject json = JsonObject.parse(Base64.getDecoder().decode(field));
      return new SharedFile(
          Path.of(json.text("path")), json.number("device"), json.number("inode"));
    } catch (IllegalArgumentException e) {
      throw invalid(field, e.getMessage() + ": send it as the documents say", e);
    }
  }

  public String field() {
    JsonObject json =
        new JsonObject().with("path", path.toString()).with("device", device).with("inode", inode);
    return Base64.getEncoder().encodeToString(json.bytes());
  }

  /// Opens it here. INVALID_ARGUMENT when that cannot be, or it is another file: its bytes must go
  /// over the connection then.
  public FileChannel open(OpenOption option) {
    if (!at(path).equals(Optional.of(this))) {
      throw invalid(
          path.toString(), "the node finds another file there, or none: send bytes", null);
    }
    try {
      return FileChannel.open(path, option);
    } catch (IOException e) {
      throw invalid(path.toString(), "the node cannot open it (" + e + "): send bytes", e);
    }
  }

  private static MillraceException invalid(String file, String why, @Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, "shared file " + Text.printable(file) + ": " + why, cause);
  }
}
