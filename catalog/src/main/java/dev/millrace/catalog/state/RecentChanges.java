package dev.millrace.catalog.state;

import dev.millrace.base.Id128;
import dev.millrace.net.CatalogQuery.Mark;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/// Which objects changed lately, as listings show them: the keys of the rows of [Table#OBJECTS]
/// that each entry put or removed, in order, the last 16,384 of them. So what was found out about a
/// prefix can be known to hold still, at the cost of what changed since. Thread-safe.
///
/// It is in memory only, and begins anew with the process: a mark says which run it is of, and one
/// of another run, or of a time that is forgotten, is answered as if all had changed.
///
/// Soundness. An entry's keys are noted before it is written ([#begin]) and counted as done after
/// ([#end]); a mark is what is done, and a question looks at all that is noted. Who takes a mark,
/// then reads, sees in the rows at least what the mark counts. What he does not see was written
/// after he read, so it is noted behind the mark, and will be found by every question that is asked
/// after it was acknowledged.
public final class RecentChanges {
  static final int CHANGES = 16_384;

  private final Id128 run;
  private final byte[][] keys = new byte[CHANGES][]; // change n lies at n modulo CHANGES
  private long noted;
  private long done;

  /// Before the first change.
  ///
  /// @param run no other has
  public RecentChanges(Id128 run) {
    this.run = run;
  }

  /// Before the rows of these keys are changed.
  ///
  /// @param objectKeys of [Table#OBJECTS]; not changed afterwards
  synchronized void begin(Collection<byte[]> objectKeys) {
    for (byte[] key : objectKeys) {
      keys[(int) (noted % CHANGES)] = key;
      noted++;
    }
  }

  /// After they were changed.
  synchronized void end() {
    done = noted;
  }

  synchronized Mark mark(long bucketId) {
    return new Mark(run, bucketId, done);
  }

  /// Whether no row whose key begins with `range` was changed since the mark.
  synchronized boolean unchanged(Optional<Mark> since, long bucketId, byte[] range) {
    if (since.isEmpty()
        || !since.get().run().equals(run)
        || since.get().bucketId() != bucketId
        || since.get().changes() < noted - CHANGES) {
      return false;
    }
    for (long change = since.get().changes(); change < noted; change++) {
      byte[] key = keys[(int) (change % CHANGES)];
      if (key.length >= range.length
          && Arrays.equals(key, 0, range.length, range, 0, range.length)) {
        return false;
      }
    }
    return true;
  }
}
