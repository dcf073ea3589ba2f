package dev.tessera.cli;

import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The vocabulary that a command takes.
final class VocabularyOption {
  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--vocabulary",
      required = true,
      paramLabel = "NAME|FILE",
      description =
          "gpt2, p50k, cl100k, o200k or o200k_harmony; with --ranks also llama3, qwen2 or emu3; or"
              + " a file: tokenizer.json, or a SentencePiece .model.")
  private String vocabulary = "";

  @Option(
      names = "--ranks",
      paramLabel = "FILE",
      description = "The .tiktoken file of the NAME, or a folder that holds it.")
  private @Nullable Path ranks;

  BpeVocabulary load() throws IOException {
    try {
      Path file = Path.of(vocabulary);
      if (ranks != null) {
        return BpeVocabulary.named(vocabulary, ranks);
      }
      if (vocabulary.endsWith(".json")) {
        return BpeVocabulary.tokenizerJson(file);
      }
      if (vocabulary.endsWith(".model")) {
        return BpeVocabulary.sentencePiece(file);
      }
      if (Files.exists(file)) {
        throw new ParameterException(
            command.commandLine(),
            "--vocabulary: a file is named *.json or *.model, not %s; a rank file is given with --ranks, beside its NAME"
                .formatted(vocabulary));
      }
      return BpeVocabulary.named(vocabulary);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--vocabulary: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return vocabulary;
  }
}
