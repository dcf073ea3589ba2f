package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.Seeding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera learn`: a codebook for vectors, by k-means.
@Command(
    name = "learn",
    description =
        "Learns a codebook from vectors by k-means; the same seed gives the same codebook.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class LearnCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private VectorsOption vectors = new VectorsOption();

  @Option(names = "--codes", required = true, paramLabel = "K", description = "How many codewords.")
  private int codes;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description = "Of the random choices (default: 0).")
  private long seed;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "CODEBOOK.npy",
      description = "Where the codewords go: float32 [K x dim].")
  private Path output = Path.of("");

  @Option(
      names = "--iterations",
      defaultValue = "25",
      paramLabel = "N",
      description =
          "The most steps that are taken (default: 25); fewer where nothing changes any more.")
  private int iterations;

  @Option(
      names = "--metric",
      defaultValue = "l2",
      paramLabel = "METRIC",
      description = "l2, or cosine for unit codewords (default: l2).")
  private Metric metric = Metric.L2;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  LearnCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    KMeansOptions options = options();
    vectors.keepInput(output, vectors.location());
    Tensor tensor = vectors.open();
    try (Tessera tessera = backend.open();
        NpyWriter writer =
            Writing.to(output, () -> NpyWriter.matrix(output, ElementType.F32, tensor.columns()))) {
      long start = System.nanoTime();
      LearnedCodebook learned = learn(tessera, tensor, options);
      double seconds = (System.nanoTime() - start) / 1e9;
      Writing.to(
          output,
          () -> {
            writer.append(learned.codebook().codewords());
            writer.commit();
            return output;
          });
      tell(tessera, learned, tensor, seconds);
    }
    return Main.DONE;
  }

  private KMeansOptions options() {
    try {
      return new KMeansOptions(codes, seed, iterations, metric, Seeding.KMEANS_PLUS_PLUS);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private LearnedCodebook learn(Tessera tessera, Tensor tensor, KMeansOptions options)
      throws IOException {
    FloatMatrix matrix;
    try {
      matrix = tensor.floats(vectors.rounding());
    } catch (IOException e) {
      throw vectors.explain(e);
    }
    try (Progress progress = Progress.start(console, "learn", iterations)) {
      return tessera.learn(matrix, options, (iteration, changed) -> progress.at(iteration));
    } catch (IllegalArgumentException e) {
      throw new IOException(tensor.source() + ": " + e.getMessage(), e);
    }
  }

  private void tell(Tessera tessera, LearnedCodebook learned, Tensor tensor, double seconds)
      throws IOException {
    double rate = seconds == 0 ? 0 : tensor.rows() * (double) learned.iterations() / seconds;
    console.notice(
        "%,d codewords of %d columns from %,d vectors: %d iterations (%s) in %s, %s by %s",
        learned.codebook().size(),
        tensor.columns(),
        tensor.rows(),
        learned.iterations(),
        learned.converged() ? "converged" : "not converged: --iterations allows more",
        Text.duration(seconds),
        Text.rate(rate, "vectors"),
        BackendOption.served(learned.report().backends(), tessera.report()));
    if (learned.reseeded() > 0) {
      console.notice("%,d empty clusters were re-seeded on the way", learned.reseeded());
    }
    backend.explainSlowness(console, learned.report(), tessera.report());
    console.notice("wrote %s", output);
    if (common.json()) {
      new Summary()
          .with("command", "learn")
          .with("vectors", tensor.source())
          .with("rows", tensor.rows())
          .with("columns", tensor.columns())
          .with("codes", codes)
          .with("seed", seed)
          .with("metric", metric.name().toLowerCase(Locale.ROOT))
          .with("output", output)
          .with("iterations", learned.iterations())
          .with("converged", learned.converged())
          .with("reseeded", learned.reseeded())
          .with("seconds", seconds)
          .with("vectors_per_second", rate)
          .withBackends(learned.report(), tessera.report(), "vectors")
          .printTo(console);
    }
  }
}
