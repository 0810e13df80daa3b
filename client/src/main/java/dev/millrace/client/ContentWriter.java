package dev.millrace.client;

import dev.millrace.model.Content;
import java.util.Optional;

/// Writes one piece of a version's content. Chunks go to their volumes while it is written, with a
/// bounded number on the way. End it with [#finish] or [#abort].
public interface ContentWriter {
  /// Takes bytes; blocks while too many chunks are on the way. A failure of an earlier chunk is
  /// thrown here or by [#finish].
  void write(byte[] source, int offset, int length);

  /// Ends the piece. On return everything written is durable.
  ///
  /// @param lastPiece whether the version ends with this piece; recorded for `catalog rebuild`
  Written finish(boolean lastPiece);

  /// Gives up. Chunks that were written are freed, or swept later. Does nothing after [#finish].
  void abort();

  /// What was written.
  ///
  /// @param md5 in hexadecimal, when it was asked for
  record Written(long sizeBytes, Optional<String> md5, Content content) {}
}
