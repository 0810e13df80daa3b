package dev.millrace.catalog.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.Id128;
import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Whose catalog a folder holds, so that a log that went missing is noticed: a master that votes
/// with a forgotten log can lose what the group acknowledged.
///
/// ```
/// millrace-catalog 1          format
/// cluster 32 hex digits
/// group   32 hex digits       the Raft group; a restored catalog has a new one
/// node    32 hex digits
/// state   MAKING | RESTORED | READY
/// crc32c  8 hex digits        of all before this line
/// ```
record FolderIdentity(Id128 cluster, Id128 group, NodeId node, State state) {
  private static final String FORMAT = "millrace-catalog 1";
  private static final String NAME = "identity";

  enum State {
    /// The folder is being made: nothing in it was acknowledged.
    MAKING,
    /// The tables are those of another catalog, and the log is yet to be begun behind them.
    RESTORED,
    /// The log is there.
    READY
  }

  /// Of a folder that is new.
  static FolderIdentity fresh(IdSource ids, NodeId node, State state) {
    return new FolderIdentity(ids.timeOrdered(), ids.timeOrdered(), node, state);
  }

  FolderIdentity inState(State other) {
    return new FolderIdentity(cluster, group, node, other);
  }

  private String text() {
    String lines =
        FORMAT
            + "\ncluster "
            + cluster
            + "\ngroup "
            + group
            + "\nnode "
            + node
            + "\nstate "
            + state
            + "\n";
    return lines + "crc32c " + crc(lines) + "\n";
  }

  private static String crc(String lines) {
    CRC32C crc = new CRC32C();
    crc.update(lines.getBytes(UTF_8));
    return Text.hex(crc.getValue()).substring(8);
  }

  static Path file(Path folder) {
    return folder.resolve(NAME);
  }

  /// What the folder says; empty when it says nothing.
  ///
  /// @throws MillraceException CORRUPT_CATALOG, HOME_VERSION, IO_ERROR
  static Optional<FolderIdentity> read(Path folder) {
    Path file = file(folder);
    String text;
    try {
      text = Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (java.nio.charset.CharacterCodingException e) {
      throw corrupt(file);
    } catch (IOException e) {
      throw Disk.failure(file, e);
    }
    String[] lines = text.split("\n", -1);
    int end = text.lastIndexOf("crc32c ");
    if (lines.length != 7
        || end < 0
        || !text.substring(end).equals("crc32c " + crc(text.substring(0, end)) + "\n")) {
      throw corrupt(file);
    }
    if (!lines[0].equals(FORMAT)) {
      throw new MillraceException(
          ErrorCode.HOME_VERSION,
          "catalog "
              + file
              + ": '"
              + Text.printable(lines[0])
              + "' is another version's: use that");
    }
    return Optional.of(
        new FolderIdentity(
            Id128.parse(value(lines[1])),
            Id128.parse(value(lines[2])),
            NodeId.parse(value(lines[3])),
            State.valueOf(value(lines[4]))));
  }

  private static String value(String line) {
    return line.substring(line.indexOf(' ') + 1);
  }

  private static MillraceException corrupt(Path file) {
    return new MillraceException(
        ErrorCode.CORRUPT_CATALOG,
        "catalog "
            + file
            + ": it is damaged: restore the catalog with 'millrace catalog restore' or 'millrace"
            + " catalog rebuild'");
  }

  /// Replaces what the folder says, durably.
  void write(Path folder) {
    Path file = file(folder);
    Path fresh = folder.resolve(NAME + ".new");
    try {
      try (FileChannel out =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Disk.syncFolder(folder);
    } catch (IOException e) {
      throw Disk.failure(file, e);
    }
  }
}
