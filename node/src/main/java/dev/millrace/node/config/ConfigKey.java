package dev.millrace.node.config;

import dev.millrace.base.ByteUnits;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The keys of `millrace.toml`. The reference page `docs/configuration.md` is made from this list.
enum ConfigKey {
  API_HOST("api.host", Unit.TEXT, "127.0.0.1", 0, 0, "Address that `millrace up` binds to."),
  API_PORT(
      "api.port",
      Unit.COUNT,
      "9001",
      0,
      65_535,
      "Port of the API and console; 0 takes a free one."),
  DISKS(
      "storage.disks",
      Unit.PATHS,
      "[]",
      0,
      0,
      "Folders on further disks that take volumes, beside the home's own."),
  HEAD_ROOM(
      "storage.head-room",
      Unit.BYTES,
      "0",
      0,
      ByteUnits.TIB,
      "Space on every disk that ordinary writes may not take; 0 for 2 % of the disk, at least 256"
          + " MiB, at most a quarter."),
  VOLUME_SIZE(
      "storage.volume-size",
      Unit.BYTES,
      "4GiB",
      64 * ByteUnits.MIB,
      ByteUnits.TIB,
      "Size at which a volume is sealed and another opened."),
  SCRUB_EVERY(
      "storage.scrub-every", Unit.DAYS, "7", 1, 365, "Every chunk is read and checked this often."),
  SCRUB_RATE(
      "storage.scrub-rate",
      Unit.BYTES,
      "32MiB",
      ByteUnits.MIB,
      ByteUnits.TIB,
      "Bytes a second that scrubbing may read."),
  SLOTS("compute.slots", Unit.COUNT, "0", 0, 1024, "Tasks at a time; 0 for one a processor."),
  KEEP_RESULTS(
      "compute.keep-results",
      Unit.DAYS,
      "7",
      1,
      3650,
      "How long answers of jobs that named no output, and inputs stored for a job, are kept."),
  BACKUP_EVERY(
      "catalog.backup-every",
      Unit.SECONDS,
      "10",
      1,
      86_400,
      "How often the catalog's log is copied into volumes while it changes.");

  /// What a value is.
  enum Unit {
    TEXT,
    COUNT,
    BYTES,
    DAYS,
    SECONDS,
    PATHS;

    String display() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String path;
  private final Unit unit;
  private final String defaultText;
  private final long least;
  private final long most;
  private final String sentence;

  ConfigKey(String path, Unit unit, String defaultText, long least, long most, String sentence) {
    this.path = path;
    this.unit = unit;
    this.defaultText = defaultText;
    this.least = least;
    this.most = most;
    this.sentence = sentence;
  }

  static Optional<ConfigKey> ofPath(String path) {
    return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst();
  }

  String path() {
    return path;
  }

  Unit unit() {
    return unit;
  }

  String defaultText() {
    return defaultText;
  }

  long least() {
    return least;
  }

  long most() {
    return most;
  }

  String sentence() {
    return sentence;
  }
}
