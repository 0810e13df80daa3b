package dev.millrace.console.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.client.FileBody;
import dev.millrace.client.FileSink;
import dev.millrace.client.Files.PutRequest;
import dev.millrace.client.Millrace;
import dev.millrace.client.api.ApiNames;
import dev.millrace.client.api.BearerToken;
import dev.millrace.client.api.SharedFile;
import dev.millrace.client.remote.RemoteMillrace;
import dev.millrace.http.HttpLimits;
import dev.millrace.model.BucketName;
import dev.millrace.model.ByteRange;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.StoredVersion;
import dev.millrace.net.CatalogCommand.Precondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bytes that pass between a store and a file without passing through the connection.
class SharedTransferTest {
  private static final BucketName BUCKET = new BucketName("data");
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final int SIZE = 5_000_001;

  @TempDir Path temp;

  private final FakeMillrace fake = new FakeMillrace();
  private final BearerToken token = BearerToken.random();
  private final byte[] content = new byte[SIZE];
  private ApiServer server;
  private Millrace remote;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    Optional<Path> socket = Optional.of(temp.resolve("socket"));
    server =
        ApiServer.start(
            new ApiConfig("127.0.0.1", 0, socket, token, List.of(), HttpLimits.standard()),
            fake,
            Optional::empty);
    remote = new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), socket, token);
    fake.files.createBucket(BUCKET, Optional.empty());
    new Random(Long.getLong("millrace.seed", 1)).nextBytes(content);
    file = Files.write(temp.resolve("a file, ünlike others"), content);
  }

  @AfterEach
  void stop() {
    remote.close();
    server.close();
  }

  /// A file that counts what is read from here.
  private static class Body extends FileBody {
    private final Path path;
    private final InputStream source;
    private long readHere;
    private long told = -1;

    Body(Path path) throws IOException {
      this.path = path;
      this.source = Files.newInputStream(path);
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public int read() throws IOException {
      int value = source.read();
      readHere += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = source.read(target, offset, length);
      readHere += Math.max(0, count);
      return count;
    }

    @Override
    public void readElsewhere() throws IOException {}

    @Override
    public void endedElsewhere(long bytes) throws IOException {
      told = bytes;
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  private StoredVersion put(Body body, long expectedBytes, Precondition precondition) {
    return remote
        .files()
        .put(
            new PutRequest(
                BUCKET,
                KEY,
                Map.of("a", "b"),
                precondition,
                Optional.of(expectedBytes),
                Optional.empty(),
                _ -> {}),
            body);
  }

  private StoredVersion put(Body body) {
    return put(body, SIZE, new Precondition.None());
  }

  private byte[] stored() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    var _ = fake.files.get(ObjectRef.current(BUCKET, KEY), ByteRange.whole(), out);
    return out.toByteArray();
  }

  private static void fails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  /// Once every request has ended.
  private void nothingStored() {
    server.close();
    fails(this::stored, ErrorCode.NO_SUCH_KEY, "");
  }

  @Test
  void theNodeReadsTheFileItself() throws IOException {
    Body body = new Body(file);
    StoredVersion version = put(body);
    assertThat(body.readHere).isZero();
    assertThat(body.told).isEqualTo(SIZE);
    assertThat(version).isEqualTo(fake.files.stat(ObjectRef.current(BUCKET, KEY)));
    assertThat(version.stored().metadata()).containsEntry("a", "b");
    assertThat(Arrays.equals(stored(), content)).as("the same bytes").isTrue();
  }

  @Test
  void aNodeThatFindsAnotherFileThereGetsTheBytes() throws IOException {
    // Another process may see another file under this path: here the path has changed hands.
    Path moved = Files.move(file, temp.resolve("moved"));
    Files.createSymbolicLink(file, temp.resolve("nowhere"));
    Body body =
        new Body(moved) {
          @Override
          public Path path() {
            return file;
          }
        };
    put(body);
    assertThat(body.readHere).isEqualTo(SIZE);
    assertThat(Arrays.equals(stored(), content)).as("the same bytes").isTrue();
    fails(
        () -> new SharedFile(moved, 1, 2).open(StandardOpenOption.READ),
        ErrorCode.INVALID_ARGUMENT,
        "the node finds another file there, or none: send bytes");
  }

  @Test
  void aCallerThatStopsAtTheEndStoresNothing() throws IOException {
    Body body =
        new Body(file) {
          @Override
          public void endedElsewhere(long bytes) throws IOException {
            throw new IOException("it is not what it was");
          }
        };
    fails(() -> put(body), ErrorCode.IO_ERROR, "it is not what it was");
    nothingStored();
  }

  @Test
  void aCallerThatStopsAmidItStoresNothing() throws IOException {
    Body body =
        new Body(file) {
          @Override
          public void readElsewhere() throws IOException {
            throw new IOException("stopped");
          }
        };
    fails(() -> put(body), ErrorCode.IO_ERROR, "stopped");
    nothingStored();
  }

  @Test
  void aFileThatGrewIsReadAsFarAsAnnounced() throws IOException {
    Body body = new Body(file);
    put(body, SIZE - 10, new Precondition.None());
    assertThat(body.told).isEqualTo(SIZE - 10);
  }

  @Test
  void aFileThatShrankIsIncomplete() throws IOException {
    Body body = new Body(file);
    fails(() -> put(body, SIZE + 10, new Precondition.None()), ErrorCode.INCOMPLETE_BODY, "");
    assertThat(body.told).isEqualTo(SIZE);
    nothingStored();
  }

  @Test
  void aRefusalIsTheSameAsForBytes() throws IOException {
    put(new Body(file));
    fails(
        () -> put(new Body(file), SIZE, new Precondition.Absent()),
        ErrorCode.PRECONDITION_FAILED,
        "");
    fake.files.putFailsAfter = 1_000_000;
    fake.files.putFailure = new MillraceException(ErrorCode.DISK_FULL, "disk: full: make room");
    fails(() -> put(new Body(file)), ErrorCode.DISK_FULL, "disk: full: make room");
  }

  @Test
  void filesAreSharedOverTheSocketOnly() throws IOException {
    String field = SharedFile.at(file).orElseThrow().field();
    try (RawClient client = new RawClient(server.port())) {
      client.send(
          "PUT /api/v1/objects/data?key=k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Authorization: "
              + token.authorization()
              + "\r\n"
              + ApiNames.SHARED_FILE
              + ": "
              + field
              + "\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 403").contains("own socket only");
    }
    try (Millrace far =
        new RemoteMillrace(URI.create("http://127.0.0.1:" + server.port()), token)) {
      Body body = new Body(file);
      far.files()
          .put(
              new PutRequest(
                  BUCKET,
                  KEY,
                  Map.of(),
                  new Precondition.None(),
                  Optional.of((long) SIZE),
                  Optional.empty(),
                  _ -> {}),
              body);
      assertThat(body.readHere).isEqualTo(SIZE);
    }
  }

  /// A place that counts what is written from here.
  private static class Sink extends FileSink {
    private final Path path;
    private final ByteArrayOutputStream here = new ByteArrayOutputStream();
    private long told;
    private Optional<IOException> failure = Optional.empty();

    Sink(Path path) {
      this.path = path;
    }

    @Override
    public Optional<Path> path() {
      return Optional.of(path);
    }

    @Override
    public void writtenElsewhere(long bytes) throws IOException {
      told = bytes;
    }

    @Override
    public void failedElsewhere(IOException why) {
      failure = Optional.of(why);
    }

    @Override
    public void write(int value) {
      here.write(value);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      here.write(source, offset, length);
    }
  }

  private StoredVersion get(Sink sink, ByteRange range) {
    return remote.files().get(ObjectRef.current(BUCKET, KEY), range, sink);
  }

  @Test
  void theNodeWritesTheFileItself() throws IOException {
    StoredVersion version = put(new Body(file));
    Path target = Files.createFile(temp.resolve("target"));
    Sink sink = new Sink(target);
    assertThat(get(sink, ByteRange.whole())).isEqualTo(version);
    assertThat(sink.here.size()).isZero();
    assertThat(sink.told).isEqualTo(SIZE);
    assertThat(Files.mismatch(target, file)).isEqualTo(-1);

    Path part = Files.createFile(temp.resolve("part"));
    get(new Sink(part), new ByteRange.Between(1_000, 2_000_999));
    assertThat(Files.readAllBytes(part)).isEqualTo(Arrays.copyOfRange(content, 1_000, 2_001_000));
  }

  @Test
  void aPlaceThatIsNotThereGetsTheBytes() throws IOException {
    put(new Body(file));
    Sink sink = new Sink(temp.resolve("missing"));
    get(sink, ByteRange.whole());
    assertThat(sink.here.size()).isEqualTo(SIZE);
    assertThat(temp.resolve("missing")).doesNotExist();
  }

  @Test
  void aFullDiskIsToldAsTheSystemSaysIt() throws IOException {
    put(new Body(file));
    Sink sink = new Sink(Path.of("/dev/full"));
    fails(() -> get(sink, ByteRange.whole()), ErrorCode.IO_ERROR, "No space left on device");
    assertThat(sink.failure.orElseThrow()).hasMessage("No space left on device");
  }

  @Test
  void damageAndStopsEndADownload() throws IOException {
    put(new Body(file));
    Path target = Files.createFile(temp.resolve("target"));
    Sink stopped =
        new Sink(target) {
          @Override
          public void writtenElsewhere(long bytes) throws IOException {
            throw new IOException("stopped");
          }
        };
    fails(() -> get(stopped, ByteRange.whole()), ErrorCode.IO_ERROR, "stopped");
    fake.files.getFailsAt = 3_000_000;
    fake.files.getFailure =
        new MillraceException(ErrorCode.CORRUPT_DATA, "chunk: damaged: restore");
    Sink sink = new Sink(target);
    fails(() -> get(sink, ByteRange.whole()), ErrorCode.CORRUPT_DATA, "chunk: damaged: restore");
    assertThat(sink.failure).isEmpty();
  }
}
