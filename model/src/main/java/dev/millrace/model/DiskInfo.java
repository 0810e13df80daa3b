package dev.millrace.model;

/// A disk of a storage node, as counted just now.
///
/// @param path its folder on that node
/// @param headRoomBytes kept free of ordinary writes
public record DiskInfo(
    DiskId id,
    String path,
    long capacityBytes,
    long freeBytes,
    long headRoomBytes,
    boolean writable) {}
