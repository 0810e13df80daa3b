package dev.millrace.storage.placement;

import dev.millrace.model.NodeId;

/// A node that could hold a volume.
///
/// @param failureDomain nodes of one domain fail together: a machine, a rack
/// @param roomBytes on its best disk, without the head-room; 0 when it takes no writes
public record Candidate(NodeId node, String failureDomain, long roomBytes) {}
