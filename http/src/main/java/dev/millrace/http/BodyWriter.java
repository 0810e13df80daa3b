package dev.millrace.http;

import java.io.IOException;
import java.io.OutputStream;

/// Writes the body of an answer as it is made.
@FunctionalInterface
public interface BodyWriter {
  void writeTo(OutputStream body) throws IOException;
}
