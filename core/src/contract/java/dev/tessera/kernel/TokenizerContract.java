package dev.tessera.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.Corpus;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What tokenizing with a cache of pieces must do, however it looks them up: give the ids that the
/// specification gives, which merges every piece.
public abstract class TokenizerContract {
  private static final int SIZE = 2_000;
  private static final int CHARS = 200_000;

  /// Passes over the same text: some for plain loops and vector code to take turns, some behind.
  private static final int PASSES = 40;

  private final String backend;

  @TempDir private Path folder;

  /// @param backend what is asked for
  protected TokenizerContract(String backend) {
    this.backend = backend;
  }

  @ParameterizedTest
  @ValueSource(longs = {TextOptions.LEAST_CACHE_BYTES, TextOptions.DEFAULT_CACHE_BYTES})
  void idsAreThoseOfTheSpecification(long cacheBytes) throws IOException {
    Random random = new Random(12);
    TextOptions options = new TextOptions(cacheBytes);
    try (Backends backends = Backends.open(backend, new BackendOptions(1));
        Backends plain = Backends.open("scalar", new BackendOptions(1))) {
      BpeVocabulary vocabulary = vocabulary(plain, SampleText.mixed(random, CHARS));
      try (BpeTokenizer tokenizer = BpeTokenizer.of(backends, vocabulary, options);
          BpeTokenizer specification = BpeTokenizer.of(plain, vocabulary, options)) {
        byte[] known = SampleText.mixed(random, CHARS).getBytes(UTF_8);
        byte[] damaged = SampleText.damaged(random, known.clone());
        for (byte[] text : List.of(known, damaged)) {
          int[] expected = specification.encode(text, SpecialTokens.AS_TEXT);
          for (int pass = 0; pass < PASSES; pass++) {
            assertThat(tokenizer.encode(text, SpecialTokens.AS_TEXT)).isEqualTo(expected);
            assertThat(tokenizer.count(text, SpecialTokens.AS_TEXT)).isEqualTo(expected.length);
          }
        }
      }
    }
  }

  private BpeVocabulary vocabulary(Backends backends, String text) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    BpeTrainer.train(
            backends,
            Corpus.texts(List.of(text)),
            BpeTrainerOptions.of(SIZE, SplitPattern.CL100K),
            new BpeTrainer.Listener() {})
        .writeTokenizerJson(file);
    return BpeVocabulary.tokenizerJson(file);
  }
}
