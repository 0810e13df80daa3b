package dev.millrace.volumes;

import dev.millrace.model.VolumeId;

/// A volume's figures.
///
/// @param liveBytes of the records that count
/// @param garbageBytes of dead records whose place was not yet rewritten (much of it may be holes)
/// @param damagedChunks found by reading or scrubbing and neither repaired nor deleted
public record VolumeUsage(
    VolumeId id,
    long chunks,
    long liveBytes,
    long garbageBytes,
    long damagedChunks,
    boolean writable) {}
