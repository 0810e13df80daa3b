package dev.millrace.wire.seal;

import dev.millrace.base.Check;
import dev.millrace.model.BucketName;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.WrappedKey;

/// What a chunk says of itself, so that the catalog can be rebuilt from chunks alone.
///
/// @param piece which piece of the version, from 0; a plain file is one piece
/// @param extent which extent of the piece, from 0
/// @param offset first byte of the extent in its piece
/// @param lastExtent whether the piece ends with this extent
/// @param lastPiece whether the version ends with this piece; only the last extent knows
/// @param dataKey seals the chunk
public record Recovery(
    BucketName bucket,
    ObjectKey key,
    VersionId version,
    int piece,
    int extent,
    long offset,
    boolean lastExtent,
    boolean lastPiece,
    WrappedKey dataKey) {
  public Recovery {
    Check.that(
        piece >= 0 && extent >= 0 && offset >= 0, "extent %d.%d at %d", piece, extent, offset);
    Check.that(lastExtent || !lastPiece, "extent %d.%d ends the version only", piece, extent);
  }
}
