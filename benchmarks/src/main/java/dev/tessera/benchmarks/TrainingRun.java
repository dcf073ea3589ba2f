package dev.tessera.benchmarks;

import dev.tessera.io.SentencePieceModel;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.Corpus;
import dev.tessera.text.LearnedBpe;
import dev.tessera.text.LearnedSentencePieces;
import dev.tessera.text.SentencePieceTrainer;
import dev.tessera.text.SentencePieceTrainerOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Tessera's side of the comparison that `benchmarks/peers/training.py` runs: takes one order a
/// line from standard input and answers each with a line: all but the first with the nanoseconds
/// that it took.
///
/// | order | what it does |
/// |---|---|
/// | `hello` | says which JVM this is, its flags, what backends there are, as JSON |
/// | `bpe OUTPUT` | learns a byte-level encoding; writes a merge a line, as ids: left, right, result |
/// | `pieces OUTPUT` | learns a SentencePiece-style vocabulary as `spm_train` does; writes a piece a line |
/// | `llama2 OUTPUT` | the same with Llama 2's options |
public final class TrainingRun implements AutoCloseable {
  private static final BpeTrainer.Listener SILENT = new BpeTrainer.Listener() {};

  private final Backends backends;
  private final int size;
  private final List<Path> files;

  private TrainingRun(String backend, int threads, int size, List<Path> files) {
    backends = Backends.open(backend, new BackendOptions(threads));
    this.size = size;
    this.files = files;
  }

  /// Serves orders until standard input ends.
  ///
  /// @param args backend, threads, vocabulary size, files
  /// @throws IOException if a file cannot be read or written
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 4) {
      System.err.println(
          "usage: TrainingRun BACKEND THREADS SIZE FILE..., orders on standard input");
      System.exit(2);
    }
    List<Path> files = Arrays.stream(args).skip(3).map(Path::of).toList();
    try (TrainingRun run =
        new TrainingRun(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), files)) {
      Orders.serve(run::answer);
    }
  }

  private Object answer(List<String> order) throws IOException {
    return switch (order.getFirst()) {
      case "hello" -> PeerRun.hello();
      case "bpe" -> bpe(output(order));
      case "pieces" -> pieces(SentencePieceTrainerOptions.of(size), output(order));
      case "llama2" -> pieces(SentencePieceTrainerOptions.llama2(size), output(order));
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", order));
    };
  }

  /// The path behind the first word, which may have spaces.
  private static Path output(List<String> order) {
    return Path.of(String.join(" ", order.subList(1, order.size())));
  }

  private long bpe(Path output) throws IOException {
    long start = System.nanoTime();
    LearnedBpe learned =
        BpeTrainer.train(
            backends, Corpus.files(files), BpeTrainerOptions.of(size, SplitPattern.GPT2), SILENT);
    long nanos = System.nanoTime() - start;
    try (Writer writer = writer(output)) {
      for (int i = 0; i < learned.merges(); i++) {
        writer.write(learned.left(i) + " " + learned.right(i) + " " + learned.result(i) + "\n");
      }
    }
    return nanos;
  }

  private long pieces(SentencePieceTrainerOptions options, Path output) throws IOException {
    long start = System.nanoTime();
    LearnedSentencePieces learned =
        SentencePieceTrainer.train(backends, Corpus.files(files), options, SILENT);
    long nanos = System.nanoTime() - start;
    try (Writer writer = writer(output)) {
      for (SentencePieceModel.Piece piece : learned.model().pieces()) {
        writer.write(piece.text() + "\n");
      }
    }
    return nanos;
  }

  private static BufferedWriter writer(Path output) throws IOException {
    return Files.newBufferedWriter(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    backends.close();
  }
}
