package dev.millrace.catalog.raft;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// Ratis' settings, each with its reason: its defaults are not all safe.
final class RaftSettings {
  /// The largest log entry: a command of this size travels alone. The manifest of a file of 1 TiB
  /// has about 3 MiB, a job over 100,000 inputs about 10 MiB.
  static final int ENTRY_MAX_BYTES = (int) (16 * ByteUnits.MIB);

  /// What Ratis adds to an entry: term, index, client and call.
  static final int ENTRY_OVERHEAD_BYTES = (int) (64 * ByteUnits.KIB);

  /// The log keeps so much of itself on the heap, twice.
  static final long SEGMENT_BYTES = ENTRY_MAX_BYTES + ByteUnits.MIB;

  private static final long PREALLOCATED_BYTES = 4 * ByteUnits.MIB;
  private static final long QUEUE_BYTES = 64 * ByteUnits.MIB;
  private static final int CACHED_SEGMENTS = 1;
  private static final int FIRST_ELECTION_MILLIS = 5;
  private static final int PAUSE_MAX_DAYS = 365;
  private static final int RETRY_CACHE_SECONDS = 5;

  static {
    Check.that(
        ENTRY_MAX_BYTES + ENTRY_OVERHEAD_BYTES <= SEGMENT_BYTES, "an entry fits into a segment");
    Check.that(ENTRY_MAX_BYTES <= QUEUE_BYTES, "an entry fits into the queue");
  }

  private RaftSettings() {}

  static RaftProperties properties(Path raftFolder, int voters, long checkpointEntries) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(raftFolder.toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, raftFolder.resolveSibling("raft-removed").toFile());
    log(properties);
    snapshots(properties, checkpointEntries);
    // A leader that was cut off must not answer with old state.
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    // A server that was suspended (SIGSTOP, a sleeping laptop) goes on; by default it closes itself
    // for good after 60 s.
    TimeDuration pauseMax = TimeDuration.valueOf(PAUSE_MAX_DAYS, TimeUnit.DAYS);
    RaftServerConfigKeys.setCloseThreshold(properties, pauseMax);
    // The batcher names each answered call in its next one; this is for what is left.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(RETRY_CACHE_SECONDS, TimeUnit.SECONDS));
    if (voters == 1) {
      alone(properties, pauseMax);
    }
    return properties;
  }

  private static void log(RaftProperties properties) {
    SizeInBytes entry = SizeInBytes.valueOf(ENTRY_MAX_BYTES + ENTRY_OVERHEAD_BYTES);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, entry);
    // Ratis refuses a buffer that is less than an entry and its length and checksum.
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(entry.getSize() + ByteUnits.KIB));
    RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf(QUEUE_BYTES));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(PREALLOCATED_BYTES));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, CACHED_SEGMENTS);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(SEGMENT_BYTES));
    // An entry counts only when it is on the disk.
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
    // Never go on behind damage: LogExaminer has told a torn tail from it before Ratis starts.
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    // An entry of its own for every commit index would double the log.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
  }

  private static void snapshots(RaftProperties properties, long checkpointEntries) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, checkpointEntries);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 1);
    // Closing is quick: the tables write what they have, and the log has the rest.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
  }

  /// A single voter need not listen for others before it elects itself, nor step down for a pause
  /// in which nobody else could have been elected.
  private static void alone(RaftProperties properties, TimeDuration pauseMax) {
    TimeDuration soon = TimeDuration.valueOf(FIRST_ELECTION_MILLIS, TimeUnit.MILLISECONDS);
    TimeDuration bitLater = TimeDuration.valueOf(2 * FIRST_ELECTION_MILLIS, TimeUnit.MILLISECONDS);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, soon);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, bitLater);
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, pauseMax);
    RaftServerConfigKeys.setSleepDeviationThreshold(properties, pauseMax);
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, false);
    RaftConfigKeys.Rpc.setType(properties, new LocalRpcType());
  }
}
