package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Ids of real vocabularies, which are too large or not free to be kept here, against what
/// `benchmarks/peers/vocabularies.py` has made of them in the folder `tessera.vocabularies`.
@EnabledIfSystemProperty(named = "tessera.vocabularies", matches = ".+")
class VocabularyPeersTest {
  private static ByteBuffer read(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static BpeVocabulary vocabulary(String name) throws IOException {
    int equals = name.indexOf('=');
    if (equals > 0) {
      return BpeVocabulary.named(name.substring(0, equals), Path.of(name.substring(equals + 1)));
    }
    return name.endsWith(".json")
        ? BpeVocabulary.tokenizerJson(Path.of(name))
        : BpeVocabulary.sentencePiece(Path.of(name));
  }

  @Test
  void idsAreThoseOfTheReference() throws IOException {
    Path folder = Path.of(System.getProperty("tessera.vocabularies"));
    List<String> names = Files.readAllLines(folder.resolve("vocabularies.txt"));
    assertThat(names).isNotEmpty();
    for (int number = 0; number < names.size(); number++) {
      String name = names.get(number);
      SpecialTokens policy = name.endsWith(".json") ? SpecialTokens.ALLOWED : SpecialTokens.AS_TEXT;
      ByteBuffer texts = read(folder.resolve("texts.bin"));
      ByteBuffer expected = read(folder.resolve(number + ".ids"));
      int count = texts.getInt();
      try (Backends backends = Backends.open(Backends.AUTO, new BackendOptions(1));
          BpeTokenizer tokenizer =
              BpeTokenizer.of(backends, vocabulary(name), TextOptions.DEFAULT)) {
        for (int i = 0; i < count; i++) {
          byte[] text = new byte[texts.getInt()];
          texts.get(text);
          int[] ids = new int[expected.getInt()];
          expected.asIntBuffer().get(ids);
          expected.position(expected.position() + Integer.BYTES * ids.length);
          assertThat(tokenizer.encode(text, policy))
              .as("%s, text %d, '%s'", name, i, new String(text, StandardCharsets.UTF_8))
              .isEqualTo(ids);
        }
      }
      assertThat(expected.remaining()).as(name).isZero();
      System.out.println(name + ": the ids of " + count + " texts are those of the reference");
    }
  }
}
