package dev.millrace.compute.worker;

import dev.millrace.base.Check;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.compute.program.Combine;
import dev.millrace.model.Content;
import dev.millrace.model.Manifest;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task's part of the answer, on its way to volumes. Nothing is written for a part without bytes.
/// Closing it before [#finish] gives up what was written.
final class PieceOutput extends OutputStream {
  private final ContentStore store;
  private final TaskOrder order;
  private final LocalAttempt attempt;
  private final boolean aggregated;
  private final byte[] one = new byte[1];
  private @Nullable ContentWriter writer;

  PieceOutput(ContentStore store, TaskOrder order, LocalAttempt attempt) {
    this.store = store;
    this.order = order;
    this.attempt = attempt;
    this.aggregated =
        switch (order.call().combine()) {
          case Combine.ConcatenateInOrder _, Combine.Stages _ -> false;
          case Combine.Aggregate _ -> true;
        };
  }

  @Override
  public void write(int b) {
    one[0] = (byte) b;
    write(one, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    attempt.check();
    Check.that(!aggregated, "an instruction that aggregates wrote output");
    if (length == 0) {
      return;
    }
    ContentWriter current = writer;
    if (current == null) {
      current = store.write(order.order());
      writer = current;
    }
    current.write(source, offset, length);
  }

  /// Whether there is nothing to wait for.
  boolean wroteNothing() {
    return writer == null;
  }

  /// Ends the part; it is durable then.
  Manifest finish() {
    ContentWriter current = writer;
    if (current == null) {
      return new Manifest(List.of());
    }
    Written written = current.finish(order.last());
    writer = null;
    if (written.content() instanceof Content.Chunked chunked) {
      return chunked.manifest();
    }
    throw new IllegalStateException("bug: a piece came back inline");
  }

  @Override
  public void close() {
    ContentWriter current = writer;
    if (current != null) {
      writer = null;
      current.abort();
    }
  }
}
