package dev.millrace.compute.worker;

import dev.millrace.base.Bytes;
import dev.millrace.client.ContentStore;
import dev.millrace.model.Manifest;
import java.io.OutputStream;

/// What a task writes, on its way to volumes. Closing it before [#finish] gives up what was
/// written. One thread at a time.
abstract sealed class TaskOutput extends OutputStream permits PieceOutput, FilesOutput {
  private final byte[] one = new byte[1];

  static TaskOutput of(ContentStore store, TaskOrder order, LocalAttempt attempt) {
    return order.work().files()
        ? new FilesOutput(store, order, attempt)
        : new PieceOutput(store, order, attempt);
  }

  @Override
  public final void write(int b) {
    one[0] = (byte) b;
    write(one, 0, 1);
  }

  @Override
  public abstract void write(byte[] source, int offset, int length);

  /// Begins a file; a bug of the program where the answer is not files.
  abstract void beginFile(String name);

  /// Whether there is nothing to wait for.
  abstract boolean wroteNothing();

  /// What was written.
  ///
  /// @param state what the program returned, or the table of files
  record Part(Manifest manifest, Bytes state) {}

  /// Ends the output; it is durable then.
  ///
  /// @param state what the program returned
  abstract Part finish(Bytes state);

  @Override
  public abstract void close();
}
