package dev.millrace.base;

/// The bounds that several modules share. Relations among them are checked when the class loads.
public final class Limits {
  /// Plaintext of one frame, the unit of sealing and of a verified read.
  public static final int FRAME_BYTES = (int) (128 * ByteUnits.KIB);

  /// Plaintext of one chunk, the unit of placement.
  public static final int CHUNK_BYTES = (int) (8 * ByteUnits.MIB);

  /// Objects up to this size live sealed in their catalog record.
  public static final int INLINE_BYTES = (int) (4 * ByteUnits.KIB);

  /// UTF-8 bytes of a key, as in S3.
  public static final int KEY_BYTES = 1024;

  /// Entries in one page of any listing.
  public static final int PAGE_ENTRIES = 1000;

  /// User metadata of one version: UTF-8 bytes of all names and values, as in S3.
  public static final int METADATA_BYTES = (int) (2 * ByteUnits.KIB);

  static {
    Check.that(CHUNK_BYTES % FRAME_BYTES == 0, "a chunk is a whole number of frames");
    Check.that(INLINE_BYTES <= FRAME_BYTES, "an inline object is one frame");
  }

  private Limits() {}
}
