package dev.millrace.catalog.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.net.CatalogCommand;
import dev.millrace.wire.catalog.NounCodec;
import dev.millrace.wire.proto.Command;
import dev.millrace.wire.proto.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// What one log entry carries: commands that are executed in order at one time.
public final class EntryCodec {
  /// From this format on versions are noted for the job that made them.
  static final int FORMAT_DESCENDANTS = 1;

  /// From this format on answers that are files are recorded.
  static final int FORMAT_FILES = 2;

  /// What is written; older ones are read and executed as they were.
  static final int FORMAT = FORMAT_FILES;

  private EntryCodec() {}

  /// A command as it stands in an entry, made by its caller's own thread.
  public static byte[] encode(CatalogCommand<?> command) {
    return CommandCodec.write(command).toByteArray();
  }

  /// An entry of commands that are encoded already; the bytes of a `LogEntry`.
  public static byte[] entry(long timeMillis, List<byte[]> commands) {
    int size = CodedOutputStream.computeUInt64Size(LogEntry.TIME_MILLIS_FIELD_NUMBER, timeMillis);
    for (byte[] command : commands) {
      size += CodedOutputStream.computeByteArraySize(LogEntry.COMMANDS_FIELD_NUMBER, command);
    }
    size += CodedOutputStream.computeUInt32Size(LogEntry.FORMAT_FIELD_NUMBER, FORMAT);
    byte[] entry = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(entry);
    try {
      out.writeUInt64(LogEntry.TIME_MILLIS_FIELD_NUMBER, timeMillis);
      for (byte[] command : commands) {
        out.writeByteArray(LogEntry.COMMANDS_FIELD_NUMBER, command);
      }
      out.writeUInt32(LogEntry.FORMAT_FIELD_NUMBER, FORMAT);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entry;
  }

  /// An entry's time and commands.
  ///
  /// @param format the rules by which they are executed
  public record Entry(long timeMillis, List<CatalogCommand<?>> commands, int format) {
    public Entry {
      commands = List.copyOf(commands);
    }

    /// An entry of the format that is written.
    public Entry(long timeMillis, List<CatalogCommand<?>> commands) {
      this(timeMillis, commands, FORMAT);
    }
  }

  /// What an entry carries.
  ///
  /// @throws MillraceException HOME_VERSION when a newer version wrote it, CORRUPT_LOG when it
  ///   can't be read
  public static Entry read(byte[] bytes) {
    try {
      LogEntry message = LogEntry.parseFrom(bytes);
      if (Integer.compareUnsigned(message.getFormat(), FORMAT) > 0) {
        throw NounCodec.newer("a log entry of format " + message.getFormat());
      }
      List<CatalogCommand<?>> commands = new ArrayList<>(message.getCommandsCount());
      for (Command command : message.getCommandsList()) {
        commands.add(CommandCodec.read(command));
      }
      return new Entry(message.getTimeMillis(), commands, message.getFormat());
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(e);
    }
  }

  /// The time alone.
  public static long timeMillis(byte[] bytes) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == LogEntry.TIME_MILLIS_FIELD_NUMBER) {
          return in.readUInt64();
        }
        in.skipField(tag);
      }
      return 0;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static MillraceException unreadable(IOException cause) {
    return new MillraceException(
        ErrorCode.CORRUPT_LOG,
        "catalog log: an entry can't be read: restore with 'millrace catalog restore'",
        cause);
  }
}
