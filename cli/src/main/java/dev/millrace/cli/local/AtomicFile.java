package dev.millrace.cli.local;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A file that appears whole or not at all: written under another name in the same folder, made
/// durable, then renamed. Closing without [#commit] leaves nothing, and an existing file as it was.
/// Pipes and devices can't be replaced and are written to as they are.
public final class AtomicFile implements AutoCloseable {
  private static final int NAME_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path target;
  private final @Nullable Path temporary;
  private final FileChannel channel;
  private final EarlySync sync;
  private boolean ended;

  private AtomicFile(Path target, @Nullable Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.sync = new EarlySync(channel, temporary != null);
  }

  /// Begins a file. NO_SUCH_FILE for its folder, ACCESS_DENIED, READ_ONLY, DISK_FULL, and
  /// INVALID_ARGUMENT when a folder has that name.
  public static AtomicFile create(Path wanted) {
    Path target = wanted;
    try {
      if (Files.exists(wanted)) {
        target = wanted.toRealPath();
        if (Files.isDirectory(target)) {
          throw new MillraceException(
              ErrorCode.INVALID_ARGUMENT,
              wanted + ": a folder has this name, and a file is to be written: name a file in it");
        }
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
          FileChannel special = FileChannel.open(target, StandardOpenOption.WRITE);
          return new AtomicFile(target, null, special);
        }
      }
      if (Files.exists(target) && !Files.isWritable(target)) {
        throw new AccessDeniedException(target.toString());
      }
      return beside(target);
    } catch (IOException e) {
      throw writing(wanted, e);
    }
  }

  private static AtomicFile beside(Path target) throws IOException {
    Path temporary = target.resolveSibling(temporaryName());
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    AtomicFile file = new AtomicFile(target, temporary, channel);
    try {
      // What only its owner could read stays so.
      if (Files.exists(target)) {
        Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
      }
    } catch (UnsupportedOperationException e) {
      // A file system without permissions has none to keep.
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  private static MillraceException writing(Path wanted, IOException cause) {
    MillraceException named = LocalErrors.writing(wanted, cause);
    if (named.code() == ErrorCode.NO_SUCH_FILE) {
      return new MillraceException(
          ErrorCode.NO_SUCH_FILE, wanted + ": its folder does not exist: make it first", cause);
    }
    return named;
  }

  private static String temporaryName() {
    byte[] random = new byte[NAME_BYTES];
    RANDOM.nextBytes(random);
    return ".millrace-" + HexFormat.of().formatHex(random) + ".part";
  }

  /// Where the bytes go.
  public OutputStream stream() {
    return sync;
  }

  /// Where the bytes lie until [#commit]: another process may write them there.
  public Path place() {
    return (temporary == null ? target : temporary).toAbsolutePath();
  }

  /// Another process wrote so many more bytes.
  public void writtenElsewhere(long count) throws IOException {
    sync.written(count);
  }

  /// Makes the file visible under its name.
  ///
  /// @param durable whether it must survive a power cut from now on
  public void commit(boolean durable) {
    ended = true;
    try {
      if (temporary == null) {
        channel.close();
        return;
      }
      sync.end();
      if (durable) {
        channel.force(true);
      }
      channel.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard();
      throw LocalErrors.writing(target, e);
    }
    if (durable) {
      syncFolder();
    }
  }

  private void syncFolder() {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException e) {
      throw LocalErrors.writing(target, e);
    }
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      discard();
    }
  }

  private void discard() {
    try {
      channel.close();
    } catch (IOException e) {
      // The file goes away anyway; its first failure is the one to report.
    }
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // The same.
      }
    }
  }
}
