package dev.tessera.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/// `tessera bench` where there are no benchmarks. In a checkout of the sources the launcher starts
/// the module `benchmarks` instead of this: JMH and the peers have no place in everyone's command.
@Command(
    name = "bench",
    description = {
      "Measures the backends and their peers, and shows it on a page. In a checkout of the sources"
          + " alone: ./tessera bench there; ./tessera bench --help lists its options."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  @SuppressWarnings("UnusedVariable") // written by picocli
  @Mixin
  private CommonOptions common = new CommonOptions();

  /// Whatever the benchmarks would be given.
  @SuppressWarnings("UnusedVariable") // written by picocli
  @Unmatched
  private List<String> others = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    throw new IOException(
        "this distribution has no benchmarks: get Tessera's sources, and run ./tessera bench in"
            + " their folder");
  }
}
