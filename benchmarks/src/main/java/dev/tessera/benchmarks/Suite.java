package dev.tessera.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Runs the JMH suites: JMH's own command line, with `-prof gc` (bytes allocated a call) and `-foe
/// true` (a benchmark that fails ends the run with an error, for example because its backend is
/// unavailable) to begin with.
///
/// ```
/// java -cp 'benchmarks/target/lib/*' dev.tessera.benchmarks.Suite NearestBenchmark -p shape=65536x8192x32
/// ```
public final class Suite {
  private Suite() {}

  /// Runs JMH.
  ///
  /// @param args JMH's own; `-h` lists them
  /// @throws IOException as JMH does
  public static void main(String[] args) throws IOException {
    List<String> all = new ArrayList<>(List.of("-prof", "gc", "-foe", "true"));
    all.addAll(List.of(args));
    org.openjdk.jmh.Main.main(all.toArray(String[]::new));
  }
}
