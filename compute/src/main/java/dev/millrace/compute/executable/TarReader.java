package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;

/// Reads an archive as `tar --format=pax` of GNU makes it of a folder, and no other kind. Whoever
/// wrote it: what is not as it should be is refused, and no more than 64 KiB are held.
///
/// ```
/// | header 512 | bytes, filled up to 512 | header ... | zeros |
///
/// header: | name 100 | 24 | size 12 | 12 | checksum 8 | kind 1 | 100 | ustar 00 00 | 80 | prefix 155 |
/// ```
///
/// An entry of kind `x` belongs to the one behind it: its bytes are records `LENGTH KEY=VALUE` and
/// a line feed, of which `path` and `size` stand for the fields of the header (POSIX.1-2017,
/// `pax`). One thread. Failures are an `IOException` that says what is wrong.
final class TarReader {
  private static final int BLOCK_BYTES = 512;
  private static final int MOST_ATTRIBUTE_BYTES = (int) (64 * ByteUnits.KIB);
  private static final byte[] MAGIC = "ustar\00000".getBytes(UTF_8);

  private static final int NAME = 0;
  private static final int NAME_BYTES = 100;
  private static final int SIZE = 124;
  private static final int SIZE_BYTES = 12;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int KIND = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX = 345;
  private static final int PREFIX_BYTES = 155;

  /// What an entry is.
  enum Kind {
    FILE,
    FOLDER,
    HARD_LINK,
    SYMBOLIC_LINK,
    DEVICE,
    PIPE
  }

  /// One entry.
  ///
  /// @param name without `./` before and `/` behind it; empty for the folder itself
  /// @param unicode whether the name is well-formed; otherwise it is only for people
  record Entry(Kind kind, String name, boolean unicode, long sizeBytes) {}

  /// What an entry of kind `x` says of the next one.
  private record Attributes(Optional<byte[]> path, Optional<Long> size) {
    static final Attributes NONE = new Attributes(Optional.empty(), Optional.empty());
  }

  private final InputStream in;
  private final byte[] header = new byte[BLOCK_BYTES];
  private long left;
  private long padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /// The next entry, passing over what was not read of the one before. Absent at the end.
  Optional<Entry> next() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
    if (!readHeader()) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.NONE;
    if (header[KIND] == 'x') {
      attributes = attributes();
      if (!readHeader()) {
        throw new IOException("it ends behind attributes");
      }
    }
    Kind kind = kind();
    long size = attributes.size().isPresent() ? attributes.size().get() : number(SIZE, SIZE_BYTES);
    if (kind == Kind.FILE) {
      left = size;
      padding = -size & (BLOCK_BYTES - 1);
    } else if (size != 0) {
      throw new IOException("an entry that is no file has bytes");
    }
    return Optional.of(entry(kind, attributes.path().orElseGet(this::name), size));
  }

  /// Reads bytes of the current entry; -1 at its end.
  int read(byte[] target) throws IOException {
    if (left == 0) {
      return -1;
    }
    int n = in.read(target, 0, (int) Math.min(target.length, left));
    if (n < 0) {
      throw new IOException("it ends within a file");
    }
    left -= n;
    return n;
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw new IOException("it ends within a file", e);
    }
  }

  /// False at the end of the archive.
  private boolean readHeader() throws IOException {
    int n = in.readNBytes(header, 0, BLOCK_BYTES);
    if (n < BLOCK_BYTES) {
      throw new IOException("it has no end");
    }
    int sum = 0;
    boolean zero = true;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean inChecksum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;
      sum += inChecksum ? ' ' : header[i] & 0xff;
      zero &= header[i] == 0;
    }
    if (zero) {
      return false;
    }
    if (number(CHECKSUM, CHECKSUM_BYTES) != sum) {
      throw new IOException("a header's checksum is wrong");
    }
    if (!Arrays.equals(header, MAGIC_AT, MAGIC_AT + MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("a header is of another format");
    }
    return true;
  }

  private Kind kind() throws IOException {
    return switch (header[KIND]) {
      case '0' -> Kind.FILE;
      case '1' -> Kind.HARD_LINK;
      case '2' -> Kind.SYMBOLIC_LINK;
      case '3', '4' -> Kind.DEVICE;
      case '5' -> Kind.FOLDER;
      case '6' -> Kind.PIPE;
      default -> throw new IOException("an entry is of an unknown kind");
    };
  }

  private byte[] name() {
    byte[] name = text(NAME, NAME_BYTES);
    byte[] prefix = text(PREFIX, PREFIX_BYTES);
    if (prefix.length == 0) {
      return name;
    }
    byte[] path = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    path[prefix.length] = '/';
    System.arraycopy(name, 0, path, prefix.length + 1, name.length);
    return path;
  }

  private byte[] text(int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(header, offset, end);
  }

  /// A number in octal digits, with spaces or zero bytes around it.
  private long number(int offset, int length) throws IOException {
    String digits = new String(text(offset, length), UTF_8).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new IOException("a number in a header is wrong");
    }
    return Long.parseLong(digits, 8);
  }

  private Attributes attributes() throws IOException {
    long size = number(SIZE, SIZE_BYTES);
    if (size > MOST_ATTRIBUTE_BYTES) {
      throw new IOException(
          "the name of an entry is longer than " + ByteUnits.format(MOST_ATTRIBUTE_BYTES));
    }
    byte[] records = in.readNBytes((int) size);
    skip(-size & (BLOCK_BYTES - 1));
    Optional<byte[]> path = Optional.empty();
    Optional<Long> entrySize = Optional.empty();
    for (int at = 0; at < records.length; ) {
      int end = at + recordLength(records, at);
      int key = indexOf(records, ' ', at, end) + 1;
      int value = indexOf(records, '=', key, end) + 1;
      byte[] bytes = Arrays.copyOfRange(records, value, end - 1);
      String name = new String(records, key, value - 1 - key, UTF_8);
      if (name.equals("path")) {
        path = Optional.of(bytes);
      } else if (name.equals("size")) {
        entrySize = Optional.of(size(bytes));
      } else if (name.startsWith("GNU.sparse.")) {
        throw new IOException("a file has holes");
      }
      at = end;
    }
    return new Attributes(path, entrySize);
  }

  private static int recordLength(byte[] records, int at) throws IOException {
    int space = indexOf(records, ' ', at, records.length);
    String digits = new String(records, at, space - at, UTF_8);
    int length = digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
    int end = at + length;
    if (end <= space || end > records.length || records[end - 1] != '\n') {
      throw new IOException("an entry's attributes are malformed");
    }
    return length;
  }

  private static int indexOf(byte[] bytes, char wanted, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new IOException("an entry's attributes are malformed");
  }

  private static long size(byte[] digits) throws IOException {
    String text = new String(digits, UTF_8);
    if (!text.matches("[0-9]{1,18}")) {
      throw new IOException("the size of an entry is wrong");
    }
    return Long.parseLong(text);
  }

  private static Entry entry(Kind kind, byte[] path, long size) {
    int from = path.length > 1 && path[0] == '.' && path[1] == '/' ? 2 : 0;
    int to = path.length;
    while (kind == Kind.FOLDER && to > from && path[to - 1] == '/') {
      to--;
    }
    byte[] name = Arrays.copyOfRange(path, from, to);
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
      return new Entry(kind, text, true, size);
    } catch (CharacterCodingException e) {
      return new Entry(kind, new String(name, UTF_8), false, size);
    }
  }
}
