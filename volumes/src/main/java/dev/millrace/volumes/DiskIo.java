package dev.millrace.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a store needs of a file system. Tests put a simulated disk here.
interface DiskIo {
  /// Bytes of the file system in all, and those that a write can still get.
  record Space(long capacityBytes, long usableBytes) {}

  boolean exists(Path path);

  /// The names in a folder, sorted.
  List<String> list(Path folder) throws IOException;

  /// Makes a folder, and its parents; nothing happens when it is there.
  void createFolder(Path folder) throws IOException;

  /// Makes durable which names a folder has.
  void syncFolder(Path folder) throws IOException;

  /// A new file.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException when there is one
  SegmentFile create(Path file) throws IOException;

  SegmentFile open(Path file) throws IOException;

  /// Renames, replacing what is there, in one step.
  void move(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  Space space(Path folder) throws IOException;

  /// Takes the lock of a folder, kept in the file `lock` of it, until the result is closed.
  ///
  /// @throws dev.millrace.base.MillraceException HOME_IN_USE when another process (or this one) has
  ///   it
  AutoCloseable lock(Path folder) throws IOException;
}
