package dev.millrace.storage.upkeep;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When each volume was last scrubbed whole, remembered in a file: a line a volume, its id and the
/// milliseconds since 1970. When the file is lost or unreadable the times count from now.
/// Thread-safe.
final class ScrubTimes {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubTimes.class);

  private final Path file;
  private final Map<VolumeId, Long> millis = new HashMap<>();

  ScrubTimes(Path file) {
    this.file = file;
    try {
      for (String line : Files.readAllLines(file, US_ASCII)) {
        List<String> fields = List.of(line.split(" ", -1));
        millis.put(
            new VolumeId(Long.parseUnsignedLong(fields.getFirst(), 16)),
            Long.parseLong(fields.getLast()));
      }
    } catch (NoSuchFileException e) {
      LOG.info("scrub-times-new file={}", file);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      LOG.warn("scrub-times-lost file={} reason=\"{}\"", file, e.toString());
      millis.clear();
    }
  }

  /// The volume to scrub now: the one that has waited longest, if it has waited long enough. One
  /// that is new waits from now on; times of volumes that are gone are forgotten.
  synchronized Optional<VolumeId> due(
      Collection<VolumeId> volumes, long nowMillis, long everyMillis) {
    millis.keySet().retainAll(volumes);
    for (VolumeId volume : volumes) {
      // A time ahead of the clock would never be due.
      millis.merge(volume, nowMillis, Math::min);
    }
    return millis.entrySet().stream()
        .filter(entry -> nowMillis - entry.getValue() >= everyMillis)
        .min(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey);
  }

  synchronized void scrubbed(VolumeId volume, long nowMillis) {
    millis.put(volume, nowMillis);
  }

  /// Writes the file. A failure is logged: only a schedule would be lost.
  synchronized void save() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(millis)
        .forEach((volume, time) -> text.append(volume).append(' ').append(time).append('\n'));
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, text, US_ASCII);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("scrub-times-not-saved file={} reason=\"{}\"", file, e.toString());
    }
  }
}
