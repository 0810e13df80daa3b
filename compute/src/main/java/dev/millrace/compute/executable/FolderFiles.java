package dev.millrace.compute.executable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.compute.executable.TarReader.Entry;
import dev.millrace.compute.program.TaskContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Makes files of a job's answer of what a command left in its output folder.
///
/// The folder is inside the sandbox, so it comes out by standard output: a script runs the command
/// there, with what it prints going to the log, and then sends the path of the first socket, which
/// `tar` would pass over, a zero byte, and the folder as an archive. Only plain files are taken:
/// nothing is followed, and a link or anything else that is neither file nor folder fails the task.
/// One thread.
final class FolderFiles implements ProgramRun.Sink {
  private static final int PATH_BYTES = (int) (64 * ByteUnits.KIB);
  private static final int BUFFER_BYTES = (int) (64 * ByteUnits.KIB);

  /// Times, owners and what else has no place in a key is left out, so that the archive is small.
  private static final String SCRIPT =
      """
      cd -- "$MILLRACE_OUT" || exit
      /usr/bin/bash -e -u -o pipefail -c "$1" >&2 || exit
      PATH=/usr/bin:/bin
      find . -type s -printf %P -quit && printf '\\0' &&
        exec tar --create --format=pax --sort=name --hard-dereference --mtime=@0 \\
          --owner=0 --group=0 --numeric-owner --pax-option=delete=atime,delete=ctime .
      """;

  private final String what;
  private final TaskContext context;
  private final OutputStream output;
  private Optional<String> broken = Optional.of("it did not begin");

  /// @param what the run is called in failures
  FolderFiles(String what, TaskContext context, OutputStream output) {
    this.what = what;
    this.context = context;
    this.output = output;
  }

  /// The words that run `command` and send its folder.
  static List<String> words(String command) {
    return List.of("/usr/bin/bash", "-c", SCRIPT, "bash", command);
  }

  @Override
  public void from(InputStream stdout) throws IOException {
    try {
      refuseSocket(stdout);
      TarReader archive = new TarReader(stdout);
      for (Optional<Entry> next = archive.next(); next.isPresent(); next = archive.next()) {
        take(next.get(), archive);
      }
      broken = Optional.empty();
    } catch (IOException e) {
      broken = Optional.of(String.valueOf(e.getMessage()));
    }
    // So that who writes it comes to an end, and says how it went.
    stdout.transferTo(OutputStream.nullOutputStream());
  }

  /// To be asked when the run has succeeded.
  ///
  /// @throws MillraceException PROGRAM_FAILED when the folder did not come whole
  void requireWhole() {
    if (broken.isPresent()) {
      throw failed("its output folder can't be read, " + broken.get(), "run it again");
    }
  }

  private void refuseSocket(InputStream stdout) throws IOException {
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    for (int next = stdout.read(); next != 0; next = stdout.read()) {
      if (next < 0 || path.size() == PATH_BYTES) {
        throw new IOException("it has no beginning");
      }
      path.write(next);
    }
    if (path.size() > 0) {
      throw notAFile(path.toString(UTF_8), "a socket");
    }
  }

  private void take(Entry entry, TarReader archive) throws IOException {
    switch (entry.kind()) {
      case FOLDER -> {}
      case FILE -> copy(entry, archive);
      case SYMBOLIC_LINK -> throw notAFile(entry.name(), "a symbolic link");
      case HARD_LINK -> throw notAFile(entry.name(), "a hard link");
      case DEVICE -> throw notAFile(entry.name(), "a device");
      case PIPE -> throw notAFile(entry.name(), "a named pipe");
    }
  }

  private void copy(Entry entry, TarReader archive) throws IOException {
    if (!entry.unicode()) {
      throw new MillraceException(
          ErrorCode.INVALID_KEY,
          what
              + ": file '"
              + Text.printable(entry.name())
              + "' of the answer: its name is not UTF-8: rename it");
    }
    context.beginFile(entry.name());
    byte[] buffer = new byte[Math.clamp(entry.sizeBytes(), 1, BUFFER_BYTES)];
    for (int n = archive.read(buffer); n >= 0; n = archive.read(buffer)) {
      ProgramRun.write(output, buffer, n);
    }
  }

  private MillraceException notAFile(String name, String kind) {
    return failed(
        "it left '" + Text.printable(name) + "', " + kind + ", in its output folder",
        "leave plain files there, and folders with such");
  }

  private MillraceException failed(String why, String remedy) {
    return new MillraceException(ErrorCode.PROGRAM_FAILED, what + ": " + why + ": " + remedy);
  }
}
