package dev.millrace.compute.worker;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.client.ContentWriter.Written;
import dev.millrace.model.Content;
import dev.millrace.model.Manifest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task's part of an answer that is one object, or of what the next stage reads. Nothing is
/// written for a part without bytes.
final class PieceOutput extends TaskOutput {
  private final ContentStore store;
  private final TaskOrder order;
  private final LocalAttempt attempt;
  private @Nullable ContentWriter writer;

  PieceOutput(ContentStore store, TaskOrder order, LocalAttempt attempt) {
    this.store = store;
    this.order = order;
    this.attempt = attempt;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    attempt.check();
    Check.that(order.work().writes(), "an instruction that aggregates wrote output");
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

  @Override
  void beginFile(String name) {
    throw new IllegalStateException("bug: a program whose answer is not files began one");
  }

  @Override
  boolean wroteNothing() {
    return writer == null;
  }

  @Override
  Part finish(Bytes state) {
    return new Part(manifest(), state);
  }

  private Manifest manifest() {
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
