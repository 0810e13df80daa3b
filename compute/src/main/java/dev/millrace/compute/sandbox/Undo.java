package dev.millrace.compute.sandbox;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Steps that give back what was made for an attempt, last first. Run once; for one thread at a
/// time.
final class Undo implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

  private final Deque<Runnable> steps = new ArrayDeque<>();

  void add(Runnable step) {
    steps.push(step);
  }

  void remove(Path file) {
    add(() -> {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("event=sandbox-file-stays file={} why=\"{}\"", file, e.getMessage());
      }
    });
  }

  /// What is to be undone when it fails.
  interface Step<T> {
    T run() throws IOException;
  }

  /// Does `step`, and undoes everything when it fails.
  ///
  /// @throws MillraceException IO_ERROR for an `IOException`, and what `step` throws
  <T> T orUndo(Step<T> step) {
    try {
      return step.run();
    } catch (IOException e) {
      run();
      throw new MillraceException(
          ErrorCode.IO_ERROR, "start of a program: " + e + ": look at the disk of the home", e);
    } catch (RuntimeException e) {
      run();
      throw e;
    }
  }

  @Override
  public void run() {
    while (!steps.isEmpty()) {
      steps.pop().run();
    }
  }
}
