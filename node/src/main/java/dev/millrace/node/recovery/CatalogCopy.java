package dev.millrace.node.recovery;

import dev.millrace.model.VersionId;
import dev.millrace.node.recovery.Salvage.Salvaged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A copy of the catalog, or of a part of its log, as it was found among the chunks.
record CatalogCopy(CopyName name, Salvaged content) {
  private static final int MILLIS_SHIFT = 16; // of a time-ordered id: see IdSource

  /// Empty for an object that is none of ours.
  static Optional<CatalogCopy> of(Salvaged salvaged) {
    return CopyName.of(salvaged.key()).map(name -> new CatalogCopy(name, salvaged));
  }

  /// When the copy was begun: later than anything in it.
  long millis() {
    return millis(content.version());
  }

  static long millis(VersionId version) {
    return version.value().high() >>> MILLIS_SHIFT;
  }

  /// The copies of the log that continue a checkpoint without a gap.
  ///
  /// After a restore to an earlier time the catalog takes another way, with the same indices once
  /// more, and begins with a checkpoint of its own: there the chain ends.
  ///
  /// @param copies all, oldest first
  static List<CatalogCopy> logBehind(CatalogCopy checkpoint, List<CatalogCopy> copies) {
    List<CatalogCopy> chain = new ArrayList<>();
    long last = checkpoint.name().lastIndex();
    for (CatalogCopy copy : copies.subList(copies.indexOf(checkpoint) + 1, copies.size())) {
      switch (copy.name()) {
        case CopyName.Checkpoint(long index) -> {
          if (index != last) {
            return chain;
          }
        }
        case CopyName.Log(long firstIndex, long lastIndex) -> {
          if (firstIndex > last + 1) {
            return chain;
          }
          if (lastIndex > last) {
            chain.add(copy);
            last = lastIndex;
          }
        }
      }
    }
    return chain;
  }
}
