package dev.millrace.client.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A JSON object with typed access: what is missing or of another type is INVALID_ARGUMENT and
/// names the field. Over Jackson's parser and generator only: binding would load hundreds of
/// classes, which the start of a command line cannot afford, and read records by reflection.
public final class JsonObject {
  private static final int DEPTH = 32;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Map<String, Object> fields;

  public JsonObject() {
    this(new LinkedHashMap<>());
  }

  private JsonObject(Map<String, Object> fields) {
    this.fields = fields;
  }

  /// Reads one object and nothing after it.
  ///
  /// @throws MillraceException INVALID_ARGUMENT, naming line and column
  public static JsonObject parse(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("not a JSON object", null);
      }
      JsonObject object = readObject(parser);
      if (parser.nextToken() != null) {
        throw malformed("more than one value", null);
      }
      return object;
    } catch (IOException e) {
      throw malformed(firstLine(e), e);
    }
  }

  private static JsonObject readObject(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Object value = readValue(parser);
      if (value != null) {
        fields.put(name, value);
      }
    }
    return new JsonObject(fields);
  }

  private static @Nullable Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          Object value = readValue(parser);
          if (value == null) {
            throw malformed("null in a list", null);
          }
          values.add(value);
        }
        yield values;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw malformed("misplaced " + parser.currentToken(), null);
    };
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static MillraceException malformed(String why, @Nullable Throwable cause) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT, "JSON: " + why + ": send one well-formed object", cause);
  }

  public JsonObject with(String name, String value) {
    return put(name, value);
  }

  public JsonObject with(String name, long value) {
    return put(name, value);
  }

  public JsonObject with(String name, boolean value) {
    return put(name, value);
  }

  public JsonObject with(String name, JsonObject value) {
    return put(name, value);
  }

  public JsonObject withTexts(String name, List<String> values) {
    return put(name, List.copyOf(values));
  }

  public JsonObject withNumbers(String name, List<Long> values) {
    return put(name, List.copyOf(values));
  }

  /// Each object is made when it is written, and not kept: there may be a hundred thousand.
  public <T> JsonObject withObjects(
      String name, List<T> values, Function<? super T, JsonObject> write) {
    List<T> kept = List.copyOf(values);
    return put(
        name,
        new AbstractList<JsonObject>() {
          @Override
          public JsonObject get(int index) {
            return write.apply(kept.get(index));
          }

          @Override
          public int size() {
            return kept.size();
          }
        });
  }

  public JsonObject withTextMap(String name, Map<String, String> values) {
    JsonObject object = new JsonObject();
    values.forEach(object::put);
    return put(name, object);
  }

  /// Leaves the field out when there is no value.
  public JsonObject withOptional(String name, Optional<?> value) {
    value.ifPresent(
        present -> put(name, present instanceof Long number ? number : present.toString()));
    return this;
  }

  private JsonObject put(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  public String text(String name) {
    return required(name, String.class, "text");
  }

  public long number(String name) {
    return required(name, Long.class, "a whole number");
  }

  /// A number that fits an `int`.
  public int integer(String name) {
    long value = number(name);
    if (value != (int) value) {
      throw wrong(name, "out of range");
    }
    return (int) value;
  }

  public boolean flag(String name) {
    return required(name, Boolean.class, "true or false");
  }

  public JsonObject object(String name) {
    return required(name, JsonObject.class, "an object");
  }

  public Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  public Optional<Long> optionalNumber(String name) {
    return has(name) ? Optional.of(number(name)) : Optional.empty();
  }

  /// A text, read by `parse`; a failure of it names the field.
  public <T> T parsed(String name, Function<String, T> parse) {
    String value = text(name);
    try {
      return parse.apply(value);
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.INVALID_ARGUMENT) {
        throw e;
      }
      throw new MillraceException(e.code(), "field '" + name + "': " + e.getMessage(), e);
    }
  }

  public <T> Optional<T> optionalParsed(String name, Function<String, T> parse) {
    return has(name) ? Optional.of(parsed(name, parse)) : Optional.empty();
  }

  public List<String> texts(String name) {
    return list(name, String.class, "a list of texts", text -> text);
  }

  public List<Long> numbers(String name) {
    return list(name, Long.class, "a list of numbers", number -> number);
  }

  public <T> List<T> objects(String name, Function<JsonObject, T> read) {
    return list(name, JsonObject.class, "a list of objects", read);
  }

  public Map<String, String> textMap(String name) {
    return object(name).asTextMap();
  }

  /// This object's fields, all of which are texts.
  public Map<String, String> asTextMap() {
    Map<String, String> map = new LinkedHashMap<>();
    for (String name : fields.keySet()) {
      map.put(name, text(name));
    }
    return map;
  }

  /// Refuses fields of other names, which are more likely misspelt than meant for nobody.
  public JsonObject allow(Set<String> names) {
    for (String name : fields.keySet()) {
      if (!names.contains(name)) {
        throw wrong(
            name, "unknown here, known are " + String.join(", ", names.stream().sorted().toList()));
      }
    }
    return this;
  }

  private <T> T required(String name, Class<T> type, String what) {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw wrong(name, value == null ? "missing" : "not " + what);
    }
    return type.cast(value);
  }

  private <V, T> List<T> list(
      String name, Class<V> type, String what, Function<? super V, ? extends T> read) {
    if (!(fields.get(name) instanceof List<?> values)) {
      throw wrong(name, has(name) ? "not " + what : "missing");
    }
    List<T> result = new ArrayList<>(values.size());
    for (Object value : values) {
      if (!type.isInstance(value)) {
        throw wrong(name, "not " + what);
      }
      result.add(read.apply(type.cast(value)));
    }
    return result;
  }

  private static MillraceException wrong(String name, String why) {
    return new MillraceException(
        ErrorCode.INVALID_ARGUMENT,
        "field '" + Text.printable(name) + "': " + why + ": docs/api.md says what belongs there");
  }

  /// This object as UTF-8.
  ///
  /// @throws MillraceException INVALID_ARGUMENT when a text is not valid Unicode
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeTo(out);
    return out.toByteArray();
  }

  private void writeTo(OutputStream out) {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, this);
    } catch (IOException e) {
      throw malformed(firstLine(e), e);
    }
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case JsonObject object -> {
        json.writeStartObject();
        for (Map.Entry<String, Object> field : object.fields.entrySet()) {
          json.writeFieldName(field.getKey());
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Long number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }

  @Override
  public String toString() {
    return "JsonObject" + fields.keySet();
  }
}
