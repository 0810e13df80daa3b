package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentStore.WriteOrder;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.compute.plan.InputLayout;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Combine.InputFile;
import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.Extent;
import dev.millrace.model.Job;
import dev.millrace.model.Manifest;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Stored;
import dev.millrace.model.TaskId;
import dev.millrace.model.TaskResult;
import dev.millrace.model.VersionId;
import dev.millrace.net.CatalogCommand;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts a job's answer together from its finished pieces. Thread-safe.
final class Publisher {
  private static final int BUFFER_BYTES = (int) (64 * ByteUnits.KIB);

  /// Where the number of a stage is mixed into the random half of a job's id.
  private static final int STAGE_SHIFT = 48;

  private final ContentStore store;

  Publisher(ContentStore store) {
    this.store = store;
  }

  /// The version that a job publishes. It has the job's own number, so that a balancer that goes on
  /// after a restart writes and publishes the same version.
  static VersionId versionOf(Job job) {
    return new VersionId(job.id().value());
  }

  /// How a piece of the job's answer is written.
  static WriteOrder orderOf(Job job, int piece, boolean whole) {
    return order(job, versionOf(job), piece, whole);
  }

  /// How a piece of what a further stage will read is written. It has a version id of its own,
  /// which has no last piece: so that `catalog rebuild` takes it for a version that was never
  /// finished.
  static WriteOrder orderOfStage(Job job, TaskId task) {
    return order(job, versionOfStage(job, task.stage()), task.task(), false);
  }

  private static VersionId versionOfStage(Job job, int stage) {
    Id128 id = job.id().value();
    return new VersionId(new Id128(id.high(), id.low() ^ (stage + 1L) << STAGE_SHIFT));
  }

  /// Keeps what the pieces of a job wrote that has further stages.
  static CatalogCommand.CommitVersion keep(Job job, List<TaskResult> pieces) {
    return new CatalogCommand.CommitVersion(
        BucketName.PIECES,
        new ObjectKey(job.id().toString()),
        versionOfStage(job, 0),
        concatenation(job, pieces),
        new CatalogCommand.Precondition.None());
  }

  private static WriteOrder order(Job job, VersionId version, int piece, boolean whole) {
    return new WriteOrder(
        job.spec().outputBucket(),
        job.spec().outputKey(),
        version,
        job.sessionKey(),
        piece,
        whole,
        whole);
  }

  /// The answer, ready to be published. Concatenated answers stay where they are. An aggregate is
  /// written now, as one more piece.
  ///
  /// @param check called whenever some of an aggregate is written or flushed; what it throws ends
  ///   the making
  Stored answer(
      Job job, Combine combine, InputLayout layout, List<TaskResult> results, Runnable check) {
    return switch (combine) {
      case Combine.ConcatenateInOrder _, Combine.Stages _ -> concatenation(job, results);
      case Combine.Aggregate aggregate ->
          aggregate(job, aggregate.reduction(), layout, results, check);
      case Combine.Files _ -> throw new IllegalStateException("bug: files are no one answer");
    };
  }

  private static Stored concatenation(Job job, List<TaskResult> results) {
    List<Extent> extents = new ArrayList<>();
    for (TaskResult result : results) {
      extents.addAll(result.output().extents());
    }
    Manifest manifest = new Manifest(extents);
    return new Stored(
        manifest.sizeBytes(),
        tag(results),
        new Content.Chunked(manifest),
        job.sessionKey(),
        Map.of(),
        Optional.of(job.id()));
  }

  /// The etag of a concatenation, whose MD5 nobody computed: the MD5 of each piece's number, and of
  /// the ids and lengths of its chunks, then `-` and how many pieces there are. As with S3's
  /// multipart uploads it is opaque, differs whenever the bytes differ, and its `-` says that it is
  /// not the MD5 of the content. (Two runs that make the same bytes have different tags.)
  private static String tag(List<TaskResult> results) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every JDK has MD5", e);
    }
    for (TaskResult result : results) {
      digest.update((result.task() + "\n").getBytes(US_ASCII));
      for (Extent extent : result.output().extents()) {
        digest.update((extent.chunk() + " " + extent.lengthBytes() + "\n").getBytes(US_ASCII));
      }
    }
    return Text.hex(digest.digest()) + "-" + results.size();
  }

  private Stored aggregate(
      Job job,
      Combine.Reduction reduction,
      InputLayout layout,
      List<TaskResult> results,
      Runnable check) {
    List<InputFile> inputs = new ArrayList<>(layout.inputs());
    for (int i = 0; i < layout.inputs(); i++) {
      inputs.add(new InputFile(layout.label(i), layout.sizeBytes(i)));
    }
    ContentWriter writer = store.write(orderOf(job, results.size(), true));
    boolean finished = false;
    try {
      OutputStream answer = new BufferedOutputStream(new WriterStream(writer, check), BUFFER_BYTES);
      reduction.reduce(inputs, results, answer);
      answer.flush();
      Written written = writer.finish(true);
      finished = true;
      return new Stored(
          written.sizeBytes(),
          written.md5().orElseThrow(),
          written.content(),
          job.sessionKey(),
          Map.of(),
          Optional.of(job.id()));
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR, "job " + job.id() + ": " + e.getMessage() + ": run it again", e);
    } finally {
      if (!finished) {
        writer.abort();
      }
    }
  }

  private static final class WriterStream extends OutputStream {
    private final ContentWriter writer;
    private final Runnable check;

    WriterStream(ContentWriter writer, Runnable check) {
      this.writer = writer;
      this.check = check;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      check.run();
      writer.write(source, offset, length);
    }

    @Override
    public void flush() {
      check.run();
    }
  }
}
