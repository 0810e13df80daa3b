package dev.millrace.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class LocalErrorsTest {
  private static final Path PATH = Path.of("/data/x");

  private static void named(IOException cause, ErrorCode code, String message) {
    MillraceException error = LocalErrors.writing(PATH, cause);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error).hasMessage("/data/x: " + message).hasCause(cause);
  }

  @Test
  void namesWhatWentWrongAndWhatToDo() {
    named(
        new NoSuchFileException("/data/x"),
        ErrorCode.NO_SUCH_FILE,
        "no such file or folder: check the name");
    named(
        new AccessDeniedException("/data/x"),
        ErrorCode.ACCESS_DENIED,
        "permission denied: change its permissions or run as its owner");
    named(
        new FileSystemException("/data/x", null, "Read-only file system"),
        ErrorCode.READ_ONLY,
        "read-only file system: choose another place");
    named(
        new IOException("No space left on device"),
        ErrorCode.DISK_FULL,
        "No space left on device: make room there or choose another place");
    named(
        new FileSystemException("/data/x", null, "Not a directory"),
        ErrorCode.INVALID_ARGUMENT,
        "a part of the path is a file and not a folder: check the name");
    named(
        new FileSystemException("/data/x", null, "File name too long"),
        ErrorCode.INVALID_ARGUMENT,
        "the file system takes no name that long: choose a shorter one");
    named(
        new IOException("Input/output error"),
        ErrorCode.IO_ERROR,
        "Input/output error: check that it is writable and its disk is sound");
    named(
        new IOException(),
        ErrorCode.IO_ERROR,
        "input/output error (IOException): check that it is writable and its disk is sound");
  }
}
