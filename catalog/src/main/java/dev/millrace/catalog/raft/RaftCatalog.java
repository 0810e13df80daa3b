package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.CatalogBackup;
import dev.millrace.catalog.CatalogConfig;
import dev.millrace.catalog.state.CatalogView;
import dev.millrace.catalog.state.Queries;
import dev.millrace.net.Catalog;
import dev.millrace.net.CatalogCommand;
import dev.millrace.net.CatalogQuery;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The catalog of a node that is its only master: a Raft group of one, in this process, without a
/// port. Thread-safe.
///
/// ```
/// open ──► RUNNING ──log failed──► DOWN ──space is back──► RUNNING
///             │                      │
///             │ tables damaged       └───────► CLOSED
///             └──► DOWN for good
/// ```
///
/// While DOWN, commands and queries fail with the reason; a housekeeping thread tries again twice a
/// second, except after damage, which a person must look at.
public final class RaftCatalog implements Catalog, CatalogBackup {
  private static final Logger LOG = LoggerFactory.getLogger(RaftCatalog.class);
  private static final long HOUSEKEEPING_MILLIS = 500;

  private sealed interface State {
    record Running(RaftDivision division) implements State {}

    /// @param failed what ran before, to be closed
    record Down(@Nullable RaftDivision failed, MillraceException why) implements State {
      boolean forGood() {
        return why.code().kind() == ErrorCode.Kind.CORRUPT
            || why.code() == ErrorCode.HOME_VERSION
            || why.code() == ErrorCode.BUG;
      }
    }

    record Closed() implements State {}
  }

  private final CatalogConfig config;
  private final FolderLock folderLock;
  private final FreeSpace space;
  private final CommandBatcher batcher;
  private final Thread housekeeper;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong executedBytes = new AtomicLong();
  private volatile State state;
  private long lastCheckpointNanos;

  /// Opens the catalog in the configuration's folder, or makes a new one there, and waits until it
  /// answers.
  ///
  /// @throws MillraceException HOME_IN_USE, HOME_VERSION, CONFIGURATION, CORRUPT_CATALOG,
  ///   CORRUPT_LOG, DISK_FULL, IO_ERROR
  public static RaftCatalog open(CatalogConfig config) {
    FolderLock folderLock = FolderLock.take(config.folder());
    boolean opened = false;
    try {
      RaftCatalog catalog = new RaftCatalog(config, folderLock);
      opened = true;
      return catalog;
    } finally {
      if (!opened) {
        folderLock.close();
      }
    }
  }

  private RaftCatalog(CatalogConfig config, FolderLock folderLock) {
    this.config = config;
    this.folderLock = folderLock;
    this.space = new FreeSpace(config.folder(), config.freeReserveBytes());
    this.batcher = new CommandBatcher(config.clock(), config.commandTimeout(), this::append);
    this.state = new State.Down(null, unavailable("it is starting"));
    this.lastCheckpointNanos = config.clock().nanoTime();
    this.state = start();
    this.housekeeper =
        Thread.ofPlatform().daemon().name("catalog-housekeeper").start(this::keepHouse);
  }

  private State start() {
    RaftDivision division =
        RaftDivision.open(config, batcher::entryDurable, this::answered, this::failed);
    return new State.Running(division);
  }

  private static MillraceException unavailable(String why) {
    return new MillraceException(
        ErrorCode.UNAVAILABLE, "catalog: " + why + ": try again in a moment");
  }

