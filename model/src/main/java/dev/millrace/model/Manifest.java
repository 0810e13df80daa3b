package dev.millrace.model;

import java.util.ArrayList;
import java.util.List;

/// A version's bytes in order: which chunks, how many bytes of each. Putting manifests together
/// puts files together; no bytes move.
public record Manifest(List<Extent> extents) {
  public Manifest {
    extents = List.copyOf(extents);
  }

  public long sizeBytes() {
    long size = 0;
    for (Extent extent : extents) {
      size += extent.lengthBytes();
    }
    return size;
  }

  /// A part of one extent.
  public record Slice(Extent extent, int offset, int length) {}

  /// The parts of extents that make up `length` bytes from `offset`; clipped at the end.
  public List<Slice> slices(long offset, long length) {
    List<Slice> slices = new ArrayList<>();
    long end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
    long position = 0;
    for (Extent extent : extents) {
      long from = Math.max(offset, position);
      long to = Math.min(end, position + extent.lengthBytes());
      if (from < to) {
        slices.add(new Slice(extent, (int) (from - position), (int) (to - from)));
      }
      position += extent.lengthBytes();
      if (position >= end) {
        break;
      }
    }
    return slices;
  }
}
