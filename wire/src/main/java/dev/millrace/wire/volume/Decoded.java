package dev.millrace.wire.volume;

import org.jspecify.annotations.Nullable;

/// What the bytes at some place turned out to be.
///
/// @param <T> what was looked for
public sealed interface Decoded<T> {
  /// Intact.
  record Whole<T>(T value) implements Decoded<T> {}

  /// Zeros: never written, or given back to the file system.
  record Blank<T>() implements Decoded<T> {}

  /// Neither.
  ///
  /// @param what the damaged field, with what was found, for a message
  /// @param corrected what it must have been when a single byte (or one of two copies) is damaged
  record Damaged<T>(String what, @Nullable T corrected) implements Decoded<T> {}
}
