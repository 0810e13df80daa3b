package dev.millrace.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// A body whose bytes are those of a file of this machine. A node on this machine may read them
/// there itself: nothing is read from this stream then, and it is told what was read instead.
public abstract class FileBody extends InputStream {
  /// The file, in absolute form.
  public abstract Path path();

  /// Bytes were read elsewhere, and more will be.
  ///
  /// @throws IOException when reading is to stop; nothing is stored then
  public abstract void readElsewhere() throws IOException;

  /// All was read elsewhere up to the file's end.
  ///
  /// @param bytes in all
  /// @throws IOException when that is not the whole of the file that was meant; nothing is stored
  ///   then
  public abstract void endedElsewhere(long bytes) throws IOException;
}
