package dev.millrace.catalog.raft;

import dev.millrace.base.IdSource;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.rocks.RocksTables;
import dev.millrace.catalog.state.CatalogCore;
import dev.millrace.catalog.state.CatalogTables.Applied;
import dev.millrace.catalog.state.EntryCodec;
import dev.millrace.catalog.state.RecentChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ratis' side of the catalog: hands committed entries to [CatalogCore], on Ratis' one updater
/// thread, and answers those callers that wait in this process.
///
/// The tables on disk may be ahead of the checkpoint from which Ratis counts: entries that they
/// have already are passed over. When executing fails, it throws: Ratis then closes this server
/// instead of going on behind the gap.
final class CatalogStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogStateMachine.class);

  private final Path database;
  private final CheckpointFolder checkpoints;
  private final IdSource ids;
  private final Consumer<PendingEntry> onDurable;
  private final Consumer<PendingEntry> onAnswered;
  private final Consumer<Throwable> onFailure;
  private final CompletableFuture<Void> leaderReady = new CompletableFuture<>();
  private final ConcurrentMap<Long, PendingEntry> pending = new ConcurrentHashMap<>();
  private final AtomicLong bytesSinceCheckpoint = new AtomicLong();
  private volatile Set<Thread> otherLogWriters = Set.of();
  private volatile Set<Thread> logWriters = Set.of();
  private volatile RocksTables tables;
  private volatile RecentChanges recentChanges;
  private CatalogCore core;
  private volatile long checkpointIndex = -1;
  private volatile @Nullable Exception checkpointFailure;

  CatalogStateMachine(
      Path database,
      RocksTables tables,
      CheckpointFolder checkpoints,
      IdSource ids,
      Consumer<PendingEntry> onDurable,
      Consumer<PendingEntry> onAnswered,
      Consumer<Throwable> onFailure) {
    this.database = database;
    this.tables = tables;
    this.ids = ids;
    this.recentChanges = new RecentChanges(ids.timeOrdered());
    this.core = new CatalogCore(tables, recentChanges);
    this.checkpoints = checkpoints;
    this.onDurable = onDurable;
    this.onAnswered = onAnswered;
    this.onFailure = onFailure;
  }

  RocksTables tables() {
    return tables;
  }

  RecentChanges recentChanges() {
    return recentChanges;
  }

  /// Completed when this server leads and has executed all that was committed before.
  CompletableFuture<Void> leaderReady() {
    return leaderReady;
  }

  /// Bytes of entries executed since the last checkpoint or the start.
  long bytesSinceCheckpoint() {
    return bytesSinceCheckpoint.get();
  }

  long checkpointIndex() {
    return checkpointIndex;
  }

  /// Keeps an entry until it is answered.
  void expect(PendingEntry entry) {
    pending.put(entry.callId(), entry);
  }

  /// Whether the entry was still kept; it no longer is.
  boolean release(PendingEntry entry) {
    return pending.remove(entry.callId()) != null;
  }

  /// The entries that are kept.
  List<PendingEntry> unanswered() {
    return List.copyOf(pending.values());
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    // Its own log writer begins after this.
    otherLogWriters = logWritersOfThisName();
    getLifeCycle().startAndTransition(this::loadCheckpointMark, IOException.class);
  }

  private void loadCheckpointMark() throws IOException {
    Applied from = checkpoints.latest().map(CheckpointFolder.Found::at).orElse(Applied.NOTHING);
    checkpointIndex = from.index();
    if (from.index() >= 0) {
      setLastAppliedTermIndex(TermIndex.valueOf(from.term(), from.index()));
    }
  }

  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      tables.close();
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  /// After a snapshot was installed: the tables are taken from it.
  @Override
  public void reinitialize() throws IOException {
    CheckpointFolder.Found latest = checkpoints.latest().orElseThrow();
    tables.close();
    Disk.deleteTree(database);
    Disk.copyFolder(latest.path(), database);
    tables = new RocksTables(database);
    recentChanges = new RecentChanges(ids.timeOrdered());
    core = new CatalogCore(tables, recentChanges);
    loadCheckpointMark();
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return checkpoints;
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext transaction = super.startTransaction(request);
    transaction.setStateMachineContext(pending.get(request.getCallId()));
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto logged = transaction.getLogEntry();
    try {
      Applied at = new Applied(logged.getTerm(), logged.getIndex());
      org.apache.ratis.thirdparty.com.google.protobuf.ByteString body =
          logged.getStateMachineLogEntry().getLogData();
      PendingEntry own = (PendingEntry) transaction.getStateMachineContext();
      if (own != null) {
        onDurable.accept(own);
      }
      EntryCodec.Entry entry = own == null ? EntryCodec.read(body.toByteArray()) : own.entry();
      List<CatalogCore.Outcome> outcomes = core.apply(at, entry);
      bytesSinceCheckpoint.addAndGet(body.size());
      updateLastAppliedTermIndex(at.term(), at.index());
      if (own != null) {
        own.answer(outcomes);
        onAnswered.accept(own);
      }
      return CompletableFuture.completedFuture(Message.EMPTY);
    } catch (RuntimeException | Error e) {
      failed(e, logged.getIndex());
      throw e;
    }
  }

  private void failed(Throwable failure, long index) {
    LOG.error("catalog_entry_failed index={} why={}", index, failure.toString(), failure);
    leaderReady.completeExceptionally(failure);
    onFailure.accept(failure);
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    try {
      core.skip(new Applied(term, index));
      super.notifyTermIndexUpdated(term, index);
    } catch (MillraceException e) {
      failed(e, index);
      throw e;
    }
  }

  @Override
  public void notifyLeaderReady() {
    Set<Thread> own = new HashSet<>(logWritersOfThisName());
    own.removeAll(otherLogWriters);
    logWriters = Set.copyOf(own);
    leaderReady.complete(null);
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    leaderReady.completeExceptionally(cause);
    onFailure.accept(cause);
  }

  /// Why the last checkpoint could not be taken.
  Optional<Exception> checkpointFailure() {
    return Optional.ofNullable(checkpointFailure);
  }

  /// A failure is remembered and not thrown: Ratis would log it and let who asked wait until the
  /// request times out, and everybody who asks after him too.
  @Override
  public long takeSnapshot() {
    if (tables.applied().index() > getLastAppliedTermIndex().getIndex()) {
      // Ratis is still on its way to where the tables are.
      return checkpointIndex;
    }
    try {
      Applied at = checkpoints.take(tables);
      bytesSinceCheckpoint.set(0);
      checkpointIndex = at.index();
      checkpointFailure = null;
      LOG.info("catalog_checkpoint index={} term={}", at.index(), at.term());
      return at.index();
    } catch (MillraceException | IOException e) {
      LOG.warn("catalog_checkpoint_failed why={}", e.toString());
      checkpointFailure = e;
      return checkpointIndex;
    }
  }

  @Override
  public void close() {
    tables.close();
    wakeIdleLogWriter();
  }

  /// Ratis' log writer looks once a second whether it is to stop, and closing waits for it. It is
  /// waiting for work here, and there will be none: an interruption ends it at once. One that still
  /// works is left alone.
  private void wakeIdleLogWriter() {
    for (Thread writer : logWriters) {
      if (writer.getState() == Thread.State.TIMED_WAITING) {
        writer.interrupt();
      }
    }
  }

  /// Log writers of servers of this name. There may be others in this process: tests open copies.
  private Set<Thread> logWritersOfThisName() {
    String name = getId() + "@" + getGroupId() + "-SegmentedRaftLogWorker";
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .collect(Collectors.toUnmodifiableSet());
  }
}
