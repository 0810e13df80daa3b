package dev.millrace.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The settings of a node, as [ConfigKey] lists them.
///
/// @param apiHost the address that `up` binds to
/// @param apiPort 0 for any free port
/// @param disks further folders for volumes, beside the home's own
/// @param headRoomBytes kept free on every disk; 0 for the default share of the disk
/// @param volumeBytes a volume is sealed at this size
/// @param slots tasks at a time; 0 for one a processor
/// @param scrubEvery every chunk is read again this often
/// @param scrubBytesPerSecond how fast
/// @param keepResults how long `.results` and `.inputs` are kept
/// @param backupEvery how often the catalog's log is copied into volumes while it changes
public record NodeConfig(
    String apiHost,
    int apiPort,
    List<Path> disks,
    long headRoomBytes,
    long volumeBytes,
    int slots,
    Duration scrubEvery,
    long scrubBytesPerSecond,
    Duration keepResults,
    Duration backupEvery) {
  public NodeConfig {
    disks = List.copyOf(disks);
  }
}
