package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import dev.millrace.model.JobId;
import dev.millrace.model.JobProgress;
import dev.millrace.model.JobState;
import dev.millrace.model.ObjectRef;
import dev.millrace.model.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Plug-ins that throw and lie: their jobs fail and say whose fault it is, and the node goes on.
@Timeout(60)
final class PluginJobsTest {
  private static final String TEXT = "The mill grinds slowly, but it grinds exceedingly small.";

  private final FakePlugin plugin = new FakePlugin();
  private final JobHouse house = new JobHouse(plugin.guarded());
  private final ObjectRef input = house.put("in", TEXT);

  /// Opened at the end: what a plug-in waits for that never ends by itself.
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void close() {
    house.close();
    never.countDown();
  }

  private void waitForever() {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Runs the plug-in; its job fails, and another job succeeds.
  private String failure() {
    JobProgress end = house.awaitEnd(house.submitFresh("odd", input));
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertGoesOn();
    return end.job().failure().orElseThrow();
  }

  private void assertItsFault(String failure, String... words) {
    assertThat(failure)
        .contains(FakePlugin.JAR, "'odd'", "report it to the plug-in's maker")
        .contains(words)
        .doesNotContain("\n");
  }

  private void assertGoesOn() {
    house.copy.letAll();
    assertThat(house.output(house.submitFresh("copy", input))).asString(UTF_8).isEqualTo(TEXT);
  }

  private String refusal() {
    MillraceException[] refused = new MillraceException[1];
    assertThatThrownBy(() -> house.submitFresh("odd", input))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
              refused[0] = e;
            });
    assertGoesOn();
    return String.valueOf(refused[0].getMessage());
  }

  /// An exception that makes trouble for whoever looks at it.
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no trace");
    }

    @Override
    public synchronized Throwable getCause() {
      return this;
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  private static int deeper(int depth) {
    return deeper(depth + 1) + 1;
  }

  /// All that code can throw.
  private static List<Callable<Boolean>> throwing() {
    return List.of(
        () -> {
          throw new IllegalStateException("first line\nsecond line");
        },
        () -> {
          throw new Exception("checked");
        },
        () -> {
          throw new InterruptedException("interrupted");
        },
        () -> {
          throw new Hostile();
        },
        () -> {
          throw new OutOfMemoryError("heap");
        },
        () -> deeper(0) > 0,
        () -> {
          throw new NoClassDefFoundError("other/Library");
        },
        () -> {
          throw new AssertionError(null);
        },
        () -> {
          throw new IOException("disk of its own");
        },
        () -> {
          throw new MillraceException(ErrorCode.BUG, "not to be said by a plug-in");
        },
        () -> {
          throw new MillraceException(ErrorCode.CANCELLED, "nobody cancelled it");
        });
  }

  @Test
  void whateverItThrowsWhenItIsAskedRefusesTheJob() {
    for (Callable<Boolean> thrown : throwing()) {
      plugin.parse = thrown;
      assertItsFault(refusal(), "reading its arguments", "it threw");
      plugin.parse = () -> true;
      plugin.split = () -> thrown.call() ? new Split.Lines() : new Split.WholeFile();
      assertItsFault(refusal(), "it threw");
      plugin.split = Split.Lines::new;
      plugin.combine =
          () -> thrown.call() ? new Combine.ConcatenateInOrder() : FakePlugin.nothing();
      assertItsFault(refusal(), "it threw");
      plugin.combine = Combine.ConcatenateInOrder::new;
    }
  }

  @Test
  void whateverItThrowsWhenItRunsFailsItsJobOnly() {
    for (Callable<Boolean> thrown : throwing()) {
      plugin.run = (_, _, _) -> thrown.call() ? Bytes.EMPTY : FakePlugin.nothing();
      assertItsFault(failure(), "run: it threw");
    }
  }

  @Test
  void whateverItThrowsWhenItCombinesFailsItsJobOnly() {
    for (Callable<Boolean> thrown : throwing()) {
      plugin.reduce((_, _, _) -> FakePlugin.quietly(thrown));
      assertItsFault(failure(), "reduce: it threw");
    }
  }

  @Test
  void itsOwnWordsAboutTheUsersInputArePassedOn() {
    plugin.run =
        (_, _, _) -> {
          throw new MillraceException(ErrorCode.BAD_INPUT, "odd: line 3: no number: mend it\n");
        };
    assertThat(failure()).isEqualTo("odd: line 3: no number: mend it\\x0a");
    plugin.run = (_, _, _) -> Bytes.EMPTY;
    plugin.reduce((_, _, _) -> {
      throw new MillraceException(ErrorCode.BAD_INPUT, "odd: too much: take less");
    });
    assertThat(failure()).isEqualTo("odd: too much: take less");
    plugin.parse =
        () -> {
          throw new MillraceException(ErrorCode.INVALID_ARGUMENT, "odd: --x: unknown: leave it");
        };
    assertThatThrownBy(() -> house.submitFresh("odd", input))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage("odd: --x: unknown: leave it");
  }

  @Test
  void aFailureThatMayPassIsTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, output, _) -> {
          if (tries.incrementAndGet() < 3) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "odd: not now: later");
          }
          output.write('x');
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input))).asString(UTF_8).isEqualTo("x");
    assertThat(tries).hasValue(3);
  }

  @Test
  void nullIsNoAnswer() {
    plugin.parse = () -> false;
    assertItsFault(refusal(), "null");
    plugin.parse = () -> true;
    plugin.split = FakePlugin::nothing;
    assertItsFault(refusal(), "its split is null");
    plugin.split = Split.Lines::new;
    plugin.combine = FakePlugin::nothing;
    assertItsFault(refusal(), "its way to combine is null");
    plugin.combine = () -> new Combine.Aggregate(FakePlugin.nothing());
    assertItsFault(refusal(), "its way to combine is null");
    plugin.combine = Combine.ConcatenateInOrder::new;
    plugin.run = (_, _, _) -> FakePlugin.nothing();
    assertItsFault(failure(), "its state is null");
  }

  @Test
  void aStateHasAtMostAMebibyte() {
    AtomicReference<List<TaskResult>> seen = new AtomicReference<>(List.of());
    plugin.split = Split.WholeFile::new;
    plugin.reduce((_, results, _) -> seen.set(results));
    plugin.run = (_, _, _) -> Bytes.copyOf(new byte[1 << 20]);
    assertThat(house.output(house.submitFresh("odd", input))).isEmpty();
    assertThat(seen.get().getFirst().state().length()).isEqualTo(1 << 20);
    plugin.run = (_, _, _) -> Bytes.copyOf(new byte[(1 << 20) + 1]);
    assertItsFault(failure(), "1048577 bytes, more than the 1048576 allowed");
  }

  @Test
  void countersAreFewAndHaveShortNames() {
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, _, context) -> {
          for (int i = 0; i < 1000; i++) {
            context.add("lines", 2);
          }
          for (int i = 0; i < 63; i++) {
            context.add("c" + i, 1);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    assertThat(house.output(id)).isEmpty();
    plugin.run =
        (_, _, context) -> {
          for (int i = 0; true; i++) {
            context.add("c" + i, 1);
          }
        };
    assertItsFault(failure(), "more than 64 counters");
    plugin.run =
        (_, _, context) -> {
          context.add("c".repeat(65), 1);
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "1 to 64 characters");
    plugin.run =
        (_, _, context) -> {
          context.add(FakePlugin.nothing(), 1);
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "NullPointerException");
  }

  @Test
  void countersReachTheCombiningStep() {
    AtomicReference<List<TaskResult>> seen = new AtomicReference<>(List.of());
    plugin.split = Split.WholeFile::new;
    plugin.reduce((_, results, _) -> seen.set(results));
    plugin.run =
        (_, _, context) -> {
          context.add("lines", 2);
          context.add("lines", 3);
          return Bytes.EMPTY;
        };
    house.output(house.submitFresh("odd", input));
    assertThat(seen.get().getFirst().counters()).containsEntry("lines", 5L).hasSize(1);
  }

  @Test
  void whoAggregatesWritesNoOutput() {
    plugin.reduce((_, _, answer) -> answer.write('x'));
    plugin.run =
        (_, output, _) -> {
          output.write('y');
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "it wrote output, though it aggregates");
  }

  @Test
  void aStreamAroundTheOutputMayBeClosed() {
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, output, _) -> {
          try (PrintStream print = new PrintStream(output, true, UTF_8)) {
            for (int i = 0; i < 100_000; i++) {
              print.println(i);
            }
          }
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input)))
        .asString(UTF_8)
        .startsWith("0\n1\n")
        .endsWith("\n99999\n")
        .hasLineCount(100_000);
  }

  @Test
  void whatIsWrittenOnAnotherThreadFailsTheJob() {
    List<Throwable> thrown = new ArrayList<>();
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, output, _) -> {
          Thread other =
              Thread.ofPlatform()
                  .uncaughtExceptionHandler((_, e) -> thrown.add(e))
                  .start(() -> FakePlugin.quietly(() -> write(output)));
          other.join();
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "it wrote on a thread of its own");
    assertThat(thrown).singleElement().isInstanceOf(MillraceException.class);
    plugin.run =
        (piece, _, _) -> {
          CompletableFuture.runAsync(
                  () -> piece.read(piece.segments().getFirst(), 0, new byte[1], 0, 1),
                  Thread::startVirtualThread)
              .exceptionally(_ -> FakePlugin.nothing())
              .join();
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "it read on a thread of its own");
  }

  private static boolean write(OutputStream output) throws IOException {
    output.write('z');
    return true;
  }

  @Test
  void whatIsUsedAfterTheEndReachesNothing() {
    AtomicReference<OutputStream> kept = new AtomicReference<>(OutputStream.nullOutputStream());
    AtomicReference<PieceInput> keptInput = new AtomicReference<>();
    AtomicReference<TaskContext> keptContext = new AtomicReference<>();
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (piece, output, context) -> {
          kept.set(output);
          keptInput.set(piece);
          keptContext.set(context);
          output.write("whole".getBytes(UTF_8));
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    assertThat(house.output(id)).asString(UTF_8).isEqualTo("whole");
    Segment segment = keptInput.get().segments().getFirst();
    for (Callable<?> late :
        List.<Callable<?>>of(
            () -> write(kept.get()),
            () -> keptInput.get().read(segment, 0, new byte[1], 0, 1),
            () -> keptContext.get().buffer())) {
      assertThatThrownBy(late::call)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("after its end");
    }
    assertThat(house.output(id)).asString(UTF_8).isEqualTo("whole");
  }

  @Test
  void readsItsOwnSegmentsAndNothingBeyondThem() {
    ObjectRef second = house.put("second", "second");
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (piece, output, _) -> {
          byte[] buffer = new byte[200];
          for (Segment segment : piece.segments()) {
            long length = segment.lengthBytes();
            assertThat(piece.read(segment, length, buffer, 0, 10)).isZero();
            assertThat(piece.read(segment, length + 5, buffer, 0, 10)).isZero();
            assertThat(piece.read(segment, Long.MAX_VALUE, buffer, 0, 10)).isZero();
            assertThat(piece.read(segment, 0, buffer, 0, 0)).isZero();
            assertThat(piece.read(segment, length - 3, buffer, 1, 100)).isEqualTo(3);
            output.write(buffer, 1, 3);
          }
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input, second)))
        .asString(UTF_8)
        .isEqualTo("ll.ond");
    for (Segment foreign :
        List.of(
            new Segment(0, "in", 0, TEXT.length() + 1L),
            new Segment(0, "other", 0, TEXT.length()),
            new Segment(1, "second", 0, 6),
            new Segment(Integer.MAX_VALUE, "in", 0, 1))) {
      plugin.run =
          (piece, _, _) -> {
            piece.read(foreign, 0, new byte[10], 0, 10);
            return Bytes.EMPTY;
          };
      assertItsFault(failure(), "which is not of its piece");
    }
    plugin.run =
        (piece, _, _) -> {
          piece.read(piece.segments().getFirst(), -1, new byte[10], 0, 10);
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "from position -1");
    plugin.run =
        (piece, _, _) -> {
          piece.read(piece.segments().getFirst(), 0, new byte[10], 5, 10);
          return Bytes.EMPTY;
        };
    assertItsFault(failure(), "IndexOutOfBounds");
  }

  @Test
  void aPieceNeedNotBeReadToItsEnd() {
    plugin.run =
        (piece, output, _) -> {
          byte[] one = new byte[1];
          output.write(one, 0, piece.read(piece.segments().getFirst(), 0, one, 0, 1));
          return Bytes.EMPTY;
        };
    JobProgress end = house.awaitEnd(house.submitFresh("odd", input));
    assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.inputBytesDone()).isEqualTo(TEXT.length());
    assertThat(end.outputBytes()).isEqualTo(end.piecesTotal());
  }

  @Test
  void anyLeastSizeOfPiecesWillDo() {
    plugin.run =
        (piece, output, context) -> {
          byte[] buffer = context.buffer();
          for (Segment segment : piece.segments()) {
            output.write(buffer, 0, piece.read(segment, 0, buffer, 0, buffer.length));
          }
          return Bytes.EMPTY;
        };
    for (long least : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      plugin.split = () -> new Split.Bytes(least);
      JobId id = house.submitFresh("odd", input);
      assertThat(house.output(id)).asString(UTF_8).isEqualTo(TEXT);
      int pieces = house.jobs().progress(id).piecesTotal();
      assertThat(pieces).isBetween(1, TEXT.length());
    }
  }

  @Test
  void itsSplitStaysAsItSaidFirst() {
    AtomicBoolean second = new AtomicBoolean();
    plugin.split = () -> second.getAndSet(true) ? new Split.WholeFile() : new Split.Bytes(1);
    AtomicInteger asked = new AtomicInteger();
    plugin.combine =
        () -> {
          asked.incrementAndGet();
          return new Combine.ConcatenateInOrder();
        };
    plugin.run =
        (piece, output, _) -> {
          output.write(piece.segments().size());
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input)).length).isGreaterThan(2);
    assertThat(asked).hasValue(1);
  }

  @Test
  void damagedInputIsNotAnsweredWhateverItMakesOfIt() {
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (piece, output, _) -> {
          try {
            piece.read(piece.segments().getFirst(), 0, new byte[10], 0, 10);
          } catch (RuntimeException _) {
            output.write('?');
          }
          return Bytes.EMPTY;
        };
    house.store.failNextRead(ErrorCode.CORRUPT_DATA);
    assertThat(failure()).startsWith("content: told to fail");
    plugin.run =
        (piece, _, _) -> {
          try {
            piece.read(piece.segments().getFirst(), 0, new byte[10], 0, 10);
          } catch (RuntimeException _) {
            // as if nothing had happened
          }
          return Bytes.EMPTY;
        };
    house.store.failNextRead(ErrorCode.CORRUPT_DATA);
    assertThat(failure()).startsWith("content: told to fail");
  }

  @Test
  void aFailedReadIsTheReasonEvenWhenItThrowsSomethingElse() {
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (piece, _, _) -> {
          try {
            piece.read(piece.segments().getFirst(), 0, new byte[10], 0, 10);
          } catch (RuntimeException e) {
            throw new IllegalStateException("wrapped", e);
          }
          return Bytes.EMPTY;
        };
    house.store.failNextRead(ErrorCode.CORRUPT_DATA);
    assertThat(failure()).startsWith("content: told to fail");
    house.store.failNextRead(ErrorCode.UNAVAILABLE);
    assertThat(house.output(house.submitFresh("odd", input))).isEmpty();
  }

  @Test
  void aStackThatOverflowsWhileReadingHoldsNothing() {
    plugin.split = Split.WholeFile::new;
    plugin.run = (piece, _, _) -> Bytes.copyOf(new byte[readDeeper(piece)]);
    for (int i = 0; i < 10; i++) {
      assertItsFault(failure(), "StackOverflowError");
    }
  }

  private static int readDeeper(PieceInput piece) {
    return piece.read(piece.segments().getFirst(), 0, new byte[1], 0, 1) + readDeeper(piece);
  }

  @Test
  void anInterruptOfItsOwnHarmsNobody() {
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (piece, output, context) -> {
          Thread.currentThread().interrupt();
          byte[] buffer = context.buffer();
          output.write(
              buffer, 0, piece.read(piece.segments().getFirst(), 0, buffer, 0, buffer.length));
          return Bytes.EMPTY;
        };
    assertThat(house.output(house.submitFresh("odd", input))).asString(UTF_8).isEqualTo(TEXT);
    assertGoesOn();
  }

  @Test
  void whatIsKeptComesBackInTheNextTaskOfTheSlot() {
    Semaphore made = new Semaphore(0);
    ConcurrentLinkedQueue<Semaphore> closed = new ConcurrentLinkedQueue<>();
    final class Kept implements AutoCloseable {
      private int uses;

      @Override
      public void close() {
        closed.add(made);
      }
    }
    AtomicInteger most = new AtomicInteger();
    plugin.run =
        (_, _, context) -> {
          Kept kept =
              context.kept(
                  Kept.class,
                  () -> {
                    made.release();
                    return new Kept();
                  });
          most.accumulateAndGet(++kept.uses, Math::max);
          return Bytes.EMPTY;
        };
    JobProgress end = house.awaitEnd(house.submitFresh("odd", input));
    assertThat(end.piecesTotal()).isGreaterThan(JobHouse.SLOTS);
    assertThat(made.availablePermits()).isBetween(1, JobHouse.SLOTS);
    assertThat(most.get()).isGreaterThan(1);
    house.close();
    assertThat(closed).hasSize(made.availablePermits());
    plugin.run =
        (_, _, context) -> {
          context.kept(AutoCloseable.class, FakePlugin::nothing);
          return Bytes.EMPTY;
        };
    house.restart();
    assertItsFault(failure(), "it made null to keep");
  }

  @Test
  void anAnswerWithoutBytesIsAnAnswer() {
    plugin.reduce((_, _, _) -> {});
    JobId id = house.submitFresh("odd", input);
    assertThat(house.output(id)).isEmpty();
    assertThat(house.awaitEnd(id).job().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aTaskThatNeverEndsIsLeftBehindWhenItsJobIsCancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(JobHouse.SLOTS);
    plugin.run =
        (_, _, _) -> {
          begun.countDown();
          waitForever();
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertGoesOn();
  }

  @Test
  void aTaskThatChecksEndsSoonWhenItsJobIsCancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(JobHouse.SLOTS);
    CountDownLatch ended = new CountDownLatch(JobHouse.SLOTS);
    plugin.run =
        (_, _, context) -> {
          begun.countDown();
          try {
            while (never.getCount() > 0) {
              context.check();
              Thread.onSpinWait();
            }
          } finally {
            ended.countDown();
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    ended.await();
    assertGoesOn();
  }

  @Test
  void aPluginWhoseCallsNeverEndIsNotCalledAnyMore() throws Exception {
    plugin.split = Split.WholeFile::new;
    Semaphore begun = new Semaphore(0);
    Semaphore ended = new Semaphore(0);
    plugin.run =
        (_, _, _) -> {
          begun.release();
          waitForever();
          ended.release();
          return Bytes.EMPTY;
        };
    for (int i = 0; i < 4; i++) {
      JobId id = house.submitFresh("odd", input);
      begun.acquire();
      assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    }
    plugin.run = (_, _, _) -> Bytes.EMPTY;
    assertThat(refusal()).contains("4 of its calls", "restart the node");
    never.countDown();
    ended.acquire(4);
    // they end on threads of their own, and are counted a moment later
    while (true) {
      try {
        assertThat(house.output(house.submitFresh("odd", input))).isEmpty();
        return;
      } catch (MillraceException e) {
        assertThat(e).hasMessageContaining("of its calls");
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aCombiningStepThatNeverEndsStopsWhenItsJobIsCancelled() throws Exception {
    Semaphore begun = new Semaphore(0);
    plugin.reduce((_, _, answer) -> {
      answer.write('x');
      begun.release();
      waitForever();
    });
    JobId id = house.submitFresh("odd", input);
    begun.acquire();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertThatThrownBy(() -> house.output(id))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertGoesOn();
  }

  @Test
  void aCombiningStepThatWritesWithoutEndStopsWhenItsJobIsCancelled() throws Exception {
    Semaphore begun = new Semaphore(0);
    AtomicBoolean ended = new AtomicBoolean();
    plugin.reduce((_, _, answer) -> {
      try {
        for (long i = 0; never.getCount() > 0; i++) {
          if (i == 100_000) {
            begun.release();
          }
          answer.write(i < 1_000_000 ? new byte[1] : new byte[0]);
        }
      } finally {
        ended.set(true);
      }
    });
    JobId id = house.submitFresh("odd", input);
    begun.acquire();
    assertThat(house.jobs().cancel(id).job().state()).isEqualTo(JobState.CANCELLED);
    assertGoesOn();
  }

  @Test
  void theNodeStopsThoughItsCodeNeverEnds() throws Exception {
    Semaphore begun = new Semaphore(0);
    plugin.split = Split.WholeFile::new;
    plugin.run =
        (_, _, _) -> {
          begun.release();
          waitForever();
          return Bytes.EMPTY;
        };
    JobId running = house.submitFresh("odd", input);
    begun.acquire();
    plugin.run = (_, _, _) -> Bytes.EMPTY;
    plugin.reduce((_, _, _) -> {
      begun.release();
      waitForever();
    });
    JobId combining = house.submitFresh("odd", input);
    begun.acquire();
    house.restart();
    assertThat(house.jobs().progress(running).job().state().ended()).isFalse();
    assertThat(house.jobs().progress(combining).job().state().ended()).isFalse();
    plugin.reduce((_, _, answer) -> answer.write('x'));
    assertThat(house.jobs().resumeAll()).isEqualTo(2);
    assertThat(house.output(combining)).asString(UTF_8).isEqualTo("x");
    assertThat(house.awaitEnd(running).job().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aJobWhosePluginFailsAfterARestartFailsAndTheNodeStarts() {
    plugin.run =
        (_, _, context) -> {
          while (never.getCount() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    house.restart();
    plugin.parse =
        () -> {
          throw new IllegalStateException("not today");
        };
    assertThat(house.jobs().resumeAll()).isZero();
    JobProgress end = house.jobs().progress(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertItsFault(end.job().failure().orElseThrow(), "not today");
  }

  @Test
  void aJobWhosePiecesFitItsPluginNoMoreFailsAndTheNodeStarts() {
    plugin.run =
        (piece, _, context) -> {
          while (never.getCount() > 0 && piece.segments().getFirst().offset() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    house.awaitPieces(id, 1);
    house.restart();
    plugin.split = Split.WholeFile::new;
    assertThat(house.jobs().resumeAll()).isZero();
    JobProgress end = house.jobs().progress(id);
    assertThat(end.job().state()).isEqualTo(JobState.FAILED);
    assertThat(end.job().failure().orElseThrow()).contains("don't fit", "submit it again");
    assertGoesOn();
  }

  @Test
  void aJobThatMayNotGoOnFailsWithTheReason() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    plugin.run =
        (_, _, context) -> {
          begun.countDown();
          while (never.getCount() > 0) {
            context.check();
            never.await(5, TimeUnit.MILLISECONDS);
          }
          return Bytes.EMPTY;
        };
    JobId id = house.submitFresh("odd", input);
    begun.await();
    house.restart();
    assertThat(house.jobs().resumeAll((_, tasks) -> Optional.of("no: " + tasks))).isZero();
    assertThat(house.jobs().progress(id).job().failure()).contains("no: 0");
  }
}
