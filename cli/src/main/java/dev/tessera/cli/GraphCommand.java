package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.graph.GraphProfile;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.HopOptions;
import dev.tessera.graph.HopOptions.Layout;
import dev.tessera.graph.Normalization;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera graph`: what a graph is like, and what a hop over it costs on this machine.
@Command(
    name = "graph",
    description = "Tells what a graph is like, and what a hop over it costs here.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class GraphCommand implements Callable<Integer> {
  /// Features and hop for the measurement, in bytes, at most.
  private static final long MEASURED_BYTES = 1L << 30;

  /// A first run packs the graph and has its loops compiled.
  private static final int WARM_UP_RUNS = 2;

  private static final int BAR_CHARACTERS = 40;

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private GraphOption graphs = new GraphOption();

  @Option(
      names = "--columns",
      paramLabel = "D",
      defaultValue = "64",
      description =
          "How many columns the measured hop has; 0 measures none (default: 64, fewer where they"
              + " would take more than 1 GB).")
  private int columns = 64;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  GraphCommand(Console console) {
    this.console = console;
  }

  /// What a hop took.
  private record Cost(int columns, double seconds, KernelReport.Served served) {}

  @Override
  public Integer call() throws IOException {
    if (columns < 0) {
      throw new ParameterException(
          spec.commandLine(), "--columns must be at least 0, not " + columns);
    }
    long start = System.nanoTime();
    Graph graph = graphs.load(GraphOptions.FROM_EDGES, backend.options().threads());
    double readSeconds = (System.nanoTime() - start) / 1e9;
    GraphProfile profile = GraphProfile.of(graph);
    List<Cost> costs = new ArrayList<>();
    if (columns > 0 && graph.nodes() > 0) {
      try (Tessera tessera = backend.open()) {
        costs.add(measure(tessera, graph));
      }
    }
    tell(graph, profile, readSeconds, costs);
    return Main.DONE;
  }

  private Cost measure(Tessera tessera, Graph graph) {
    long most = MEASURED_BYTES / (2L * Float.BYTES * graph.nodes());
    int dim = Math.clamp(most, 1, columns);
    try (Arena arena = Arena.ofShared();
        HopAggregator hops = tessera.hops(graph, Normalization.SYMMETRIC)) {
      FloatMatrix features = FloatMatrix.allocate(arena, graph.nodes(), dim);
      FloatTensor hop = FloatTensor.allocate(arena, graph.nodes(), 1, dim);
      HopOptions last = HopOptions.of(1).withLastOnly().withLayout(Layout.NODE_MAJOR);
      double best = Double.POSITIVE_INFINITY;
      for (int run = 0; run < WARM_UP_RUNS + 3; run++) {
        long start = System.nanoTime();
        hops.aggregate(features, last, hop);
        double seconds = (System.nanoTime() - start) / 1e9;
        best = run < WARM_UP_RUNS ? best : Math.min(best, seconds);
      }
      KernelReport.Served served =
          hops.report().backends().stream()
              .max(java.util.Comparator.comparingLong(KernelReport.Served::calls))
              .orElseThrow();
      return new Cost(dim, best, served);
    }
  }

  private void tell(Graph graph, GraphProfile profile, double readSeconds, List<Cost> costs) {
    if (common.json()) {
      Summary summary =
          new Summary()
              .with("command", "graph")
              .with("graph", graphs.path())
              .with("nodes", graph.nodes())
              .with("edges", graph.edges())
              .with("weighted", graph.isWeighted())
              .with("sorted", graph.isSorted())
              .with("self_loops", profile.selfLoops())
              .with("empty_rows", profile.emptyRows())
              .with("components", profile.components())
              .with("largest_component", profile.largestComponent())
              .with("greatest_degree", profile.greatestDegree())
              .with("bytes", graph.bytes())
              .with("read_seconds", readSeconds)
              .with("degrees", degrees(profile));
      for (Cost cost : costs) {
        summary
            .with("hop_columns", cost.columns())
            .with("hop_seconds", cost.seconds())
            .with("hop_backend", cost.served().backend())
            .with("preparation_seconds", cost.served().preparation().nanos() / 1e9);
      }
      summary.printTo(console);
      return;
    }
    say("nodes               %,d", graph.nodes());
    say("edges               %,d%s", graph.edges(), graph.isWeighted() ? ", weighted" : "");
    say("self loops          %,d", profile.selfLoops());
    say(
        "components          %,d, the largest of %,d nodes",
        profile.components(), profile.largestComponent());
    say("memory              %,d bytes, read in %s", graph.bytes(), Text.duration(readSeconds));
    double mean = graph.nodes() == 0 ? 0 : (double) graph.edges() / graph.nodes();
    say("edges a row         %.2f, at most %,d", mean, profile.greatestDegree());
    Map<String, Long> degrees = degrees(profile);
    long most = Math.max(1, degrees.values().stream().mapToLong(rows -> rows).max().orElse(1));
    degrees.forEach(
        (degree, rows) ->
            say(
                "  %-17s %,12d  %s",
                degree, rows, "#".repeat((int) Math.ceilDiv(rows * BAR_CHARACTERS, most))));
    for (Cost cost : costs) {
      say(
          "a hop of %d columns %s by %s (%s), after preparing for %s",
          cost.columns(),
          Text.duration(cost.seconds()),
          cost.served().backend(),
          cost.served().detail(),
          Text.duration(cost.served().preparation().nanos() / 1e9));
    }
  }

  private void say(String format, Object... arguments) {
    console.out().println(Text.format(format, arguments));
  }

  /// How many rows have so many edges, as in `4-7`.
  private static Map<String, Long> degrees(GraphProfile profile) {
    Map<String, Long> degrees = new LinkedHashMap<>();
    long[] histogram = profile.histogram();
    for (int bucket = 0; bucket < histogram.length; bucket++) {
      long low = bucket == 0 ? 0 : 1L << (bucket - 1);
      long high = bucket == 0 ? 0 : (1L << bucket) - 1;
      degrees.put(low == high ? "" + low : low + "-" + high, histogram[bucket]);
    }
    return degrees;
  }
}
