package dev.millrace.model;

import dev.millrace.base.Id128;

/// A chunk: the number of its volume and a random number within it, so that an id alone says where
/// to look. Volume 0 marks content that lies inline in the catalog.
public record ChunkId(long volumeNumber, long local) implements Comparable<ChunkId> {
  /// The volume that holds the chunk.
  ///
  /// @throws IllegalStateException for inline content
  public VolumeId volume() {
    return new VolumeId(volumeNumber);
  }

  public boolean inline() {
    return volumeNumber == 0;
  }

  /// Reads the 32 hexadecimal digits of [#toString].
  public static ChunkId parse(String text) {
    Id128 id = Id128.parse(text);
    return new ChunkId(id.high(), id.low());
  }

  @Override
  public int compareTo(ChunkId other) {
    return new Id128(volumeNumber, local).compareTo(new Id128(other.volumeNumber, other.local));
  }

  @Override
  public String toString() {
    return new Id128(volumeNumber, local).toString();
  }
}
