package dev.millrace.model;

import dev.millrace.base.Check;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;

/// A part of an object, in the three forms of RFC 9110 section 14.1.2 and the whole.
public sealed interface ByteRange {
  /// The whole object.
  static ByteRange whole() {
    return new From(0);
  }

  /// Bytes `first` to `last`, both included.
  record Between(long first, long last) implements ByteRange {
    public Between {
      Check.that(first >= 0 && first <= last, "range %d-%d", first, last);
    }
  }

  /// Bytes from `first` to the end.
  record From(long first) implements ByteRange {
    public From {
      Check.that(first >= 0, "range from %d", first);
    }
  }

  /// The last `length` bytes.
  record Suffix(long length) implements ByteRange {
    public Suffix {
      Check.that(length >= 0, "suffix of %d", length);
    }
  }

  /// A range resolved against an object's size.
  record Resolved(long offset, long length) {}

  /// What this range means for an object of `sizeBytes`; clipped at its end.
  ///
  /// @throws MillraceException INVALID_RANGE when it begins behind the end (the whole of an empty
  ///   object is fine)
  default Resolved resolve(long sizeBytes) {
    long offset =
        switch (this) {
          case Between between -> between.first();
          case From from -> from.first();
          case Suffix suffix -> Math.max(0, sizeBytes - suffix.length());
        };
    long end =
        switch (this) {
          case Between between -> Math.min(sizeBytes - 1, between.last()) + 1;
          case From from -> sizeBytes;
          case Suffix suffix -> sizeBytes;
        };
    if (offset > sizeBytes || (offset == sizeBytes && sizeBytes > 0 && !(this instanceof Suffix))) {
      throw new MillraceException(
          ErrorCode.INVALID_RANGE,
          "range from "
              + offset
              + ": the object has "
              + sizeBytes
              + " bytes: ask for a range inside it");
    }
    return new Resolved(offset, end - offset);
  }
}
