package dev.millrace.node.recovery;

import dev.millrace.model.ObjectKey;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys of the catalog's copies in the bucket `.catalog`: `checkpoint/INDEX` holds the state
/// after that log entry, `log/FIRST-LAST` the entries between. Indices have 20 digits, so keys sort
/// by them.
sealed interface CopyName {
  /// The state after an entry.
  record Checkpoint(long index) implements CopyName {
    @Override
    public ObjectKey key() {
      return new ObjectKey(String.format(Locale.ROOT, "checkpoint/%020d", index));
    }

    @Override
    public long lastIndex() {
      return index;
    }
  }

  /// All entries from one index to another, both included. Not every index is an entry of ours.
  record Log(long firstIndex, long lastIndex) implements CopyName {
    @Override
    public ObjectKey key() {
      return new ObjectKey(String.format(Locale.ROOT, "log/%020d-%020d", firstIndex, lastIndex));
    }
  }

  Pattern CHECKPOINT = Pattern.compile("checkpoint/(\\d{20})");
  Pattern LOG = Pattern.compile("log/(\\d{20})-(\\d{20})");

  ObjectKey key();

  /// The last entry that is in it.
  long lastIndex();

  /// Reads a key of the bucket; empty for a key that is none of ours.
  static Optional<CopyName> of(ObjectKey key) {
    Matcher checkpoint = CHECKPOINT.matcher(key.value());
    if (checkpoint.matches()) {
      return Optional.of(new Checkpoint(Long.parseLong(checkpoint.group(1))));
    }
    Matcher log = LOG.matcher(key.value());
    if (log.matches()) {
      return Optional.of(new Log(Long.parseLong(log.group(1)), Long.parseLong(log.group(2))));
    }
    return Optional.empty();
  }
}
