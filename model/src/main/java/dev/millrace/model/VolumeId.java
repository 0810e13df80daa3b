package dev.millrace.model;

import dev.millrace.base.Check;
import dev.millrace.base.Text;

/// A volume, numbered from 1 by the catalog.
public record VolumeId(long value) implements Comparable<VolumeId> {
  public VolumeId {
    Check.that(value > 0, "volume id %d", value);
  }

  @Override
  public int compareTo(VolumeId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Text.hex(value);
  }
}
