package dev.tessera.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import dev.tessera.text.TextOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchTextsTest {
  @TempDir private Path folder;

  @Test
  void bothFilesOfTheEncodingGiveTheSameIds() throws Exception {
    BenchTexts.make(folder);
    assertThat(BenchTexts.names(folder)).containsExactly("english", "code");
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer ranks =
            BpeTokenizer.of(scalar, BpeVocabulary.named("cl100k", folder), TextOptions.DEFAULT);
        BpeTokenizer json =
            BpeTokenizer.of(
                scalar,
                BpeVocabulary.tokenizerJson(folder.resolve("cl100k.json")),
                TextOptions.DEFAULT)) {
      for (String name : BenchTexts.NAMES) {
        byte[] text = Files.readAllBytes(folder.resolve(name + ".txt"));
        assertThat(text).hasSizeGreaterThan(400_000);
        assertThat(json.encode(text, SpecialTokens.AS_TEXT))
            .as(name)
            .containsExactly(ranks.encode(text, SpecialTokens.AS_TEXT));
      }
    }
  }
}
