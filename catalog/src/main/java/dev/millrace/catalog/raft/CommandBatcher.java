package dev.millrace.catalog.raft;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Check;
import dev.millrace.base.Clock;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.raft.PendingEntry.PendingCommand;
import dev.millrace.catalog.state.EntryCodec;
import dev.millrace.net.CatalogCommand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts commands together into log entries: while one entry is being written, all commands that
/// arrive wait together and make the next. It is sent as soon as the one before is durable, which
/// is executed meanwhile. Were it sent earlier, the first of many callers to come back would travel
/// alone and take a sync of the disk for itself. Thread-safe.
final class CommandBatcher {
  private static final int ENTRY_COMMANDS = 2048;

  /// An entry takes no further command past this size; a single larger one travels alone.
  private static final long ENTRY_BYTES = 2 * ByteUnits.MIB;

  /// One entry is synced while the one before is executed.
  private static final int ENTRIES_IN_FLIGHT = 2;

  private static final int WAITING_COMMANDS = 65_536;
  private static final long WAITING_BYTES = 64 * ByteUnits.MIB;

  static {
    Check.that(ENTRY_BYTES <= RaftSettings.ENTRY_MAX_BYTES, "a full entry fits the log");
    Check.that(RaftSettings.ENTRY_MAX_BYTES <= WAITING_BYTES, "the largest command can wait");
  }

  /// Sends an entry into the log; tells the batcher by [#entryDurable] when it is on the disk, and
  /// by [#entryEnded] when it is through.
  interface Log {
    void append(PendingEntry entry);
  }

  private final Clock clock;
  private final Duration timeout;
  private final Log log;

  private final Object lock = new Object();
  private final Deque<PendingCommand> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int entriesInFlight;
  private @Nullable PendingEntry syncing;
  private long lastTimeMillis;
  private long lastCallId;

  CommandBatcher(Clock clock, Duration timeout, Log log) {
    this.clock = clock;
    this.timeout = timeout;
    this.log = log;
  }

  /// Executes a command: waits until it is in the log, durable and executed.
  Object execute(CatalogCommand<?> command) {
    byte[] encoded = EntryCodec.encode(command);
    if (encoded.length > RaftSettings.ENTRY_MAX_BYTES) {
      throw new MillraceException(
          ErrorCode.TOO_LARGE,
          "catalog: a command of "
              + encoded.length
              + " bytes is more than the "
              + RaftSettings.ENTRY_MAX_BYTES
              + " allowed: split it");
    }
    PendingCommand pending = new PendingCommand(command, encoded);
    synchronized (lock) {
      if (waiting.size() >= WAITING_COMMANDS || waitingBytes + encoded.length > WAITING_BYTES) {
        throw new MillraceException(
            ErrorCode.BUSY,
            "catalog: " + waiting.size() + " commands are waiting: try again later");
      }
      waiting.add(pending);
      waitingBytes += encoded.length;
    }
    send();
    try {
      return pending.await(timeout);
    } catch (MillraceException e) {
      withdraw(pending, e);
      throw e;
    }
  }

  /// A command that gave up before it was sent was not executed.
  private void withdraw(PendingCommand pending, MillraceException why) {
    if (why.code() == ErrorCode.TIMEOUT || why.code() == ErrorCode.INTERRUPTED) {
      synchronized (lock) {
        if (waiting.remove(pending)) {
          waitingBytes -= pending.sizeBytes();
        }
      }
    }
  }

  /// An entry is on the disk, and is about to be executed.
  void entryDurable(PendingEntry entry) {
    synchronized (lock) {
      synced(entry);
    }
    send();
  }

  /// An entry was executed or will never be.
  void entryEnded(PendingEntry entry) {
    synchronized (lock) {
      synced(entry);
      entriesInFlight--;
    }
    send();
  }

  private void synced(PendingEntry entry) {
    if (syncing == entry) {
      syncing = null;
    }
  }

  private void send() {
    for (PendingEntry entry = take(); entry != null; entry = take()) {
      log.append(entry);
    }
  }

  private @Nullable PendingEntry take() {
    synchronized (lock) {
      if (waiting.isEmpty() || syncing != null || entriesInFlight >= ENTRIES_IN_FLIGHT) {
        return null;
      }
      List<PendingCommand> commands = new ArrayList<>(Math.min(waiting.size(), ENTRY_COMMANDS));
      long bytes = 0;
      while (!waiting.isEmpty()
          && commands.size() < ENTRY_COMMANDS
          && (commands.isEmpty() || bytes + waiting.element().sizeBytes() <= ENTRY_BYTES)) {
        PendingCommand next = waiting.remove();
        bytes += next.sizeBytes();
        commands.add(next);
      }
      waitingBytes -= bytes;
      entriesInFlight++;
      lastTimeMillis = Math.max(lastTimeMillis, clock.currentMillis());
      PendingEntry entry = new PendingEntry(++lastCallId, lastTimeMillis, commands);
      syncing = entry;
      return entry;
    }
  }

  /// Fails all that wait: none of them was executed.
  void failWaiting(ErrorCode code, String message) {
    List<PendingCommand> failed;
    synchronized (lock) {
      failed = new ArrayList<>(waiting);
      waiting.clear();
      waitingBytes = 0;
    }
    failed.forEach(command -> command.fail(code, message));
  }
}
