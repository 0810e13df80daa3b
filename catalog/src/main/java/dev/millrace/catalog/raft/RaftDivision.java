package dev.millrace.catalog.raft;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.rocks.RocksTables;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.catalog.state.EntryCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running Raft server with its tables, from one start to the next: [RaftCatalog] makes a new one
/// when a log failed.
final class RaftDivision implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftDivision.class);
  private static final long START_SECONDS = 20;
  private static final long CHECKPOINT_SECONDS = 600;
  private static final int VOTERS = 1;

  private final CheckpointFolder checkpoints;
  private final CatalogStateMachine machine;
  private final RaftGroupId group;
  private final RaftPeerId peer;
  private final ClientId client = ClientId.randomId();
  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftClientAsynchronousProtocol submitter;
  private final AtomicLong lastAnswered = new AtomicLong();
  private final AtomicLong otherCalls = new AtomicLong(Long.MIN_VALUE);

  /// Starts a server and waits until it leads.
  ///
  /// @param onDurable hears of each entry of this process that is on the disk and about to be
  ///   executed
  /// @param onAnswered hears of each entry whose callers were answered
  /// @param onFailure hears of a failure after which this division is of no use
  /// @throws MillraceException CORRUPT_CATALOG, CORRUPT_LOG, HOME_VERSION, DISK_FULL, IO_ERROR
  static RaftDivision open(
      CatalogConfig config,
      Consumer<PendingEntry> onDurable,
      Consumer<PendingEntry> onAnswered,
      Consumer<Throwable> onFailure) {
    FolderLayout layout = new FolderLayout(config);
    FolderLayout.Prepared prepared = layout.prepare();
    boolean opened = false;
    try {
      RaftDivision division =
          new RaftDivision(config, layout, prepared, onDurable, onAnswered, onFailure);
      layout.ready(prepared);
      opened = true;
      return division;
    } finally {
      if (!opened) {
        prepared.tables().close();
      }
    }
  }

  private RaftDivision(
      CatalogConfig config,
      FolderLayout layout,
      FolderLayout.Prepared prepared,
      Consumer<PendingEntry> onDurable,
      Consumer<PendingEntry> onAnswered,
      Consumer<Throwable> onFailure) {
    checkpoints = layout.checkpoints();
    machine =
        new CatalogStateMachine(
            layout.database(),
            prepared.tables(),
            checkpoints,
            config.ids(),
            onDurable,
            entry -> {
              lastAnswered.set(entry.callId());
              onAnswered.accept(entry);
            },
            onFailure);
    group =
        RaftGroupId.valueOf(
            new UUID(prepared.identity().group().high(), prepared.identity().group().low()));
    peer = RaftPeerId.valueOf(config.self().toString());
    RaftServer made = null;
    boolean started = false;
    try {
      made =
          RaftServer.newBuilder()
              .setServerId(peer)
              .setGroup(RaftGroup.valueOf(group, RaftPeer.newBuilder().setId(peer).build()))
              .setProperties(
                  RaftSettings.properties(layout.raft(), VOTERS, config.checkpointEntries()))
              .setStateMachine(machine)
              .setOption(
                  prepared.logIsThere()
                      ? RaftStorage.StartupOption.RECOVER
                      : RaftStorage.StartupOption.FORMAT)
              .build();
      made.start();
      server = made;
      division = made.getDivision(group);
      submitter = division instanceof RaftClientAsynchronousProtocol direct ? direct : server;
      awaitLeadership(layout.raft());
      started = true;
    } catch (IOException e) {
      throw Disk.failure(layout.raft(), e);
    } catch (MillraceException e) {
      throw e;
    } catch (RuntimeException e) {
      // Ratis' own assertions over what it read.
      throw refused(layout.raft(), e);
    } finally {
      if (!started && made != null) {
        close(made);
      }
    }
  }

  private static MillraceException refused(Path raft, RuntimeException why) {
    Throwable first = why;
    while (first instanceof CompletionException && first.getCause() != null) {
      first = first.getCause();
    }
    return new MillraceException(
        ErrorCode.CORRUPT_LOG,
        "catalog log "
            + raft
            + ": Ratis can't start from it ("
            + first
            + "): restore the catalog with 'millrace catalog restore' or 'millrace catalog rebuild'",
        why);
  }

  private void awaitLeadership(Path raft) {
    try {
      machine.leaderReady().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "catalog: interrupted while starting: start again", e);
    } catch (TimeoutException e) {
      throw new MillraceException(
          ErrorCode.UNAVAILABLE,
          "catalog " + raft + ": no leader after " + START_SECONDS + " s: see the log",
          e);
    } catch (ExecutionException e) {
      throw RaftCatalog.asMillrace(raft, e.getCause());
    }
  }

  RocksTables tables() {
    return machine.tables();
  }

  CatalogStateMachine machine() {
    return machine;
  }

  /// Log entries executed since the last checkpoint.
  long entriesSinceCheckpoint() {
    return machine.getLastAppliedTermIndex().getIndex() - machine.checkpointIndex();
  }

  long lastApplied() {
    return machine.getLastAppliedTermIndex().getIndex();
  }

  /// Appends an entry; its callers are answered by the state machine.
  ///
  /// @return fails when the entry may not have been appended
  CompletableFuture<Void> append(PendingEntry entry) {
    machine.expect(entry);
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(peer)
            .setGroupId(group)
            .setCallId(entry.callId())
            .setRepliedCallIds(List.of(lastAnswered.get()))
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry.encode())))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return submitter.submitClientRequestAsync(request).thenCompose(RaftDivision::outcome);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static CompletableFuture<Void> outcome(RaftClientReply reply) {
    return reply.isSuccess()
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            reply.getException() == null
                ? new IOException("Raft refused: " + reply)
                : reply.getException());
  }

  /// Takes a checkpoint now, or none when nothing was executed since the last one.
  ///
  /// @throws MillraceException DISK_FULL, IO_ERROR, INTERRUPTED
  void checkpoint() {
    try {
      RaftClientReply reply =
          server.snapshotManagement(
              SnapshotManagementRequest.newCreate(
                  client,
                  peer,
                  group,
                  otherCalls.incrementAndGet(),
                  TimeUnit.SECONDS.toMillis(CHECKPOINT_SECONDS)));
      outcome(reply).get();
      Optional<Exception> failure = machine.checkpointFailure();
      if (failure.isPresent()) {
        throw RaftCatalog.asMillrace(Path.of("checkpoints"), failure.get());
      }
    } catch (IOException | ExecutionException e) {
      throw RaftCatalog.asMillrace(Path.of("checkpoints"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MillraceException(
          ErrorCode.INTERRUPTED, "catalog: interrupted in a checkpoint: try again", e);
    }
  }

  /// Copies the last checkpoint into a new folder.
  CatalogBackup.Checkpoint export(Path folder) {
    try {
      Optional<CheckpointFolder.Found> exported = checkpoints.export(folder);
      if (exported.isEmpty()) {
        throw new MillraceException(
            ErrorCode.UNAVAILABLE, "catalog: there is no checkpoint yet: try again");
      }
      List<String> files = new ArrayList<>();
      long bytes = 0;
      for (Path file : Disk.list(folder)) {
        files.add(file.getFileName().toString());
        bytes += Files.size(file);
      }
      Applied at = exported.get().at();
      return new CatalogBackup.Checkpoint(at.term(), at.index(), files, bytes);
    } catch (IOException e) {
      throw Disk.failure(folder, e);
    }
  }

  CatalogBackup.Since entriesSince(long index, long limitBytes) {
    RaftLog log = division.getRaftLog();
    long last = lastApplied();
    List<CatalogBackup.Entry> entries = new ArrayList<>();
    long bytes = 0;
    long next = index + 1;
    try {
      for (; next <= last && (entries.isEmpty() || bytes < limitBytes); next++) {
        LogEntryProto logged = log.get(next);
        if (logged == null) {
          return new CatalogBackup.Since.Gone(log.getStartIndex());
        }
        if (logged.hasStateMachineLogEntry()) {
          byte[] body = logged.getStateMachineLogEntry().getLogData().toByteArray();
          entries.add(
              new CatalogBackup.Entry(
                  logged.getIndex(), EntryCodec.timeMillis(body), Bytes.copyOf(body)));
          bytes += body.length;
        }
      }
    } catch (IOException e) {
      throw Disk.failure(Path.of("raft"), e);
    }
    return new CatalogBackup.Since.Entries(entries, next - 1);
  }

  private static void close(RaftServer server) {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("catalog_close_failed why={}", e.toString());
    }
  }

  /// Executes what is committed, then stops.
  @Override
  public void close() {
    close(server);
    machine.close();
  }
}
