package dev.millrace.catalog.raft;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.catalog.state.CatalogCore.Outcome;
import dev.millrace.catalog.state.EntryCodec;
import dev.millrace.net.CatalogCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A log entry whose callers wait in this process.
final class PendingEntry {
  private final long callId;
  private final long timeMillis;
  private final List<PendingCommand> commands;

  /// @param callId unique in this process
  PendingEntry(long callId, long timeMillis, List<PendingCommand> commands) {
    this.callId = callId;
    this.timeMillis = timeMillis;
    this.commands = List.copyOf(commands);
  }

  long callId() {
    return callId;
  }

  /// A command on its way, and its caller.
  static final class PendingCommand {
    private final CatalogCommand<?> command;
    private final byte[] encoded;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

    PendingCommand(CatalogCommand<?> command, byte[] encoded) {
      this.command = command;
      this.encoded = encoded;
    }

    private sealed interface Answer {
      record Decided(Outcome outcome) implements Answer {}

      record Failed(ErrorCode code, String message) implements Answer {}
    }

    int sizeBytes() {
      return encoded.length;
    }

    byte[] encoded() {
      return encoded;
    }

    private void answer(Answer given) {
      if (answer.compareAndSet(null, given)) {
        answered.countDown();
      }
    }

    void fail(ErrorCode code, String message) {
      answer(new Answer.Failed(code, message));
    }

    /// Waits for the answer, in the caller's thread.
    ///
    /// @throws MillraceException the command's refusal, or why it was not decided
    Object await(Duration timeout) {
      try {
        if (!answered.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new MillraceException(
              ErrorCode.TIMEOUT,
              "catalog: no answer after "
                  + timeout.toSeconds()
                  + " s: look whether the change was made, then try again");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MillraceException(
            ErrorCode.INTERRUPTED,
            "catalog: interrupted while waiting: look whether the change was made",
            e);
      }
      return switch (Objects.requireNonNull(answer.get())) {
        case Answer.Decided(Outcome.Executed executed) -> executed.result();
        case Answer.Decided(Outcome.Refused refused) ->
            throw new MillraceException(refused.code(), refused.message());
        case Answer.Failed failed -> throw new MillraceException(failed.code(), failed.message());
      };
    }
  }

  /// The entry as the state machine executes it: the callers' own objects, not decoded again. The
  /// codec gives the same ones back (a test holds it to that).
  EntryCodec.Entry entry() {
    List<CatalogCommand<?>> own = new ArrayList<>(commands.size());
    for (PendingCommand command : commands) {
      own.add(command.command);
    }
    return new EntryCodec.Entry(timeMillis, own);
  }

  long sizeBytes() {
    long bytes = 0;
    for (PendingCommand command : commands) {
      bytes += command.encoded.length;
    }
    return bytes;
  }

  byte[] encode() {
    List<byte[]> encoded = new ArrayList<>(commands.size());
    for (PendingCommand command : commands) {
      encoded.add(command.encoded);
    }
    return EntryCodec.entry(timeMillis, encoded);
  }

  /// Gives each caller its outcome.
  void answer(List<Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      commands.get(i).answer(new PendingCommand.Answer.Decided(outcomes.get(i)));
    }
  }

  /// Tells those callers that have no answer yet why there will be none.
  void fail(ErrorCode code, String message) {
    commands.forEach(command -> command.fail(code, message));
  }
}
