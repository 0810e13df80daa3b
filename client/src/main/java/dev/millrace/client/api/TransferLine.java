package dev.millrace.client.api;

import dev.millrace.base.MillraceException;
import dev.millrace.model.StoredVersion;
import java.util.Arrays;

/// A line of the answer in which a node tells how far it is with a [SharedFile]: one JSON object.
/// The last one is an end.
public sealed interface TransferLine {
  /// How far it is.
  ///
  /// @param bytes read or written so far
  record Moved(long bytes) implements TransferLine {}

  /// The node read the file to its end, and stores it once the request's body ends; it stores
  /// nothing when the connection breaks instead.
  ///
  /// @param bytes in all
  record Read(long bytes) implements TransferLine {}

  /// The node could not write to the file.
  ///
  /// @param why as the system said it
  record Unwritable(String why) implements TransferLine {}

  record Done(StoredVersion version) implements TransferLine {}

  record Failed(MillraceException why) implements TransferLine {}

  /// Of a whole line, without its end.
  static TransferLine parse(byte[] line) {
    JsonObject json = JsonObject.parse(line);
    if (json.has("moved")) {
      return new Moved(json.number("moved"));
    }
    if (json.has("read")) {
      return new Read(json.number("read"));
    }
    if (json.has("unwritable")) {
      return new Unwritable(json.text("unwritable"));
    }
    return json.has("done")
        ? new Done(VersionJson.stored(json.object("done")))
        : new Failed(AdminJson.error(json.object("failed")));
  }

  /// With its end.
  default byte[] line() {
    JsonObject json =
        switch (this) {
          case Moved moved -> new JsonObject().with("moved", moved.bytes());
          case Read read -> new JsonObject().with("read", read.bytes());
          case Unwritable unwritable -> new JsonObject().with("unwritable", unwritable.why());
          case Done done -> new JsonObject().with("done", VersionJson.of(done.version()));
          case Failed failed ->
              new JsonObject()
                  .with(
                      "failed",
                      AdminJson.error(
                          failed.why().code(), String.valueOf(failed.why().getMessage())));
        };
    byte[] bytes = json.bytes();
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    return line;
  }
}
