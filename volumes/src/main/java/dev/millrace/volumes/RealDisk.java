package dev.millrace.volumes;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The machine's own file system.
final class RealDisk implements DiskIo {
  private static final String LOCK_FILE = "lock";

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    Uninterrupted.run(() -> {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    });
  }

  @Override
  public SegmentFile create(Path file) throws IOException {
    return ChannelFile.create(file);
  }

  @Override
  public SegmentFile open(Path file) throws IOException {
    return ChannelFile.open(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public Space space(Path folder) throws IOException {
    File file = folder.toFile();
    long capacity = file.getTotalSpace();
    if (capacity == 0) {
      throw new IOException("the file system doesn't tell its size");
    }
    return new Space(capacity, file.getUsableSpace());
  }

  @Override
  public AutoCloseable lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(folder);
    }
    if (lock == null) {
      channel.close();
      throw inUse(folder);
    }
    return channel;
  }

  private static MillraceException inUse(Path folder) {
    return new MillraceException(
        ErrorCode.HOME_IN_USE,
        "disk " + folder + ": another Millrace process has it open: stop that process first");
  }
}
