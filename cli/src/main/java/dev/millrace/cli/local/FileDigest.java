package dev.millrace.cli.local;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Digests of local files.
public final class FileDigest {
  private static final int BUFFER_BYTES = (int) (64 * ByteUnits.KIB);

  private FileDigest() {}

  /// The MD5 in hexadecimal, as an etag says it.
  ///
  /// @throws MillraceException INPUT_CHANGED, ACCESS_DENIED, IO_ERROR
  public static String md5(LocalFile file, Stop stop) {
    return hex("MD5", file, stop);
  }

  /// A digest in hexadecimal.
  ///
  /// @throws MillraceException INPUT_CHANGED, ACCESS_DENIED, IO_ERROR
  public static String hex(String algorithm, LocalFile file, Stop stop) {
    MessageDigest digest = digest(algorithm);
    byte[] buffer = new byte[BUFFER_BYTES];
    WatchedInput input = file.open(stop);
    try (input) {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw input.failure().orElseGet(() -> LocalErrors.reading(file.path(), e));
    }
    return Text.hex(digest.digest());
  }

  /// A digest that every Java has.
  public static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: no " + algorithm, e);
    }
  }
}
