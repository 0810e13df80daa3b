package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Plug-ins that return, write and ask for what they may not, and what they may do.
final class PluginLiesTest extends AbstractPluginTest {
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
  void stagesAndFilesAreNotForPlugins() {
    for (Combine combine :
        List.of(
            new Combine.Files(),
            new Combine.Stages((_, _) -> {
              throw new IllegalStateException("nobody asks here");
            }))) {
      plugin.combine = () -> combine;
      assertItsFault(
          refusal(), "it combines by stages or files, which only built-in instructions can");
    }
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
}
