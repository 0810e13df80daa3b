package dev.millrace.compute.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.compute.plan.Piece;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.compute.worker.TaskOrder.Try;
import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.JobId;
import dev.millrace.model.Manifest;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Priority;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskFile;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;
import dev.millrace.net.CatalogCommand.PublishFiles;
import dev.millrace.wire.task.FileTable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a task does that writes files.
final class FilesOutputTest {
  private static final Contents NOTHING =
      input -> {
        throw new AssertionError("input " + input + " was asked for");
      };
  private static final WrappedKey KEY = new WrappedKey(1, Bytes.EMPTY);
  private static final JobId JOB = new JobId(new Id128(5, 6));

  private final MemoryContentStore memory = new MemoryContentStore();
  private final OrderBook store = new OrderBook(memory);
  private final Worker worker =
      new LocalWorker(store, new NodeId(new Id128(0, 1)), 1, Clock.system());

  @AfterEach
  void close() {
    worker.close();
  }

  /// Notes what is written and how it ends.
  private static final class OrderBook implements ContentStore {
    private final ContentStore store;
    private final List<WriteOrder> orders = Collections.synchronizedList(new ArrayList<>());
    private final List<Boolean> last = Collections.synchronizedList(new ArrayList<>());

    OrderBook(ContentStore store) {
      this.store = store;
    }

    @Override
    public WrappedKey newDataKey() {
      return store.newDataKey();
    }

    @Override
    public ContentReader open(Stored stored) {
      return store.open(stored);
    }

    @Override
    public void discard(Content content) {
      store.discard(content);
    }

    @Override
    public ContentWriter write(WriteOrder order) {
      orders.add(order);
      ContentWriter writer = store.write(order);
      return new ContentWriter() {
        @Override
        public void write(byte[] source, int offset, int length) {
          writer.write(source, offset, length);
        }

        @Override
        public Written finish(boolean lastPiece) {
          last.add(lastPiece);
          return writer.finish(lastPiece);
        }

        @Override
        public void abort() {
          writer.abort();
        }
      };
    }
  }

  /// What a task does.
  private interface Body {
    void run(OutputStream output, TaskContext context) throws IOException;
  }

  private record BodyCall(Body body) implements Call {
    @Override
    public Split split() {
      return new Split.WholeFile();
    }

    @Override
    public Combine combine() {
      return new Combine.Files();
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      body.run(output, context);
      return Bytes.EMPTY;
    }
  }

  private static final class Ended implements Worker.Listener {
    private final CompletableFuture<TaskResult> result = new CompletableFuture<>();

    @Override
    public void leftSlot() {}

    @Override
    public void logged(byte[] log) {}

    @Override
    public void finished(TaskResult finished) {
      result.complete(finished);
    }

    @Override
    public void failed(MillraceException failure, String log) {
      result.completeExceptionally(failure);
    }

    TaskResult join() {
      try {
        return result.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof MillraceException failure ? failure : e;
      }
    }
  }

  private static TaskOrder order(Body body, int task, Try attempt) {
    return new TaskOrder(
        JOB,
        new TaskId(0, task),
        new Piece(task, 0, 0),
        attempt,
        new Work.OnInput(new BodyCall(body), List.of(new Segment(0, "in", 0, 0)), NOTHING),
        1,
        new ContentStore.WriteOrder(
            new BucketName("files"),
            new ObjectKey("out/p"),
            new VersionId(JOB.value()),
            KEY,
            task,
            false,
            false),
        true,
        Priority.NORMAL);
  }

  private TaskResult run(Body body) {
    Ended ended = new Ended();
    worker.start(order(body, 3, Try.FIRST), ended);
    return ended.join();
  }

  private static void write(OutputStream output, String text) throws IOException {
    output.write(text.getBytes(UTF_8));
  }

