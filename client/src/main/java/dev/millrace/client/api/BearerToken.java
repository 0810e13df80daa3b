package dev.millrace.client.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// The secret that opens a node's API: 256 random bits, written as 64 hexadecimal digits, kept in a
/// file that only its owner reads.
public final class BearerToken {
  private static final int BYTES = 32;
  private static final String SCHEME = "Bearer ";

  private final String text;

  private BearerToken(String text) {
    this.text = text;
  }

  public static BearerToken random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new BearerToken(HexFormat.of().formatHex(bytes));
  }

  /// Reads the token in `file`.
  ///
  /// @throws MillraceException NO_SUCH_FILE, ACCESS_DENIED, or CONFIGURATION when the file holds
  ///   anything else
  public static BearerToken read(Path file) {
    return readIfThere(file)
        .orElseThrow(() ->
            new MillraceException(
                ErrorCode.NO_SUCH_FILE,
                "token " + file + ": not there: start the node with `millrace up`"));
  }

  /// Reads the token in `file`, or puts a new one there, whole or not at all, with mode 0600.
  ///
  /// @throws MillraceException as [#read], or IO_ERROR
  public static BearerToken readOrCreate(Path file) {
    Optional<BearerToken> there = readIfThere(file);
    if (there.isPresent()) {
      return there.get();
    }
    BearerToken token = random();
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer line = ByteBuffer.wrap((token.text + "\n").getBytes(US_ASCII));
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return token;
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.IO_ERROR,
          "token " + file + ": cannot be written: " + e + ": make its folder writable",
          e);
    }
  }

  private static Optional<BearerToken> readIfThere(Path file) {
    try {
      String text = Files.readString(file, US_ASCII).strip();
      if (text.length() != 2 * BYTES || !text.chars().allMatch(HexFormat::isHexDigit)) {
        throw new MillraceException(
            ErrorCode.CONFIGURATION,
            "token " + file + ": not 64 hexadecimal digits: remove the file and restart the node");
      }
      return Optional.of(new BearerToken(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new MillraceException(
          ErrorCode.ACCESS_DENIED,
          "token " + file + ": cannot be read: " + e + ": use the account that runs the node",
          e);
    }
  }

  /// The value of the `Authorization` header that shows this token.
  public String authorization() {
    return SCHEME + text;
  }

  /// Whether an `Authorization` header shows this token. Takes the same time wherever they differ.
  public boolean shownBy(String authorization) {
    return MessageDigest.isEqual(
        authorization.getBytes(US_ASCII), (SCHEME + text).getBytes(US_ASCII));
  }

  /// Not the token: it must not reach a log.
  @Override
  public String toString() {
    return "BearerToken[secret]";
  }
}
