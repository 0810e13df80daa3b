package dev.millrace.compute.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The kernel's files of control groups.
final class ControlFiles {
  static final String PROCESSES = "cgroup.procs";

  /// Of the freezer of version 1.
  static final String FREEZER_STATE = "freezer.state";

  private static final int SETTLE_LOOKS = 1_000;
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private ControlFiles() {}

  static void write(Path file, Object value) throws IOException {
    Files.write(
        file, value.toString().getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }

  /// Writes when the file is there: kernels differ in what they offer.
  static void writeIfThere(Path file, Object value) throws IOException {
    try {
      write(file, value);
    } catch (NoSuchFileException e) {
      // this kernel has no such limit
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return ""; // the group is gone, or this kernel has no such file
    }
  }

  /// The number in a file that holds one, or 0.
  static long number(Path file) {
    return parse(read(file));
  }

  /// The number behind `name` in a file of lines `name number`, or 0.
  static long number(Path file, String name) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> parse(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private static long parse(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0; // "max", or nothing
    }
  }

  /// Waits until `holds`, for a second at most: the kernel stops a process when it next comes by,
  /// and one that waits for a disk not before.
  static void settle(BooleanSupplier holds) {
    for (int i = 0; i < SETTLE_LOOKS && !holds.getAsBoolean(); i++) {
      LockSupport.parkNanos(SETTLE_NANOS);
    }
  }

  static List<Long> processes(Path group) {
    List<Long> ids = new ArrayList<>();
    read(group.resolve(PROCESSES)).lines().map(ControlFiles::parse).forEach(ids::add);
    return ids;
  }

  /// Ends the processes of a group.
  static void killAll(Path group) {
    long self = ProcessHandle.current().pid();
    for (long id : processes(group)) {
      if (id > 0 && id != self) { // 0 is a process that this process cannot see
        ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  /// Removes a group without processes.
  ///
  /// @return false when the kernel refuses still
  static boolean remove(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    } catch (IOException e) {
      return false; // EBUSY: a process is not wholly gone
    }
  }

  /// Removes groups with the groups right in them, as the remains of a process that was killed.
  /// What it had paused still is: a frozen process of version 1 dies only when it is thawed.
  ///
  /// @param bases in each tree that was used; the same attempts are in all of them
  static void removeRemains(List<Path> bases) {
    List<Path> attempts = bases.stream().flatMap(base -> inner(base).stream()).toList();
    for (Path attempt : attempts) {
      killAll(attempt);
      try {
        writeIfThere(attempt.resolve(FREEZER_STATE), "THAWED");
      } catch (IOException e) {
        // the kernel has removed it meanwhile
      }
    }
    for (Path attempt : attempts) {
      settle(() -> processes(attempt).isEmpty());
      remove(attempt);
    }
    bases.forEach(ControlFiles::remove);
  }

  private static List<Path> inner(Path base) {
    try (Stream<Path> inner = Files.list(base)) {
      return inner.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      return List.of(); // it is not there
    }
  }
}
