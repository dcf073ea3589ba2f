package dev.tessera.cli;

import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar with rate and time left, if someone watches; else nothing. It vanishes when it is
/// closed.
final class Progress implements AutoCloseable {
  private static final int REFRESH_MILLIS = 200;

  /// Fits the narrowest usual terminal: a longer line would wrap, and could not be overwritten.
  private static final int WIDTH = 79;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /// Starts a bar.
  ///
  /// @param task what is being done, in one word
  /// @param end the count at which it is done
  static Progress start(Console console, String task, long end) {
    if (!console.terminal()) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(end)
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .setStyle(
                System.err.charset().newEncoder().canEncode('\u2588')
                    ? ProgressBarStyle.UNICODE_BLOCK
                    : ProgressBarStyle.ASCII)
            .showSpeed(new DecimalFormat("#,##0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .clearDisplayOnFinish()
            .setConsumer(new Line(console.err()))
            .build());
  }

  /// Tells how much is done.
  void at(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /// One line, written over and over. (The library's own console consumers ask JLine for the
  /// terminal, which unpacks native code into a temporary folder.)
  private record Line(PrintWriter err) implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
    }

    @Override
    public void accept(String rendered) {
      err.print("\r" + rendered);
      err.flush();
    }

    @Override
    public void clear() {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }

    @Override
    public void close() {}
  }
}
