package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.cli.picture.Encoded;
import dev.tessera.cli.picture.PatchGrid;
import dev.tessera.cli.picture.Picture;
import dev.tessera.cli.picture.PicturePage;
import dev.tessera.cli.picture.PictureReader;
import dev.tessera.cli.picture.TokenizedPicture;
import dev.tessera.io.AtomicFile;
import dev.tessera.io.ElementType;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Rounding;
import dev.tessera.io.TensorLocation;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tessera image`: a picture as tokens, and a page that shows them.
@Command(
    name = "image",
    description = {
      "Turns a picture into tokens: cuts it into patches, learns or loads a codebook, and replaces"
          + " each patch by the id of its nearest codeword.",
      "",
      "Writes tokens.npy [h x w], codebook.npy, reconstruction.png and index.html, which shows"
          + " them.",
      ""
    },
    footer = {
      "",
      "Greyscale becomes three equal channels, so that a codebook serves every picture;"
          + " transparency is laid on white; 16 bits are kept. At the right and the lower border"
          + " the last pixel is repeated to fill the patches, and cut off again in the"
          + " reconstruction. Fewer distinct patches than --codes make a smaller codebook."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class ImageCommand implements Callable<Integer> {
  private static final int DEFAULT_PATCH = 8;
  private static final int MOST_PATCH = 1024;
  private static final List<String> LEARNING_OPTIONS = List.of("--codes", "--seed", "--iterations");

  private static final String TOKENS = "tokens.npy";
  private static final String CODEBOOK = "codebook.npy";
  private static final String RECONSTRUCTION = "reconstruction.png";
  private static final String PAGE = "index.html";

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "PICTURE", description = "A PNG, JPEG, GIF, BMP or TIFF.")
  private Path source = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the four files go; made if it does not exist.")
  private Path output = Path.of("");

  @Option(
      names = "--patch",
      paramLabel = "P",
      description = "Side of a patch in pixels (default: that of --codebook, else 8).")
  private @Nullable Integer patch;

  @Option(
      names = "--codes",
      defaultValue = "512",
      paramLabel = "K",
      description = "How many codewords are learned (default: 512).")
  private int codes;

  @Option(
      names = "--codebook",
      paramLabel = "CODEBOOK",
      converter = VectorsOption.LocationConverter.class,
      description =
          "Takes these codewords [K x 3 P P] instead of learning: those of another picture.")
  private @Nullable TensorLocation codebookLocation;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description = "Of the random choices in learning (default: 0).")
  private long seed;

  @Option(
      names = "--iterations",
      defaultValue = "25",
      paramLabel = "N",
      description = "The most steps of learning (default: 25).")
  private int iterations;

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  ImageCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Codebook given = givenCodebook();
    int side = patchSide(given);
    Picture picture = PictureReader.read(source, side, console::notice);
    PatchGrid grid = new PatchGrid(picture.width(), picture.height(), side);
    try (Tessera tessera = backend.open();
        Arena arena = Arena.ofShared();
        OutputFolder folder = OutputFolder.open(output)) {
      console.notice(
          "%s: %,d x %,d pixels in %,d x %,d patches of %d x %d",
          source, grid.width(), grid.height(), grid.columns(), grid.rows(), side, side);
      FloatMatrix patches = grid.cut(picture, arena);
      Map<String, String> run = new LinkedHashMap<>();
      Summary summary = new Summary().with("command", "image").with("picture", source);
      run.put(
          "Codebook",
          given == null ? "learned from this picture" : "loaded from " + codebookLocation);
      Codebook codebook = given == null ? learn(tessera, patches, run, summary) : given;
      try (Quantizer quantizer = tessera.quantizer(codebook)) {
        TokenIds ids = TokenIds.allocate(arena, patches.rows(), 1);
        quantizer.encode(patches, NearestOptions.SINGLE, ids, null);
        TokenizedPicture tokenized = TokenizedPicture.of(picture, grid, ids, codebook);
        write(folder, tokenized, page(tokenized, tessera, quantizer, run));
        folder.keep();
        tell(tokenized, tessera, quantizer, summary);
      }
    }
    return Main.DONE;
  }

  private @Nullable Codebook givenCodebook() throws IOException {
    if (codebookLocation == null) {
      return null;
    }
    for (String learning : LEARNING_OPTIONS) {
      if (spec.commandLine().getParseResult().hasMatchedOption(learning)) {
        throw new ParameterException(
            spec.commandLine(), learning + " is for learning, which --codebook makes needless");
      }
    }
    return Codebook.load(codebookLocation, Rounding.NEAREST);
  }

  /// The side that was asked for, else that of the codewords.
  private int patchSide(@Nullable Codebook given) throws IOException {
    if (patch != null && (patch < 1 || patch > MOST_PATCH)) {
      throw new ParameterException(
          spec.commandLine(), "--patch must be from 1 to %d, not %d".formatted(MOST_PATCH, patch));
    }
    if (given == null) {
      return patch == null ? DEFAULT_PATCH : patch;
    }
    int side = patch == null ? (int) Math.round(Math.sqrt(given.dim() / 3.0)) : patch;
    if (side < 1 || side > MOST_PATCH || 3 * side * side != given.dim()) {
      throw new IOException(
          patch == null
              ? "%s has %d columns, which is no 3 P P for patches of P x P pixels"
                  .formatted(codebookLocation, given.dim())
              : "patches of %d x %d pixels have %d columns, the codebook %s has %d"
                  .formatted(side, side, 3 * side * side, codebookLocation, given.dim()));
    }
    return side;
  }

  private Codebook learn(
      Tessera tessera, FloatMatrix patches, Map<String, String> run, Summary summary)
      throws IOException {
    KMeansOptions options = learningOptions(PatchGrid.distinct(patches, codes));
    long start = System.nanoTime();
    LearnedCodebook learned;
    try (Progress progress = Progress.start(console, "learn", iterations)) {
      learned = tessera.learn(patches, options, (iteration, changed) -> progress.at(iteration));
    } catch (IllegalArgumentException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String steps =
        "%d iterations%s in %s"
            .formatted(
                learned.iterations(),
                learned.converged() ? " (converged)" : "",
                Text.duration(seconds));
    console.notice("learned %,d codewords: %s", learned.codebook().size(), steps);
    run.put("Learning", steps + ", seed " + seed);
    summary
        .with("seed", seed)
        .with("iterations", learned.iterations())
        .with("converged", learned.converged())
        .with("reseeded", learned.reseeded())
        .with("learning_seconds", seconds);
    return learned.codebook();
  }

  private KMeansOptions learningOptions(int distinctPatches) {
    KMeansOptions options;
    try {
      options = KMeansOptions.of(codes, seed).withIterations(iterations);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (distinctPatches < codes) {
      console.notice(
          "distinct patches: %,d, fewer than --codes %,d; the codebook has as many",
          distinctPatches, codes);
      options = KMeansOptions.of(distinctPatches, seed).withIterations(iterations);
    }
    return options;
  }

  private byte[] page(
      TokenizedPicture tokenized, Tessera tessera, Quantizer quantizer, Map<String, String> run)
      throws IOException {
    List<KernelReport.Served> served =
        quantizer.report().backends().stream().filter(each -> each.calls() > 0).toList();
    KernelReport.Served first = served.getFirst();
    run.put("Backend", BackendOption.served(served, tessera.report()));
    run.put("Search", first.detail());
    run.put(
        "Quantizing",
        "%,d patches in %s on %d threads"
            .formatted(
                first.rows(), Text.duration(first.nanos() / 1e9), backend.options().threads()));
    run.put(
        "Java",
        Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    return new PicturePage(
            tokenized,
            source.getFileName().toString(),
            Files.size(source),
            first.backend(),
            Text.rate(first.rowsPerSecond(), "patches")
                + ", "
                + BackendOption.detail(first.backend(), tessera.report()),
            run,
            Main.Version.text())
        .html();
  }

  /// Writes the four files; none of them appears before all are complete.
  private void write(OutputFolder folder, TokenizedPicture tokenized, byte[] page)
      throws IOException {
    PatchGrid grid = tokenized.grid();
    byte[] reconstruction = Encoded.png(tokenized.reconstruction());
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
    Writing.to(
        output,
        () -> {
          try (NpyWriter tokens =
                  NpyWriter.matrix(folder.file(TOKENS), ElementType.I32, grid.columns());
              NpyWriter codebook =
                  NpyWriter.matrix(folder.file(CODEBOOK), ElementType.F32, grid.dim());
              AtomicFile png = AtomicFile.create(folder.file(RECONSTRUCTION));
              AtomicFile html = AtomicFile.create(folder.file(PAGE))) {
            tokens.append(TokenIds.of(tokenized.ids().segment(), grid.rows(), grid.columns()));
            codebook.append(tokenized.codebook().codewords());
            png.stream().write(reconstruction);
            html.stream().write(page);
            tokens.commit();
            codebook.commit();
            png.commit();
            html.commit();
            return folder;
          }
        });
  }

  private void tell(
      TokenizedPicture tokenized, Tessera tessera, Quantizer quantizer, Summary summary) {
    PatchGrid grid = tokenized.grid();
    for (KernelReport.Served served : quantizer.report().backends()) {
      if (served.calls() > 0) {
        console.notice(
            "quantized %,d patches in %s, %s by %s (%s)",
            served.rows(),
            Text.duration(served.nanos() / 1e9),
            Text.rate(served.rowsPerSecond(), "patches"),
            served.backend(),
            BackendOption.detail(served.backend(), tessera.report()));
      }
    }
    backend.explainSlowness(console, quantizer.report(), tessera.report());
    console.notice(
        "PSNR %s, %,d of %,d codewords used, perplexity %.1f, %.3f bits per pixel",
        Double.isInfinite(tokenized.psnr())
            ? "infinite (exact)"
            : Text.format("%.2f dB", tokenized.psnr()),
        tokenized.use().used(),
        tokenized.codebook().size(),
        tokenized.use().perplexity(),
        tokenized.bitsPerPixel());
    console.notice(
        "wrote %s, %s, %s and %s", output.resolve(PAGE), TOKENS, CODEBOOK, RECONSTRUCTION);
    if (common.json()) {
      summary
          .with("width", grid.width())
          .with("height", grid.height())
          .with("patch", grid.patch())
          .with("rows", grid.rows())
          .with("columns", grid.columns())
          .with("codes", tokenized.codebook().size())
          .with("codes_used", tokenized.use().used())
          .with("perplexity", tokenized.use().perplexity())
          .with("psnr_db", tokenized.psnr())
          .with("bits_per_pixel", tokenized.bitsPerPixel())
          .with("entropy_bits_per_pixel", tokenized.entropyBitsPerPixel())
          .with("output", output)
          .withBackends(quantizer.report(), tessera.report(), "vectors")
          .printTo(console);
    }
  }
}
