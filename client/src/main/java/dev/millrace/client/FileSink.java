package dev.millrace.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/// A sink whose bytes may go to a file of this machine. A node on this machine may write them there
/// itself: nothing is written to this stream then, and it is told what was written instead.
public abstract class FileSink extends OutputStream {
  /// The file, in absolute form, when there is one and nothing was written to it yet.
  public abstract Optional<Path> path();

  /// Bytes were written elsewhere, from the file's beginning.
  ///
  /// @param bytes so far
  /// @throws IOException when writing is to stop
  public abstract void writtenElsewhere(long bytes) throws IOException;

  /// Writing it elsewhere failed.
  public abstract void failedElsewhere(IOException why);
}
