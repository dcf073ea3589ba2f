package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.NanPolicy;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
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

/// `tessera quantize`: the id of the nearest codeword of each vector. Vectors stream from the
/// mapped file through the quantizer into the output, block by block, so that neither has to fit in
/// memory.
@Command(
    name = "quantize",
    description = "Writes the id of the nearest codeword of each vector.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class QuantizeCommand implements Callable<Integer> {
  /// Vectors a call, in bytes: much more than a call costs, little enough to be converted in
  /// memory.
  private static final long BLOCK_BYTES = 16L << 20;

  /// Work of a call, in multiplications: about a second, so that the progress bar moves with large
  /// codebooks, too.
  private static final long BLOCK_TERMS = 1L << 33;

  /// Vectors a call, at least: fewer would not pay for the call.
  private static final long LEAST_BLOCK_ROWS = 4096;

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private VectorsOption vectors = new VectorsOption();

  @Option(
      names = "--codebook",
      required = true,
      paramLabel = "CODEBOOK",
      converter = VectorsOption.LocationConverter.class,
      description = "The codewords [K x dim], in the formats of the vectors.")
  private @Nullable TensorLocation codebookLocation;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "IDS.npy",
      description = "Where the ids go: int32 [n].")
  private Path output = Path.of("");

  @Option(
      names = "--distances",
      paramLabel = "D.npy",
      description =
          "Where the distances go, too: float64 [n]; squared for l2, similarities for dot and"
              + " cosine.")
  private @Nullable Path distancesOutput;

  @Option(
      names = "--metric",
      defaultValue = "l2",
      paramLabel = "METRIC",
      description = "l2, dot or cosine (default: l2).")
  private Metric metric = Metric.L2;

  @Option(
      names = "--nan",
      defaultValue = "error",
      paramLabel = "RULE",
      description =
          "What becomes of a vector that holds a NaN or an infinity: error, or skip, which gives it"
              + " the id -1 (default: error).")
  private NanPolicy nan = NanPolicy.ERROR;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  QuantizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    TensorLocation codewords = codebookLocation();
    refuseOneFileForTwo(codewords);
    Tensor tensor = vectors.open();
    Codebook codebook = loadCodebook(codewords);
    if (tensor.columns() != codebook.dim()) {
      throw new IOException(
          "the vectors of %s have %d columns, the codebook %s has %d"
              .formatted(tensor.source(), tensor.columns(), codewords, codebook.dim()));
    }
    try (Tessera tessera = backend.open();
        Quantizer quantizer =
            tessera.quantizer(
                codebook, QuantizerOptions.of(metric).withNanPolicy(NanPolicy.SKIP))) {
      long start = System.nanoTime();
      long skipped = stream(tensor, quantizer);
      tell(tessera, quantizer, tensor, skipped, (System.nanoTime() - start) / 1e9);
    }
    return Main.DONE;
  }

  private TensorLocation codebookLocation() {
    if (codebookLocation == null) {
      throw new IllegalStateException("picocli has not parsed the arguments");
    }
    return codebookLocation;
  }

  private void refuseOneFileForTwo(TensorLocation codewords) throws IOException {
    if (distancesOutput != null && destination(output).equals(destination(distancesOutput))) {
      throw new ParameterException(
          spec.commandLine(), "--output and --distances are the same file, " + output);
    }
    for (Path written :
        distancesOutput == null ? new Path[] {output} : new Path[] {output, distancesOutput}) {
      vectors.keepInput(written, vectors.location());
      vectors.keepInput(written, codewords);
    }
  }

  /// The file that a name leads to, which need not exist.
  private static Path destination(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    Path folder = absolute.getParent();
    return folder == null || !Files.exists(folder)
        ? absolute.normalize()
        : folder.toRealPath().resolve(absolute.getFileName());
  }

  private Codebook loadCodebook(TensorLocation location) throws IOException {
    try {
      return Codebook.load(location, vectors.rounding());
    } catch (IOException e) {
      throw vectors.explain(e);
    }
  }

  /// Quantizes all vectors into the outputs, which appear when all of them are written.
  ///
  /// @return how many vectors had no nearest codeword
  private long stream(Tensor tensor, Quantizer quantizer) throws IOException {
    Path distancesPath = distancesOutput;
    try (NpyWriter ids = Writing.to(output, () -> NpyWriter.vector(output, ElementType.I32));
        NpyWriter distances =
            distancesPath == null
                ? null
                : Writing.to(
                    distancesPath, () -> NpyWriter.vector(distancesPath, ElementType.F64))) {
      long skipped = streamBlocks(tensor, quantizer, ids, distances);
      commit(ids, output);
      if (distances != null && distancesPath != null) {
        commit(distances, distancesPath);
      }
      return skipped;
    }
  }

  private static void commit(NpyWriter writer, Path target) throws IOException {
    Writing.to(
        target,
        () -> {
          writer.commit();
          return target;
        });
  }

  private long streamBlocks(
      Tensor tensor, Quantizer quantizer, NpyWriter ids, @Nullable NpyWriter distances)
      throws IOException {
    long rows = tensor.rows();
    int columns = tensor.columns();
    long blockRows = Math.clamp(rows, 1, blockRows(quantizer.codebook()));
    long skipped = 0;
    try (Arena arena = Arena.ofShared();
        Progress progress = Progress.start(console, "quantize", rows)) {
      FloatMatrix buffer =
          FloatMatrix.allocate(arena, tensor.isFloatView() ? 0 : blockRows, columns);
      TokenIds blockIds = TokenIds.allocate(arena, blockRows, 1);
      DoubleMatrix blockDistances =
          DoubleMatrix.allocate(arena, distances == null ? 0 : blockRows, 1);
      for (long from = 0; from < rows; from += blockRows) {
        long to = Math.min(rows, from + blockRows);
        FloatMatrix block = read(tensor, from, to, buffer);
        TokenIds found = blockIds.slice(0, to - from);
        DoubleMatrix measured = distances == null ? null : blockDistances.slice(0, to - from);
        quantizer.encode(block, NearestOptions.SINGLE, found, measured);
        skipped += countSkipped(tensor, from, block, found);
        Writing.to(output, () -> append(ids, found));
        if (distances != null && measured != null && distancesOutput != null) {
          Writing.to(distancesOutput, () -> append(distances, measured));
        }
        progress.at(to);
      }
    }
    return skipped;
  }

  private static long blockRows(Codebook codebook) {
    long byMemory = BLOCK_BYTES / ((long) codebook.dim() * FloatMatrix.ELEMENT_BYTES);
    long byWork = BLOCK_TERMS / ((long) codebook.dim() * codebook.size());
    return Math.max(1, Math.min(byMemory, Math.max(LEAST_BLOCK_ROWS, byWork)));
  }

  private FloatMatrix read(Tensor tensor, long from, long to, FloatMatrix buffer)
      throws IOException {
    try {
      return tensor.floats(from, to, buffer, vectors.rounding());
    } catch (IOException e) {
      throw vectors.explain(e);
    }
  }

  private static NpyWriter append(NpyWriter writer, TokenIds block) throws IOException {
    writer.append(block);
    return writer;
  }

  private static NpyWriter append(NpyWriter writer, DoubleMatrix block) throws IOException {
    writer.append(block);
    return writer;
  }

  private long countSkipped(Tensor tensor, long from, FloatMatrix block, TokenIds ids)
      throws IOException {
    long skipped = 0;
    for (long row = 0; row < ids.rows(); row++) {
      if (ids.get(row) < 0) {
        if (nan == NanPolicy.ERROR) {
          throw nonFinite(tensor, from, block, row);
        }
        skipped++;
      }
    }
    return skipped;
  }

  private static IOException nonFinite(Tensor tensor, long from, FloatMatrix block, long row) {
    int column = 0;
    while (Float.isFinite(block.get(row, column))) {
      column++;
    }
    return new IOException(
        "%s: row %d holds %s in column %d; such a vector has no nearest codeword (--nan skip gives it the id -1)"
            .formatted(tensor.source(), from + row, block.get(row, column), column));
  }

  private void tell(
      Tessera tessera, Quantizer quantizer, Tensor tensor, long skipped, double seconds)
      throws IOException {
    Codebook codebook = quantizer.codebook();
    double rate = seconds == 0 ? 0 : tensor.rows() / seconds;
    console.notice(
        "%,d vectors of %d columns, %,d codewords: %s in %s by %s",
        tensor.rows(),
        tensor.columns(),
        codebook.size(),
        Text.rate(rate, "vectors"),
        Text.duration(seconds),
        BackendOption.served(quantizer.report().backends(), tessera.report()));
    backend.explainSlowness(console, quantizer.report(), tessera.report());
    if (skipped > 0) {
      console.notice("vectors that hold a NaN or an infinity, and got the id -1: %,d", skipped);
    }
    console.notice(
        "wrote %s", distancesOutput == null ? output : output + " and " + distancesOutput);
    if (common.json()) {
      new Summary()
          .with("command", "quantize")
          .with("vectors", tensor.source())
          .with("rows", tensor.rows())
          .with("columns", tensor.columns())
          .with("codes", codebook.size())
          .with("metric", metric.name().toLowerCase(Locale.ROOT))
          .with("output", output)
          .with("distances", distancesOutput)
          .with("skipped", skipped)
          .with("seconds", seconds)
          .with("vectors_per_second", rate)
          .withBackends(quantizer.report(), tessera.report(), "vectors")
          .printTo(console);
    }
  }
}
