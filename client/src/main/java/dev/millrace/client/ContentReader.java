package dev.millrace.client;

import java.io.OutputStream;

/// Reads one version's content. Holds no file open and needs no closing. Every byte it gives was
/// verified; CORRUPT_DATA names the chunk otherwise.
public interface ContentReader {
  long sizeBytes();

  /// Reads `length` bytes from `position`, which must lie inside the content. Opens only the frames
  /// that it needs.
  void read(long position, byte[] target, int offset, int length);

  /// Writes `length` bytes from `position` to `sink`, reading ahead.
  ///
  /// @throws dev.millrace.base.MillraceException IO_ERROR with the sink's `IOException` as cause
  ///   when the sink fails
  void transferTo(long position, long length, OutputStream sink);
}
