package dev.millrace.storage.upkeep;

import dev.millrace.base.Clock;
import dev.millrace.client.Admin;
import dev.millrace.model.VolumeId;
import dev.millrace.volumes.ChunkRepair;
import dev.millrace.volumes.ChunkStore;
import dev.millrace.volumes.Damage;
import dev.millrace.volumes.ScrubPace;
import dev.millrace.volumes.ScrubReport;
import dev.millrace.volumes.VolumeUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads every chunk of the node on a schedule, verifies it, and has it repaired from another
/// member. Thread-safe; scrubs may overlap.
public final class Scrubber {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

  /// How often and how fast.
  ///
  /// @param every each volume is read once in this time
  /// @param bytesPerSecond of a scheduled scrub; one that was asked for goes as fast as it can
  public record Schedule(Duration every, long bytesPerSecond) {}

  private final ChunkStore store;
  private final ChunkRepair repair;
  private final Schedule schedule;
  private final Clock clock;
  private final ScrubTimes times;

  /// A scrubber.
  ///
  /// @param timesFile where the times of the last scrubs are remembered
  public Scrubber(
      ChunkStore store, ChunkRepair repair, Schedule schedule, Clock clock, Path timesFile) {
    this.store = store;
    this.repair = repair;
    this.schedule = schedule;
    this.clock = clock;
    this.times = new ScrubTimes(timesFile);
  }

  /// Scrubs the volumes that are due, one after the other; stops when interrupted.
  ///
  /// @return how many were scrubbed
  public int round() {
    int scrubbed = 0;
    Optional<VolumeId> due = due();
    while (due.isPresent()) {
      // Real time: the pace waits, the schedule only compares.
      ScrubPace pace = ScrubPace.bytesPerSecond(schedule.bytesPerSecond(), Clock.system());
      scrub(due.get(), pace);
      if (Thread.currentThread().isInterrupted()) {
        break; // Not whole: it stays due.
      }
      times.scrubbed(due.get(), clock.currentMillis());
      scrubbed++;
      due = due();
    }
    times.save();
    return scrubbed;
  }

  private Optional<VolumeId> due() {
    List<VolumeId> volumes = store.volumes().stream().map(VolumeUsage::id).toList();
    return times.due(volumes, clock.currentMillis(), schedule.every().toMillis());
  }

  /// Scrubs everything now.
  public Admin.ScrubReport scrubAll() {
    long chunks = 0;
    long bytes = 0;
    List<String> damaged = new ArrayList<>();
    for (VolumeUsage volume : store.volumes()) {
      ScrubReport report = scrub(volume.id(), ScrubPace.UNBOUNDED);
      times.scrubbed(volume.id(), clock.currentMillis());
      chunks += report.chunks();
      bytes += report.bytes();
      report.damaged().stream().map(Damage::describe).forEach(damaged::add);
    }
    times.save();
    return new Admin.ScrubReport(chunks, bytes, damaged);
  }

  private ScrubReport scrub(VolumeId volume, ScrubPace pace) {
    ScrubReport report = store.scrub(volume, pace, repair);
    long left = report.damaged().size() - report.repaired();
    if (left > 0) {
      LOG.error(
          "scrub-damage volume={} damaged={} repaired={} first=\"{}\"",
          volume,
          report.damaged().size(),
          report.repaired(),
          report.damaged().getFirst().describe());
    } else {
      LOG.info(
          "scrubbed volume={} chunks={} bytes={} repaired={}",
          volume,
          report.chunks(),
          report.bytes(),
          report.repaired());
    }
    return report;
  }
}
