package dev.millrace.system.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// How much a folder has grown: the sign by which tests know that a command is in the middle of its
/// work.
///
/// @param folder that is watched
/// @param beforeBytes what it held when the watch began
public record Growth(Path folder, long beforeBytes) {
  private static final int LOOK_MILLIS = 3;

  public static Growth of(Path folder) throws IOException {
    return new Growth(folder, sizeBytes(folder));
  }

  /// Waits until there are so many bytes more.
  ///
  /// @throws IOException when the process ends before that
  public void await(long moreBytes, Process process) throws IOException, InterruptedException {
    while (sizeBytes(folder) < beforeBytes + moreBytes) {
      if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException("the command ended by itself with " + process.exitValue());
      }
    }
  }

  private static long sizeBytes(Path folder) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        try {
          sum += Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
          // it was a temporary one
        }
      }
    }
    return sum;
  }
}
