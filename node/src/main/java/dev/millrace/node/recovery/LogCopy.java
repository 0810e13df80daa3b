package dev.millrace.node.recovery;

import dev.millrace.base.Bytes;
import dev.millrace.catalog.CatalogBackup.Entry;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Log entries as a copy holds them, one behind the other, big-endian; integrity is sealing's:
///
/// ```
/// 0    index (8 bytes)
/// 8    milliseconds since 1970 (8)
/// 16   length of the body (4)
/// 20   body
/// ```
final class LogCopy {
  private LogCopy() {}

  static byte[] encode(List<Entry> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Entry entry : entries) {
        out.writeLong(entry.index());
        out.writeLong(entry.timeMillis());
        out.writeInt(entry.body().length());
        out.write(entry.body().toArray());
      }
    } catch (IOException e) {
      throw new IllegalStateException("bug: memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException when the copy ends within an entry
  static List<Entry> decode(InputStream copy) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(copy)) {
      while (true) {
        long index;
        try {
          index = in.readLong();
        } catch (EOFException e) {
          return entries;
        }
        long timeMillis = in.readLong();
        int length = in.readInt();
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
          throw new EOFException("entry " + index + " ends after " + body.length + " bytes");
        }
        entries.add(new Entry(index, timeMillis, Bytes.copyOf(body)));
      }
    }
  }
}
