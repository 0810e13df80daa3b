package dev.millrace.cli.show;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.base.MillraceException;
import dev.millrace.cli.local.LocalErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON on standard output: one object, or an array that is written while its elements come, one to
/// a line.
public final class JsonOut implements AutoCloseable {
  private final OutputStream sink;
  private final JsonGenerator generator;
  private final boolean array;
  private boolean ended;

  private JsonOut(OutputStream sink, boolean array) throws IOException {
    this.sink = sink;
    this.array = array;
    this.generator =
        JsonFactory.builder()
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build()
            .createGenerator(sink);
    if (array) {
      generator.writeStartArray();
    }
  }

  /// Writes one object.
  public static void object(OutputStream sink, Map<String, ? extends @Nullable Object> fields) {
    try (JsonOut out = new JsonOut(sink, false)) {
      out.write(fields);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Begins an array; closing ends it.
  public static JsonOut array(OutputStream sink) {
    try {
      return new JsonOut(sink, true);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Writes the next element.
  public synchronized void element(Map<String, ? extends @Nullable Object> fields) {
    try {
      generator.writeRaw('\n');
      write(fields);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void write(@Nullable Object value) throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case Map<?, ?> fields -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          generator.writeFieldName((String) field.getKey());
          write(field.getValue());
        }
        generator.writeEndObject();
      }
      case List<?> elements -> {
        generator.writeStartArray();
        for (Object element : elements) {
          write(element);
        }
        generator.writeEndArray();
      }
      case Boolean flag -> generator.writeBoolean(flag);
      case Long number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      default -> generator.writeString(value.toString());
    }
  }

  private static MillraceException failed(IOException cause) {
    return LocalErrors.writing("standard output", cause);
  }

  @Override
  public synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      if (array) {
        generator.writeRaw('\n');
        generator.writeEndArray();
      }
      generator.close();
      sink.write('\n');
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
