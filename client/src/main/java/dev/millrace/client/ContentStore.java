package dev.millrace.client;

import dev.millrace.model.BucketName;
import dev.millrace.model.Content;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.Stored;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;

/// Sealed content in volumes: bytes go in and come out in the clear, and lie sealed. It knows
/// nothing of versions: what was written becomes visible when a catalog command names it.
/// Thread-safe; each reader and writer belongs to one thread at a time.
public interface ContentStore {
  /// A fresh random data key, wrapped by the current master key.
  WrappedKey newDataKey();

  /// Opens content for reading.
  ///
  /// @throws dev.millrace.base.MillraceException KEY_MISSING or KEY_WRONG when its data key cannot
  ///   be unwrapped
  ContentReader open(Stored stored);

  /// Begins to write one piece of a version.
  ContentWriter write(WriteOrder order);

  /// Frees content that was written but that no command will name: a commit was refused. Where the
  /// outcome of the command is unknown this must not be called. What cannot be freed now is swept
  /// later.
  default void discard(Content content) {}

  /// What is about to be written, as each chunk's header will say it for `catalog rebuild`.
  ///
  /// @param dataKey seals it; all pieces of a version have the same
  /// @param piece position of this piece in the version, from 0; a plain file is one piece
  /// @param allowInline whether content of up to 4 KiB may come back as `Content.Inline`
  /// @param md5 whether to compute the MD5 of the plaintext
  record WriteOrder(
      BucketName bucket,
      ObjectKey key,
      VersionId version,
      WrappedKey dataKey,
      int piece,
      boolean allowInline,
      boolean md5) {}
}