  @Test
  void eachFileIsAVersionOfItsOwn() {
    String large = "x".repeat((int) (9 * ByteUnits.MIB));
    TaskResult result =
        run((output, context) -> {
          assertThat(context.task()).isEqualTo(3);
          context.beginFile("b");
          write(output, "on");
          write(output, "e");
          context.beginFile("a/empty");
          context.beginFile("a/large");
          write(output, large);
        });
    List<TaskFile> files = FileTable.read(result.state());
    assertThat(files).extracting(TaskFile::name).containsExactly("b", "a/empty", "a/large");
    assertThat(files)
        .extracting(TaskFile::sizeBytes)
        .containsExactly(3L, 0L, (long) large.length());
    assertThat(files).extracting(TaskFile::extents).containsExactly(1, 0, 2);
    assertThat(files)
        .extracting(TaskFile::md5)
        .containsExactly(
            MemoryContentStore.md5("one".getBytes(UTF_8)),
            MemoryContentStore.md5(new byte[0]),
            MemoryContentStore.md5(large.getBytes(UTF_8)));
    assertThat(result.output().extents()).hasSize(3);
    Manifest last = new Manifest(result.output().extents().subList(1, 3));
    Stored stored =
        new Stored(large.length(), "", new Content.Chunked(last), KEY, Map.of(), Optional.empty());
    assertThat(memory.bytes(stored)).asString(UTF_8).isEqualTo(large);
    // So says each chunk's header, for `catalog rebuild`.
    assertThat(store.last).containsOnly(true).hasSize(3);
    assertThat(store.orders)
        .extracting(order -> order.key().value())
        .containsExactly("out/p/b", "out/p/a/empty", "out/p/a/large");
    for (int i = 0; i < 3; i++) {
      ContentStore.WriteOrder written = store.orders.get(i);
      assertThat(written.version()).isEqualTo(files.get(i).version());
      assertThat(written.version()).isEqualTo(FileVersions.of(JOB, 3, Try.FIRST, i));
      assertThat(written.piece()).isZero();
      assertThat(written.allowInline()).isFalse();
      assertThat(written.md5()).isTrue();
      assertThat(written.dataKey()).isEqualTo(KEY);
    }
  }

  @Test
  void aTaskMayWriteNoFile() {
    TaskResult result = run((_, _) -> {});
    assertThat(FileTable.read(result.state())).isEmpty();
    assertThat(result.output().extents()).isEmpty();
  }

  @Test
  void anotherAttemptWritesOtherVersions() {
    Body body = (_, context) -> context.beginFile("a");
    for (Try attempt : List.of(Try.FIRST, new Try(2, 1))) {
      Ended ended = new Ended();
      worker.start(order(body, 0, attempt), ended);
      ended.join();
    }
    assertThat(store.orders.get(0).version()).isNotEqualTo(store.orders.get(1).version());
  }

  private void assertFails(Body body, ErrorCode code, String... messages) {
    assertThatThrownBy(() -> run(body))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(messages);
    assertThat(memory.chunks()).as("nothing is left").isEmpty();
  }

  @Test
  void namesThatAreNoRelativePathsAreRefused() {
    for (String name : List.of("", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.", "../a")) {
      assertFails(
          (output, context) -> {
            context.beginFile("good");
            write(output, "x");
            context.beginFile(name);
          },
          ErrorCode.INVALID_KEY,
          "file '" + name + "' of the answer");
    }
    for (String name : List.of("a\0b", "\ud800", "ü".repeat(510))) {
      assertFails(
          (_, context) -> context.beginFile(name), ErrorCode.INVALID_KEY, "' of the answer: key '");
    }
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() {
    assertFails(
        (output, context) -> {
          context.beginFile("a");
          write(output, "x");
          context.beginFile("b");
          write(output, "x");
          context.beginFile("a");
        },
        ErrorCode.BAD_INPUT,
        "file 'a' of the answer: piece 3 wrote it twice");
  }

  @Test
  void tooManyFilesAreRefused() {
    assertFails(
        (_, context) -> {
          for (int i = 0; i <= PublishFiles.FILES; i++) {
            context.beginFile("" + i);
          }
        },
        ErrorCode.TOO_LARGE,
        "piece 3: it writes more than the 20000 files");
  }

  @Test
  void namesThatTakeTooMuchAreRefused() {
    assertFails(
        (_, context) -> {
          for (int i = 0; i < 1100; i++) {
            context.beginFile("n".repeat(950) + i);
          }
        },
        ErrorCode.TOO_LARGE,
        "the names of its files take more than the 1.00 MiB allowed");
  }

  @Test
  void whatIsWrittenBeforeAFileIsABugOfTheProgram() {
    assertFails((output, _) -> write(output, "x"), ErrorCode.BUG, "before it began one");
  }

  @Test
  void aFileThatCannotBeStoredFailsTheTaskAndLeavesNothing() {
    for (int files : List.of(1, 2, 40)) {
      for (int failing : List.of(0, files / 2)) {
        assertFails(
            (output, context) -> {
              for (int i = 0; i < files; i++) {
                if (i == failing) {
                  memory.failNextFinish(ErrorCode.DISK_FULL);
                }
                context.beginFile("f" + i);
                write(output, "x");
              }
            },
            ErrorCode.DISK_FULL,
            "told to fail");
      }
    }
  }

  @Test
  void aCancelledTaskLeavesNothing() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    Ended ended = new Ended();
    Body body =
        (output, context) -> {
          for (int i = 0; i < 30; i++) {
            context.beginFile("f" + i);
            write(output, "x");
          }
          begun.complete(null);
          while (true) {
            context.check();
            Thread.onSpinWait();
          }
        };
    Worker.Attempt attempt = worker.start(order(body, 0, Try.FIRST), ended);
    begun.join();
    attempt.cancel();
    assertThatThrownBy(ended::join)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(memory.chunks()).isEmpty();
  }
}
