package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.page.Quantity;
import dev.tessera.benchmarks.results.Result;
import java.util.Locale;

/// A result in a few words, for those who watch.
final class Rates {
  private Rates() {}

  /// As in `891 k points/s, 2.1 % either way`.
  static String text(Result result) {
    Result.Throughput rate = result.throughput();
    return String.format(
        Locale.ROOT,
        "%s, %.1f %% either way",
        Quantity.rate(rate.value(), result.perCall().unit()),
        100 * rate.relativeError());
  }
}
