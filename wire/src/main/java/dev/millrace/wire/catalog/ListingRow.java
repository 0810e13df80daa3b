package dev.millrace.wire.catalog;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.base.Id128;
import dev.millrace.model.Listed;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.wire.proto.VersionRow;
import java.io.IOException;

/// What a listing needs of a `VersionRow`, read by hand: it stops in front of the key and the
/// content, which for an inline object are most of the row.
public record ListingRow(
    VersionId id,
    boolean deleteMarker,
    long sizeBytes,
    String etag,
    long createdMillis,
    long sequence,
    int masterKeyNumber) {

  /// The front of a row.
  ///
  /// @throws dev.millrace.base.MillraceException CORRUPT_CATALOG
  public static ListingRow read(byte[] row) {
    long idHigh = 0;
    long idLow = 0;
    boolean deleteMarker = false;
    long sizeBytes = 0;
    String etag = "";
    long createdMillis = 0;
    long sequence = 0;
    int masterKeyNumber = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(row);
      boolean more = true;
      while (more) {
        int tag = in.readTag();
        switch (WireFormat.getTagFieldNumber(tag)) {
          case VersionRow.ID_HIGH_FIELD_NUMBER -> idHigh = in.readFixed64();
          case VersionRow.ID_LOW_FIELD_NUMBER -> idLow = in.readFixed64();
          case VersionRow.DELETE_MARKER_FIELD_NUMBER -> deleteMarker = in.readBool();
          case VersionRow.SIZE_BYTES_FIELD_NUMBER -> sizeBytes = in.readUInt64();
          case VersionRow.ETAG_FIELD_NUMBER -> etag = in.readString();
          case VersionRow.CREATED_MILLIS_FIELD_NUMBER -> createdMillis = in.readUInt64();
          case VersionRow.SEQUENCE_FIELD_NUMBER -> sequence = in.readFixed64();
          case VersionRow.KEY_FIELD_NUMBER -> {
            masterKeyNumber = masterKeyNumber(in);
            more = false;
          }
          default -> more = tag != 0 && in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw NounCodec.corrupt("the row of a version can't be read", e);
    }
    return new ListingRow(
        new VersionId(new Id128(idHigh, idLow)),
        deleteMarker,
        sizeBytes,
        etag,
        createdMillis,
        sequence,
        masterKeyNumber);
  }

  private static int masterKeyNumber(CodedInputStream in) throws IOException {
    in.readRawVarint32();
    int tag = in.readTag();
    return WireFormat.getTagFieldNumber(tag) == 1 ? in.readUInt32() : 0;
  }

  public Listed listed(ObjectKey key, boolean current) {
    return new Listed(key, id, current, deleteMarker, sizeBytes, etag, createdMillis);
  }
}
