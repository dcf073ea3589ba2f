package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.HopOptions;
import dev.tessera.graph.HopOptions.Layout;
import dev.tessera.graph.Normalization;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyImage;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera hops`: the features of each node and the aggregates of its neighbours, hop by hop.
/// Features are read from the mapped file some columns at a time and tokens go to the mapped
/// output, so that neither has to fit in memory.
@Command(
    name = "hops",
    description = "Writes hop tokens: each node's features, and its neighbours' hop by hop.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class HopsCommand implements Callable<Integer> {
  /// The rules, by the names of the command line.
  @SuppressWarnings("ImmutableEnumChecker") // records and enums alone
  enum Aggregate {
    SYM(Normalization.SYMMETRIC),
    ROW(Normalization.ROW),
    COLUMN(Normalization.COLUMN),
    SUM(Normalization.SUM),
    MEAN(Normalization.MEAN),
    MAX(Normalization.MAX);

    private final Normalization normalization;

    Aggregate(Normalization normalization) {
      this.normalization = normalization;
    }
  }

  /// The layouts, by the names of the command line.
  enum LayoutName {
    NODE(Layout.NODE_MAJOR),
    HOP(Layout.HOP_MAJOR);

    private final Layout layout;

    LayoutName(Layout layout) {
      this.layout = layout;
    }
  }

  /// How rows may be held, by the names of the command line.
  enum StorageName {
    FLOAT32(Storage.FLOAT32),
    BF16(Storage.BFLOAT16);

    private final Storage storage;

    StorageName(Storage storage) {
      this.storage = storage;
    }
  }

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private GraphOption graphs = new GraphOption();

  @Option(
      names = "--features",
      required = true,
      paramLabel = "X",
      converter = VectorsOption.LocationConverter.class,
      description =
          "A row a node [nodes x dim]: FILE.npy, FILE.npz:NAME, FILE.safetensors:NAME,"
              + " FILE.pt:NAME.")
  private @Nullable TensorLocation featuresLocation;

  @Option(names = "--hops", required = true, paramLabel = "K", description = "How many hops.")
  private int hops;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "TOKENS.npy",
      description = "Where the tokens go: float32 [nodes x (K + 1) x dim], the features first.")
  private Path output = Path.of("");

  @Option(
      names = "--aggregate",
      defaultValue = "sym",
      paramLabel = "RULE",
      description =
          "sym (D^-1/2 A D^-1/2), row (D^-1 A), column (A D^-1), sum, mean or max (default: sym).")
  private Aggregate aggregate = Aggregate.SYM;

  @Option(names = "--self-loops", description = "Add an edge from each node to itself: A + I.")
  private boolean selfLoops;

  @Option(
      names = "--layout",
      defaultValue = "node",
      paramLabel = "LAYOUT",
      description =
          "node, or hop for [(K + 1) x nodes x dim], which is cheaper to write (default: node).")
  private LayoutName layout = LayoutName.NODE;

  @Option(names = "--last-only", description = "Write the last hop alone: [nodes x dim].")
  private boolean lastOnly;

  @Option(
      names = "--storage",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description =
          "float32, or bf16: rows may be rounded while they are gathered, half the traffic, at an"
              + " error of 2^-9 of each value at most (default: float32).")
  private StorageName storage = StorageName.FLOAT32;

  @Option(
      names = "--memory",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      defaultValue = "1G",
      description =
          "What hops may be computed in, as in 512M: larger features are taken some columns at a"
              + " time (default: 1G).")
  private long memory = HopOptions.DEFAULT_BUFFER_BYTES;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  HopsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (hops < 0) {
      throw new ParameterException(spec.commandLine(), "--hops must be at least 0, not " + hops);
    }
    HopOptions options =
        HopOptions.of(hops)
            .withLayout(layout.layout)
            .withBufferBytes(memory)
            .withStorage(storage.storage)
            .withScratch(output.toAbsolutePath().getParent());
    options = lastOnly ? options.withLastOnly() : options;
    keepInputs();
    Tensor tensor = location().open();
    int columns = tensor.columns(); // a matrix, or an error now
    if (tensor.rows() > Integer.MAX_VALUE) {
      throw new IOException(
          "%s has %d rows, a graph less than 2^31 nodes".formatted(tensor.source(), tensor.rows()));
    }
    long start = System.nanoTime();
    Graph graph = graphs.load((int) tensor.rows(), backend.options().threads());
    FloatMatrix features = features(tensor);
    double readSeconds = (System.nanoTime() - start) / 1e9;
    Normalization normalization =
        selfLoops ? aggregate.normalization.withSelfLoops() : aggregate.normalization;
    try (Tessera tessera = backend.open();
        HopAggregator aggregator = tessera.hops(graph, normalization)) {
      start = System.nanoTime();
      write(aggregator, features, options);
      double seconds = (System.nanoTime() - start) / 1e9;
      tell(tessera, aggregator, columns, options, readSeconds, seconds);
    }
    return Main.DONE;
  }

  private TensorLocation location() {
    if (featuresLocation == null) {
      throw new IllegalStateException("picocli has not parsed the arguments");
    }
    return featuresLocation;
  }

  private void keepInputs() throws IOException {
    Path path = graphs.path();
    Path[] inputs = {
      location().file(),
      path,
      Path.of(path + "_indptr.npy"),
      Path.of(path + "_indices.npy"),
      Path.of(path + "_weights.npy")
    };
    for (Path input : inputs) {
      if (Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input)) {
        throw new ParameterException(
            spec.commandLine(), "the output " + output + " would replace the input of that name");
      }
    }
  }

  private FloatMatrix features(Tensor tensor) throws IOException {
    try {
      return tensor.floats(graphs.rounding());
    } catch (IOException e) {
      throw VectorsOption.explained(e);
    }
  }

  private void write(HopAggregator aggregator, FloatMatrix features, HopOptions options)
      throws IOException {
    long nodes = features.rows();
    int dim = features.columns();
    boolean byNode = options.layout() == Layout.NODE_MAJOR;
    long first = byNode ? nodes : options.kept();
    long second = byNode ? options.kept() : nodes;
    long[] shape = lastOnly ? new long[] {nodes, dim} : new long[] {first, second, dim};
    try (NpyImage image =
            Writing.to(output, () -> NpyImage.create(output, ElementType.F32, shape));
        Progress progress = Progress.start(console, "hops", dim)) {
      FloatTensor packed = FloatTensor.of(image.elements(), first, second, dim);
      FloatTensor tokens = byNode ? packed : packed.swapped();
      Writing.to(
          output,
          () -> {
            try {
              aggregator.aggregate(features, options, tokens, (done, _) -> progress.at(done));
            } catch (UncheckedIOException e) {
              throw e.getCause();
            }
            image.commit();
            return output;
          });
    }
  }

  private void tell(
      Tessera tessera,
      HopAggregator aggregator,
      int columns,
      HopOptions options,
      double readSeconds,
      double seconds) {
    double rate = seconds == 0 ? 0 : (double) aggregator.edges() * hops / seconds;
    console.notice(
        "%,d nodes, %,d edges, read in %s; %d hops of %d columns: %s in %s by %s",
        aggregator.nodes(),
        aggregator.edges(),
        Text.duration(readSeconds),
        hops,
        columns,
        Text.rate(rate, "edges"),
        Text.duration(seconds),
        BackendOption.served(aggregator.report().backends(), tessera.report()));
    backend.explainSlowness(console, aggregator.report(), tessera.report());
    console.notice("wrote %s", output);
    if (common.json()) {
      new Summary()
          .with("command", "hops")
          .with("graph", graphs.path())
          .with("features", location().toString())
          .with("nodes", aggregator.nodes())
          .with("edges", aggregator.edges())
          .with("columns", columns)
          .with("hops", hops)
          .with("aggregate", aggregate.name().toLowerCase(Locale.ROOT))
          .with("self_loops", selfLoops)
          .with("kept_hops", options.kept())
          .with("storage", storage.name().toLowerCase(Locale.ROOT))
          .with("output", output)
          .with("read_seconds", readSeconds)
          .with("seconds", seconds)
          .with("edges_per_second", rate)
          .withBackends(aggregator.report(), tessera.report(), "rows")
          .printTo(console);
    }
  }
}
