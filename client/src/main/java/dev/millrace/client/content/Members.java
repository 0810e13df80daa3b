package dev.millrace.client.content;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.model.ChunkId;
import dev.millrace.model.NodeId;
import dev.millrace.model.Volume;
import dev.millrace.net.StorageNodes;
import dev.millrace.wire.SealedChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does a thing at all members of a volume.
final class Members {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  private final StorageNodes nodes;

  Members(StorageNodes nodes) {
    this.nodes = nodes;
  }

  /// Stores a chunk at all members in parallel; returns when all of them have answered.
  ///
  /// @throws MillraceException the first member's failure; other members may have the chunk
  void put(Volume volume, SealedChunk chunk) {
    List<FutureTask<Boolean>> others = new ArrayList<>();
    for (NodeId member : volume.members().subList(1, volume.members().size())) {
      FutureTask<Boolean> task =
          new FutureTask<>(() -> nodes.chunks(member).put(chunk), Boolean.TRUE);
      Thread.ofVirtual().name("millrace-put").start(task);
      others.add(task);
    }
    List<RuntimeException> failures = new ArrayList<>();
    try {
      nodes.chunks(volume.members().getFirst()).put(chunk);
    } catch (MillraceException e) {
      failures.add(e);
    }
    for (FutureTask<Boolean> task : others) {
      switch (Waiting.forEnd(task).orElse(null)) {
        case null -> {}
        case RuntimeException failure -> failures.add(failure);
        case Throwable failure ->
            failures.add(
                new MillraceException(
                    ErrorCode.BUG, "chunk: a member's thread died: see the log", failure));
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /// Frees a chunk that nobody names, wherever it can be reached. What stays is swept later.
  void free(Volume volume, ChunkId chunk) {
    for (NodeId member : volume.members()) {
      try {
        nodes.chunks(member).delete(chunk);
      } catch (MillraceException e) {
        LOG.info("chunk-left chunk={} node={} reason=\"{}\"", chunk, member, e.getMessage());
      }
    }
  }
}
