package dev.millrace.cli.show;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.base.ByteUnits;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
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
  private static final int BAR_COLUMNS = 20;

  private final String task;
  private final PrintStream err;
  private final Style style;
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

  /// Gives the estimate that stands instead of one from the bytes so far.
  public void remaining(Optional<Long> millis) {
    remainingMillis = millis;
  }

  private ProgressBar bar(long totalBytes) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(totalBytes)
              .setUpdateIntervalMillis(style.redrawn() ? REDRAW_MILLIS : LINE_MILLIS)
              .setConsumer(consumer())
              .setRenderer((state, columns) -> cut(render(state), columns))
              .build();
    }
    return bar;
  }

  private String render(ProgressState state) {
    long done = state.getCurrent();
    long total = state.isIndefinite() ? -1 : Math.max(state.getMax(), done);
    long elapsedMillis = Math.max(1, state.getElapsedAfterStart().toMillis());
    StringBuilder line = new StringBuilder(task);
    if (total > 0) {
      int filled = (int) ((double) done / total * BAR_COLUMNS);
      line.append(String.format(Locale.ROOT, " %3d%% [", (long) ((double) done / total * 100)));
      line.repeat('=', filled).repeat(' ', BAR_COLUMNS - filled).append(']');
    }
    line.append(' ').append(ByteUnits.format(done));
    if (total > 0) {
      line.append(" of ").append(ByteUnits.format(total));
    }
    long bytesPerSecond = (long) ((double) done * 1000 / elapsedMillis);
    line.append(", ").append(ByteUnits.format(bytesPerSecond)).append("/s");
    if (total > done && done > 0) {
      long linear = (long) ((double) elapsedMillis / done * (total - done));
      line.append(", ").append(Printable.duration(remainingMillis.orElse(linear))).append(" left");
    }
    String note = Printable.of(state.getExtraMessage());
    return note.isEmpty() ? line.toString() : line.append(", ").append(note).toString();
  }

  private static String cut(String line, int columns) {
    return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
  }

  private ProgressBarConsumer consumer() {
    return style.redrawn()
        ? new ConsoleProgressBarConsumer(err, style.columns())
        : new DelegatingProgressBarConsumer(line -> err.println(line.strip()), style.columns());
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
