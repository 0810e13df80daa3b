package dev.millrace.compute.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.FakeContext;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.slice.Companion;
import dev.millrace.compute.slice.ThreadCpu;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A plug-in's task takes turns with others: its time is counted, and it stands still.
@Timeout(60)
final class PluginTurnsTest {
  private static final long SOME_NANOS = 20_000_000L;

  /// One tick of a slow kernel: by so much its account of a thread may lag.
  private static final long TICK_NANOS = 10_000_000L;

  private final FakePlugin plugin = new FakePlugin();

  /// Plays the worker: hands what works for the task to `onLook` whenever the task is looked at.
  private static final class Slot extends FakeContext {
    private final Consumer<Companion> onLook;
    private final AtomicReference<Companion> companion = new AtomicReference<>();

    Slot(Consumer<Companion> onLook) {
      this.onLook = onLook;
    }

    @Override
    public void check() {
      onLook.accept(companion.get());
    }

    @Override
    public void accompanied(Companion other, Work work) throws IOException {
      companion.set(other);
      work.run();
    }
  }

  private static final class Nothing implements PieceInput {
    @Override
    public List<Segment> segments() {
      return List.of(new Segment(0, "in", 0, 0));
    }

    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public int read(Segment segment, long position, byte[] target, int offset, int length) {
      return 0;
    }

    @Override
    public int readInput(Segment segment, long position, byte[] target, int offset, int length) {
      return 0;
    }
  }

  private void runIn(Slot slot) throws IOException {
    plugin.guarded().parse(List.of()).run(new Nothing(), OutputStream.nullOutputStream(), slot);
  }

  private static void use(long nanos) {
    ThreadCpu own = ThreadCpu.ofThisThread();
    long until = own.nanos().orElseThrow() + nanos;
    while (own.nanos().orElseThrow() < until) {
      Thread.onSpinWait();
    }
  }

  @Test
  void itsTimeIsItsTasksWhileItRunsAndAfterItsEnd() throws IOException {
    AtomicBoolean seen = new AtomicBoolean();
    Slot slot =
        new Slot(companion -> {
          if (companion.cpuNanos() >= SOME_NANOS) {
            seen.set(true);
          }
        });
    plugin.run =
        (_, _, context) -> {
          use(SOME_NANOS);
          while (!seen.get()) {
            context.check();
          }
          use(SOME_NANOS);
          return Bytes.EMPTY;
        };
    runIn(slot);
    assertThat(slot.companion.get().cpuNanos()).isGreaterThanOrEqualTo(2 * SOME_NANOS - TICK_NANOS);
  }

  @Test
  void itStandsWhereItChecksUntilItsTaskHasASlotAgain() throws IOException {
    AtomicReference<Thread> code = new AtomicReference<>();
    AtomicLong steps = new AtomicLong();
    AtomicLong stood = new AtomicLong(-1);
    AtomicBoolean wentOn = new AtomicBoolean();
    Slot slot =
        new Slot(companion -> {
          if (stood.get() < 0) {
            companion.suspend();
            while (code.get() == null || code.get().getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
            stood.set(steps.get());
            companion.resume();
          } else if (steps.get() > stood.get()) {
            wentOn.set(true);
          }
        });
    plugin.run =
        (_, _, context) -> {
          code.set(Thread.currentThread());
          while (!wentOn.get()) {
            context.check();
            steps.incrementAndGet();
          }
          return Bytes.EMPTY;
        };
    runIn(slot);
    assertThat(steps.get()).isGreaterThan(stood.get());
  }
}
