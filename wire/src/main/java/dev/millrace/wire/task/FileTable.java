package dev.millrace.wire.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.Bytes;
import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.MillraceException;
import dev.millrace.model.TaskFile;
import dev.millrace.model.VersionId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The files that a task wrote, as they stand in the state of its result.
///
/// ```
/// | format 1 | count n | file ... |
///
/// file: | length n | name, UTF-8 | version id 16 | size n | MD5 16 | extents n |
/// ```
///
/// Numbers `n` have 7 bits a byte, the lowest first, and the top bit where more follow; others are
/// big-endian.
public final class FileTable {
  private static final byte FORMAT = 1;
  private static final int ID_BYTES = 16;
  private static final int MD5_BYTES = 16;
  private static final int NUMBER_BYTES = 9;
  private static final HexFormat HEX = HexFormat.of();

  /// Of an empty table, at most.
  public static final int HEAD_BYTES = 1 + NUMBER_BYTES;

  private FileTable() {}

  /// How many bytes a file takes.
  public static int sizeBytes(TaskFile file) {
    int name = file.name().getBytes(UTF_8).length;
    return numberBytes(name)
        + name
        + ID_BYTES
        + numberBytes(file.sizeBytes())
        + MD5_BYTES
        + numberBytes(file.extents());
  }

  private static int numberBytes(long number) {
    int bytes = 1;
    for (long rest = number >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }

  /// The table.
  public static Bytes write(List<TaskFile> files) {
    int size = HEAD_BYTES + files.stream().mapToInt(FileTable::sizeBytes).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORMAT);
    write(out, files.size());
    for (TaskFile file : files) {
      byte[] name = file.name().getBytes(UTF_8);
      write(out, name.length);
      out.put(name);
      out.putLong(file.version().value().high()).putLong(file.version().value().low());
      write(out, file.sizeBytes());
      byte[] md5 = HEX.parseHex(file.md5());
      Check.that(md5.length == MD5_BYTES, "an MD5 of %d bytes", md5.length);
      out.put(md5);
      write(out, file.extents());
    }
    return Bytes.copyOf(out.array(), 0, out.position());
  }

  private static void write(ByteBuffer out, long number) {
    Check.that(number >= 0, "number %d", number);
    long rest = number;
    while (rest > 0x7f) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /// The files of a table.
  ///
  /// @throws MillraceException CORRUPT_CATALOG for bytes that [#write] didn't make
  public static List<TaskFile> read(Bytes table) {
    ByteBuffer in = ByteBuffer.wrap(table.toArray());
    try {
      if (in.get() != FORMAT) {
        throw unreadable(new IllegalArgumentException("its format is not known"));
      }
      long count = number(in);
      List<TaskFile> files = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        files.add(file(in));
      }
      if (in.hasRemaining()) {
        throw unreadable(new IllegalArgumentException("bytes behind its end"));
      }
      return files;
    } catch (BufferUnderflowException | CharacterCodingException e) {
      throw unreadable(e);
    }
  }

  private static TaskFile file(ByteBuffer in) throws CharacterCodingException {
    byte[] name = bytes(in, number(in));
    VersionId version = new VersionId(new Id128(in.getLong(), in.getLong()));
    long size = number(in);
    String md5 = HEX.formatHex(bytes(in, MD5_BYTES));
    long extents = number(in);
    if (extents > Integer.MAX_VALUE) {
      throw new BufferUnderflowException();
    }
    String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    return new TaskFile(text, version, size, md5, (int) extents);
  }

  private static byte[] bytes(ByteBuffer in, long length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private static long number(ByteBuffer in) {
    long number = 0;
    for (int i = 0; i < NUMBER_BYTES; i++) {
      byte next = in.get();
      number |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return number;
      }
    }
    throw new BufferUnderflowException(); // longer than any number that is written
  }

  private static MillraceException unreadable(Exception cause) {
    return new MillraceException(
        ErrorCode.CORRUPT_CATALOG,
        "catalog: a task's table of files can't be read: run its job again",
        cause);
  }
}
