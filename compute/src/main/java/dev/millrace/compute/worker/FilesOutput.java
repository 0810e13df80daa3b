package dev.millrace.compute.worker;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.TaskFile;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand.PublishFiles;
import dev.millrace.wire.task.FileTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The files that a task writes, where they are the answer. Each is a version of its own, in chunks
/// of its own, under its own key and id: its manifest and its MD5 are its own, and `catalog
/// rebuild` can have it back.
///
/// The end of a file waits for disks. So that many small files don't wait one after the other, a
/// few end at once while the next is written.
final class FilesOutput extends TaskOutput {
  /// Files whose last bytes may be on the way to the disks, beside the one that is written.
  private static final int MOST_ENDING = 16;

  private static final Executor ENDS =
      end -> Thread.ofVirtual().name("millrace-file-end").start(end);

  /// A file that is written, or ends.
  private record Begun(String name, VersionId version, ContentWriter writer) {}

  private record Ending(Begun file, CompletableFuture<Written> written) {}

  private final ContentStore store;
  private final TaskOrder order;
  private final LocalAttempt attempt;
  private final Set<String> names = new HashSet<>();
  private final Deque<Ending> ending = new ArrayDeque<>();
  private final List<TaskFile> ended = new ArrayList<>();
  private final List<Extent> extents = new ArrayList<>();
  private @Nullable Begun open;
  private long tableBytes = FileTable.HEAD_BYTES;

  FilesOutput(ContentStore store, TaskOrder order, LocalAttempt attempt) {
    this.store = store;
    this.order = order;
    this.attempt = attempt;
  }

  @Override
  void beginFile(String name) {
    attempt.check();
    WriteOrder job = order.order();
    ObjectKey key = FileNames.key(job.key(), name);
    if (names.size() == PublishFiles.FILES) {
      throw new MillraceException(
          ErrorCode.TOO_LARGE,
          "piece "
              + order.id()
              + ": it writes more than the "
              + PublishFiles.FILES
              + " files that a job may have: write fewer, or an archive");
    }
    if (!names.add(name)) {
      throw new MillraceException(
          ErrorCode.BAD_INPUT,
          "file '"
              + Text.printable(name)
              + "' of the answer: piece "
              + order.id()
              + " wrote it twice: give each its own name");
    }
    endOpen();
    VersionId version =
        FileVersions.of(order.job(), order.id().task(), order.attempt(), names.size() - 1);
    WriteOrder file = new WriteOrder(job.bucket(), key, version, job.dataKey(), 0, false, true);
    open = new Begun(name, version, store.write(file));
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    attempt.check();
    Begun file = open;
    Check.that(file != null, "a program whose answer is files wrote before it began one");
    if (file != null && length > 0) {
      file.writer().write(source, offset, length);
    }
  }

  private void endOpen() {
    Begun file = open;
    if (file == null) {
      return;
    }
    open = null;
    ending.add(
        new Ending(file, CompletableFuture.supplyAsync(() -> file.writer().finish(true), ENDS)));
    while (ending.size() > MOST_ENDING) {
      attempt.outside(this::takeFirst);
    }
  }

  private void takeFirst() {
    Ending first = ending.remove();
    Written written;
    try {
      written = first.written().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    Manifest manifest = manifest(written);
    extents.addAll(manifest.extents());
    TaskFile file =
        new TaskFile(
            first.file().name(),
            first.file().version(),
            written.sizeBytes(),
            written.md5().orElseThrow(),
            manifest.extents().size());
    ended.add(file);
    tableBytes += FileTable.sizeBytes(file);
    if (tableBytes > LocalAttempt.STATE_BYTES) {
      throw new MillraceException(
          ErrorCode.TOO_LARGE,
          "piece "
              + order.id()
              + ": the names of its files take more than the "
              + ByteUnits.format(LocalAttempt.STATE_BYTES)
              + " allowed for a piece: write fewer, or with shorter names");
    }
  }

  private static Manifest manifest(Written written) {
    if (written.content() instanceof Content.Chunked chunked) {
      return chunked.manifest();
    }
    throw new IllegalStateException("bug: a file came back inline");
  }

  @Override
  boolean wroteNothing() {
    return names.isEmpty();
  }

  @Override
  Part finish(Bytes state) {
    Check.that(state.length() == 0, "a program whose answer is files returned a state");
    endOpen();
    while (!ending.isEmpty()) {
      takeFirst();
    }
    Part part = new Part(new Manifest(extents), FileTable.write(ended));
    extents.clear(); // they belong to the result now
    return part;
  }

  @Override
  public void close() {
    Begun file = open;
    if (file != null) {
      open = null;
      file.writer().abort();
    }
    for (Ending end : ending) {
      end.written()
          .handle((written, _) -> written == null ? List.<Extent>of() : manifest(written).extents())
          .thenAccept(extents::addAll)
          .join();
    }
    ending.clear();
    if (!extents.isEmpty()) {
      store.discard(new Content.Chunked(new Manifest(extents)));
      extents.clear();
    }
  }
}
