package dev.millrace.wire.volume;

import java.util.List;

/// A field of a fixed layout, for naming damage.
record Field(String name, int offset, int length) {
  /// The field of `layout` that holds the byte at `index`.
  static String nameAt(List<Field> layout, int index) {
    for (Field field : layout) {
      if (index >= field.offset && index < field.offset + field.length) {
        return field.name;
      }
    }
    return "byte " + index;
  }
}
