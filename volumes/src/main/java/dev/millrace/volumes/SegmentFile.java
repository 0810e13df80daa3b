package dev.millrace.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file, with positional reads and writes from any number of threads.
interface SegmentFile extends AutoCloseable {
  /// Writes all of `source` at `position`. After a failure any part may have been written.
  void write(ByteBuffer source, long position) throws IOException;

  /// Reads at `position` until `target` is full or the file ends.
  ///
  /// @return how many bytes were read
  int read(ByteBuffer target, long position) throws IOException;

  /// Makes everything durable that was written before the call (`fdatasync`). After a failure
  /// nothing is known of what was written since the last success, and it must not be called again.
  void sync() throws IOException;

  long size() throws IOException;

  void truncate(long size) throws IOException;

  /// Turns `[from, to)` into zeros and gives the whole blocks among them back to the file system.
  ///
  /// @return false, with nothing changed, when the file system can't
  boolean punch(long from, long to) throws IOException;

  @Override
  void close() throws IOException;
}