  /// A failure from inside Raft as one of Millrace's.
  static MillraceException asMillrace(Path where, @Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MillraceException known) {
        return known;
      }
      if (!(cause instanceof ExecutionException || cause instanceof CompletionException)
          && cause instanceof java.io.IOException io
          && (Disk.full(io) || io.getCause() == null)) {
        return Disk.failure(where, io);
      }
    }
    return new MillraceException(
        failure instanceof java.io.IOException ? ErrorCode.IO_ERROR : ErrorCode.BUG,
        "catalog " + where + ": " + failure + ": see the log",
        failure);
  }

  @Override
  @SuppressWarnings("unchecked") // a command's outcome is of the type it names
  public <R> R execute(CatalogCommand<R> command) {
    running();
    space.admit(command);
    return (R) batcher.execute(command);
  }

  @Override
  public <R> R query(CatalogQuery<R> query) {
    RaftDivision division = running().division();
    return division
        .tables()
        .read(view -> new Queries(view, division.machine().recentChanges()).answer(query));
  }

  private State.Running running() {
    return switch (state) {
      case State.Running running -> running;
      case State.Down down ->
          throw new MillraceException(
              down.why().code(), String.valueOf(down.why().getMessage()), down.why());
      case State.Closed closed -> throw unavailable("it is closed");
    };
  }

  private void append(PendingEntry entry) {
    if (!(state instanceof State.Running running)) {
      entry.fail(ErrorCode.UNAVAILABLE, "catalog: it is not running: try again in a moment");
      batcher.entryEnded(entry);
      return;
    }
    RaftDivision division = running.division();
    CompletableFuture<Void> _ =
        division
            .append(entry)
            .whenComplete((done, failure) -> {
              if (failure != null && division.machine().release(entry)) {
                LOG.warn("catalog_entry_unanswered why={}", failure.toString());
                failUndecided(entry);
                batcher.entryEnded(entry);
              }
            });
  }

  private static void failUndecided(PendingEntry entry) {
    entry.fail(
        ErrorCode.TIMEOUT,
        "catalog: its log failed while the change was under way: look whether it was made, then"
            + " try again");
  }

  private void answered(PendingEntry entry) {
    if (state instanceof State.Running running && running.division().machine().release(entry)) {
      space.wrote(entry.sizeBytes());
      executedBytes.addAndGet(entry.sizeBytes());
      batcher.entryEnded(entry);
    }
  }

  /// A division is of no use any more; heard on one of its own threads, which must go on.
  private void failed(Throwable failure) {
    lock.lock();
    try {
      if (state instanceof State.Running running) {
        MillraceException why = asMillrace(config.folder(), failure);
        LOG.error("catalog_down why={}", String.valueOf(why.getMessage()), failure);
        state = new State.Down(running.division(), why);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void keepHouse() {
    while (true) {
      lock.lock();
      try {
        boolean urgent =
            state instanceof State.Down(RaftDivision failed, MillraceException why)
                && failed != null;
        if (!urgent && !(state instanceof State.Closed)) {
          rest();
        }
        if (state instanceof State.Closed) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      try {
        step();
      } catch (RuntimeException e) {
        LOG.warn("catalog_housekeeping_failed why={}", e.toString());
      }
    }
  }

  private void step() {
    space.measure();
    switch (state) {
      case State.Running running -> checkpointWhenDue(running.division());
      case State.Down down -> recover(down);
      case State.Closed closed -> {}
    }
  }

  private void checkpointWhenDue(RaftDivision division) {
    long now = config.clock().nanoTime();
    long entries = division.entriesSinceCheckpoint();
    boolean due =
        division.machine().bytesSinceCheckpoint() >= config.checkpointBytes()
            || now - lastCheckpointNanos >= config.checkpointInterval().toNanos();
    if (due && space.enoughForCheckpoint(division.machine().bytesSinceCheckpoint())) {
      lastCheckpointNanos = now;
      if (entries > 0) {
        division.checkpoint();
      }
    }
  }

  private void recover(State.Down down) {
    RaftDivision failed = down.failed();
    if (failed != null) {
      failed.close();
      for (PendingEntry entry : failed.machine().unanswered()) {
        if (failed.machine().release(entry)) {
          failUndecided(entry);
          batcher.entryEnded(entry);
        }
      }
      replace(down, new State.Down(null, down.why()));
    } else if (!down.forGood() && space.enoughToStart()) {
      State started = start();
      LOG.info("catalog_up folder={}", config.folder());
      replace(down, started);
    }
  }

  /// Until something changes or it is time to look again; under the lock.
  private void rest() throws InterruptedException {
    State before = state;
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(HOUSEKEEPING_MILLIS);
    while (state.equals(before) && leftNanos > 0) {
      leftNanos = changed.awaitNanos(leftNanos);
    }
  }

  private void replace(State expected, State next) {
    lock.lock();
    try {
      if (state.equals(expected)) {
        state = next;
        return;
      }
    } finally {
      lock.unlock();
    }
    if (next instanceof State.Running running) {
      running.division().close();
    }
  }

  @Override
  public Checkpoint exportCheckpoint(Path folder) {
    if (running().division().lastApplied() <= 0) {
      // Raft counts from its first entry on; there is no checkpoint of less.
      execute(new CatalogCommand.Touch(Optional.of("checkpoint")));
    }
    RaftDivision division = running().division();
    checkpoint(division);
    return division.export(folder);
  }

  @Override
  public Since entriesSince(long index, long limitBytes) {
    return running().division().entriesSince(index, limitBytes);
  }

  @Override
  public long executedBytes() {
    return executedBytes.get();
  }

  /// Reads the rows themselves, as [#query] sees them: for checks and tools.
  public <R> R read(Function<CatalogView, R> reader) {
    State.Running running = running();
    // Linearizable as it is: a single voter acknowledges a command when it was executed here, and
    // nobody else acknowledges any. More voters need Raft's ReadIndex first.
    return running.division().tables().read(reader);
  }

  /// Takes a checkpoint now, when anything changed since the last one, and lets go of the log
  /// before it.
  ///
  /// @throws MillraceException DISK_FULL, IO_ERROR, UNAVAILABLE
  public void checkpoint() {
    checkpoint(running().division());
  }

  private void checkpoint(RaftDivision division) {
    space.admitCheckpoint(division.machine().bytesSinceCheckpoint());
    division.checkpoint();
  }

  /// Reads all table files and verifies them.
  ///
  /// @throws MillraceException CORRUPT_CATALOG with the file's name
  public void verify() {
    running().division().tables().verify();
  }

  /// Executes what is in the log already, then stops. Commands that wait fail with UNAVAILABLE.
  @Override
  public void close() {
    State last;
    lock.lock();
    try {
      last = state;
      if (last instanceof State.Closed) {
        return;
      }
      state = new State.Closed();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    batcher.failWaiting(ErrorCode.UNAVAILABLE, "catalog: it is closing: try again later");
    try {
      housekeeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RaftDivision division =
        switch (last) {
          case State.Running running -> running.division();
          case State.Down down -> down.failed();
          case State.Closed closed -> null;
        };
    if (division != null) {
      division.close();
      for (PendingEntry entry : division.machine().unanswered()) {
        failUndecided(entry);
      }
    }
    folderLock.close();
  }
}
