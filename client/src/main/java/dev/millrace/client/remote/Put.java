package dev.millrace.client.remote;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.FileBody;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.JsonObject;
import dev.millrace.client.api.SharedFile;
import dev.millrace.client.api.TransferLine;
import dev.millrace.client.api.VersionJson;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Optional;

/// One upload. A body that fits the first block goes out whole with its length; a longer one in
/// chunks, once the node said that it wants it, with the expected length beside it: so the node
/// judges the length as it would in process, and a source that fails breaks the connection before
/// the body's end. A file of this machine goes to a node of this machine by its name alone.
final class Put {
  private static final int BLOCK_BYTES = (int) (256 * ByteUnits.KIB);

  /// How much is sent before it is looked whether the node has refused it already.
  private static final long LOOK_BYTES = 4 * ByteUnits.MIB;

  /// From this length on a file is worth the lines that tell of it.
  static final long SHARED_BYTES = ByteUnits.MIB;

  private final Api api;
  private final PutRequest request;
  private final InputStream body;
  private final byte[] block = new byte[BLOCK_BYTES];

  Put(Api api, PutRequest request, InputStream body) {
    this.api = api;
    this.request = request;
    this.body = body;
  }

  StoredVersion run() {
    Call call = call();
    if (body instanceof FileBody file && request.expectedBytes().orElse(0L) >= SHARED_BYTES) {
      Optional<StoredVersion> stored =
          SharedFile.at(file.path())
              .flatMap(shared ->
                  api.transfer(
                      call.with(ApiNames.SHARED_FILE, shared.field()),
                      (link, answer) -> follow(file, link, new TransferLines(answer))));
      if (stored.isPresent()) {
        return stored.get();
      }
    }
    int first = fill();
    if (first < block.length) {
      JsonObject answer = api.json(call, block, first);
      request.progress().accept(first);
      return VersionJson.stored(answer);
    }
    return VersionJson.stored(api.upload(call, link -> sendAll(link, first), Api::readJson));
  }

  /// The node stores what it read only once it is told that this was the file.
  private StoredVersion follow(FileBody file, Link link, TransferLines lines) throws IOException {
    while (true) {
      switch (lines.next()) {
        case TransferLine.Moved moved -> {
          check(file::readElsewhere);
          request.progress().accept(moved.bytes());
        }
        case TransferLine.Read read -> {
          check(() -> file.endedElsewhere(read.bytes()));
          request.progress().accept(read.bytes());
          link.endChunks();
        }
        case TransferLine.Done done -> {
          lines.end();
          return done.version();
        }
        case TransferLine.Unwritable _ -> throw new IOException("it wrote where it should read");
        case TransferLine.Failed failed -> throw failed.why();
      }
    }
  }

  /// What a body is told.
  @FunctionalInterface
  private interface Telling {
    void tell() throws IOException;
  }

  private void check(Telling telling) {
    try {
      telling.tell();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Call call() {
    ObjectRef ref = ObjectRef.current(request.bucket(), request.key());
    Call call =
        Call.of("PUT", RemoteFiles.object("objects", ref))
            .with("Content-Type", "application/octet-stream");
    if (!request.metadata().isEmpty()) {
      JsonObject metadata =
          new JsonObject().withTextMap("metadata", request.metadata()).object("metadata");
      call = call.with(ApiNames.METADATA, Base64.getEncoder().encodeToString(metadata.bytes()));
    }
    call =
        switch (request.precondition()) {
          case Precondition.None _ -> call;
          case Precondition.Absent _ -> call.with("If-None-Match", "*");
          case Precondition.Matches matches -> call.with("If-Match", '"' + matches.etag() + '"');
        };
    Optional<Long> expected = request.expectedBytes();
    if (expected.isPresent()) {
      call = call.with(ApiNames.EXPECTED_BYTES, expected.get().toString());
    }
    if (request.expectedMd5().isPresent()) {
      byte[] md5 = request.expectedMd5().get().toArray();
      call = call.with("Content-MD5", Base64.getEncoder().encodeToString(md5));
    }
    return call;
  }

  private boolean sendAll(Link link, int first) throws IOException {
    long sent = 0;
    long looked = 0;
    for (int count = first; count > 0; count = fill()) {
      if (sent - looked >= LOOK_BYTES) {
        looked = sent;
        if (link.answerWaits()) {
          return false;
        }
      }
      link.sendChunk(block, count);
      sent += count;
      request.progress().accept(sent);
    }
    link.endChunks();
    return true;
  }

  /// Fills the block, or as much of it as the body has left.
  private int fill() {
    try {
      return body.readNBytes(block, 0, block.length);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private MillraceException unreadable(IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "body of "
            + request.bucket()
            + "/"
            + request.key()
            + ": cannot be read: "
            + e.getMessage()
            + ": nothing was stored",
        e);
  }
}
