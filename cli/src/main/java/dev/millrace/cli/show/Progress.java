package dev.millrace.cli.show;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// One progress bar on standard error: bytes, speed, time left, and a note. The bar is made at the
/// first report, so that what is done at once shows none. Thread-safe.
public final class Progress implements AutoCloseable {
  /// Where and whether bars are drawn.
  ///
  /// @param shown whether at all
  /// @param redrawn whether the line can be drawn over; otherwise each state is a line
  public record Style(boolean shown, boolean redrawn, int columns) {}

  private static final int REDRAW_MILLIS = 250;
  private static final int LINE_MILLIS = 2000;

  private final String task;
  private final PrintStream err;
  private final Style style;
  private final AtomicLong doneBytes = new AtomicLong();
  private volatile Optional<Long> remainingMillis = Optional.empty();
  private @Nullable ProgressBar bar;

  public Progress(String task, OutputStream err, Style style) {
    this.task = task;
    this.err = new PrintStream(err, true, UTF_8);
    this.style = style;
  }

  /// Reports the bytes done so far. `totalBytes` below 0 means that nobody knows.
  public void at(long bytes, long totalBytes, String note) {
    if (!style.shown()) {
      return;
    }
    synchronized (this) {
      ProgressBar shown = bar(totalBytes);
      if (totalBytes >= 0) {
        shown.maxHint(totalBytes);
      }
      shown.stepTo(bytes);
      shown.setExtraMessage(note);
    }
  }

  /// Adds bytes to those done.
  public void add(long bytes, long totalBytes, String note) {
    if (style.shown()) {
      at(doneBytes.addAndGet(bytes), totalBytes, note);
    }
  }

  /// Gives the estimate that stands instead of the bar's own.
  public void remaining(Optional<Long> millis) {
    remainingMillis = millis;
  }

  private ProgressBar bar(long totalBytes) {
    if (bar == null) {
      ProgressBarBuilder builder =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(totalBytes)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit("MiB", ByteUnits.MIB)
              .setUpdateIntervalMillis(style.redrawn() ? REDRAW_MILLIS : LINE_MILLIS)
              .setConsumer(consumer())
              .setEtaFunction(state ->
                  remainingMillis.isPresent()
                      ? remainingMillis.map(Duration::ofMillis)
                      : linear(
                          state.getCurrent(),
                          state.getMax(),
                          state.getElapsedAfterStart().toMillis()))
              .showSpeed();
      bar = builder.build();
    }
    return bar;
  }

  private static Optional<Duration> linear(long done, long total, long elapsedMillis) {
    return done <= 0 || total <= done
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) ((double) elapsedMillis / done * (total - done))));
  }

  private ProgressBarConsumer consumer() {
    return style.redrawn()
        ? new ConsoleProgressBarConsumer(err, style.columns())
        : new DelegatingProgressBarConsumer(err::println, style.columns());
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
