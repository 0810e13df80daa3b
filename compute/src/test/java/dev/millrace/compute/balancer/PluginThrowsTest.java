package dev.millrace.compute.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.base.Bytes;
import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Plug-ins that throw whatever can be thrown: their jobs fail and say whose fault it is, and the
/// node goes on.
final class PluginThrowsTest extends AbstractPluginTest {
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
    return depth < 0 ? 0 : deeper(depth + 1) + 1;
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
    int count = piece.read(piece.segments().getFirst(), 0, new byte[1], 0, 1);
    return count == 0 ? 0 : count + readDeeper(piece);
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
}
