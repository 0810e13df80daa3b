package dev.millrace.wire.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.NavigableMap;
import java.util.Set;

/// The file of a key ring: readable by its owner only, replaced as a whole, durable on return.
final class MasterKeyFile {
  /// A key ring has a line of 100 bytes a key: a larger file is something else.
  private static final int MAX_BYTES = 1 << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private MasterKeyFile() {}

  static NavigableMap<Integer, MasterKey> read(Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (!OWNERS.containsAll(mode)) {
        throw new MillraceException(
            ErrorCode.CONFIGURATION,
            "master key file "
                + file
                + ": others than its owner may use it ("
                + PosixFilePermissions.toString(mode)
                + "): run chmod 600 "
                + file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new MillraceException(
            ErrorCode.CONFIGURATION,
            "master key file " + file + ": too large to be one: put back the right file");
      }
      return MasterKeyText.parse(Files.readString(file, UTF_8), "master key file " + file);
    } catch (NoSuchFileException e) {
      throw new MillraceException(
          ErrorCode.KEY_MISSING,
          "master key file "
              + file
              + ": not there, and nothing stored can be read without it: put it back",
          e);
    } catch (CharacterCodingException e) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION,
          "master key file "
              + file
              + ": it is damaged, its bytes are not text: put back the copy that was made of it",
          e);
    } catch (IOException e) {
      throw failed("cannot be read", file, e);
    }
  }

  /// Replaces the file. After a failure or a power cut it is the old one or the new one.
  static void write(Path file, Iterable<MasterKey> keys) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new MillraceException(
          ErrorCode.CONFIGURATION, "master key file " + file + ": not a file: name another");
    }
    try {
      Path fresh =
          Files.createTempFile(
              folder, ".keys", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          ByteBuffer text = ByteBuffer.wrap(MasterKeyText.format(keys).getBytes(UTF_8));
          while (text.hasRemaining()) {
            channel.write(text);
          }
          channel.force(true);
        }
        Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw failed("cannot be written", file, e);
    }
  }

  private static MillraceException failed(String why, Path file, IOException e) {
    return new MillraceException(
        ErrorCode.IO_ERROR,
        "master key file " + file + ": " + why + " (" + e + "): check the folder and its disk",
        e);
  }
}
