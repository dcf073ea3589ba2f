package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.Corpus;
import dev.tessera.text.LearnedBpe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tessera train-bpe`: a byte-level vocabulary learned from text.
@Command(
    name = "train-bpe",
    description = "Learns a byte-level byte-pair encoding from text, line by line.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class TrainBpeCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Text in UTF-8.")
  private List<Path> files = List.of();

  @Option(
      names = "--size",
      required = true,
      paramLabel = "N",
      description = "How many tokens the vocabulary is to have: 256 bytes, special tokens, merges.")
  private int size;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "tokenizer.json",
      description = "Where the vocabulary goes.")
  private Path output = Path.of("");

  @Option(
      names = "--tiktoken",
      paramLabel = "RANKS.tiktoken",
      description = "Where it goes as a rank file, too.")
  private @Nullable Path ranks;

  @Option(
      names = "--pattern",
      defaultValue = "gpt2",
      paramLabel = "NAME",
      description =
          "How text is cut before merging: gpt2, cl100k, llama3, qwen2 or o200k (default: gpt2).")
  private SplitPattern pattern = SplitPattern.GPT2;

  @Option(
      names = "--minimum-frequency",
      defaultValue = "0",
      paramLabel = "F",
      description = "Pairs that occur less often are not merged (default: 0).")
  private long minimumFrequency;

  @Option(
      names = "--special",
      paramLabel = "TOKEN",
      description = "A special token; they get the first ids. May be given several times.")
  private List<String> specialTokens = List.of();

  @Mixin private BackendOption backend = new BackendOption();
  @Mixin private CommonOptions common = new CommonOptions();

  TrainBpeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    BpeTrainerOptions options = options();
    try (Tessera tessera = backend.open()) {
      long start = System.nanoTime();
      LearnedBpe learned = train(tessera, options);
      double seconds = (System.nanoTime() - start) / 1e9;
      Writing.to(
          output,
          () -> {
            learned.writeTokenizerJson(output);
            return output;
          });
      Path target = ranks;
      if (target != null) {
        Writing.to(
            target,
            () -> {
              learned.writeRanks(target);
              return target;
            });
      }
      tell(learned, seconds);
    }
    return Main.DONE;
  }

  private BpeTrainerOptions options() {
    try {
      return BpeTrainerOptions.of(size, pattern)
          .withMinimumFrequency(minimumFrequency)
          .withSpecialTokens(specialTokens);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private LearnedBpe train(Tessera tessera, BpeTrainerOptions options) throws IOException {
    try (Progress progress = Progress.start(console, "train", size)) {
      return tessera.learn(
          Corpus.files(files),
          options,
          new BpeTrainer.Listener() {
            @Override
            public void tokensLearned(int tokens, int vocabularySize) {
              progress.at(tokens);
            }
          });
    }
  }

  private void tell(LearnedBpe learned, double seconds) {
    console.notice(
        "learned %,d tokens, %,d of them by merging, in %s; wrote %s",
        learned.size(),
        learned.merges(),
        Text.duration(seconds),
        ranks == null ? output : output + " and " + ranks);
    if (learned.size() < size) {
      console.notice(
          "the text has no more pairs to merge: %,d tokens instead of %,d", learned.size(), size);
    }
    if (common.json()) {
      new Summary()
          .with("command", "train-bpe")
          .with("files", files.size())
          .with("size", learned.size())
          .with("merges", learned.merges())
          .with("output", output)
          .with("ranks", ranks)
          .with("seconds", seconds)
          .printTo(console);
    }
  }
}
