package dev.tessera.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vocabularies with bytes changed, cut, inserted and moved either read or are refused with a
/// [FormatException]: nothing else is thrown, and memory suffices.
class HostileVocabulariesTest {
  private static final int ROUNDS = Integer.getInteger("tessera.rounds", 1_000);

  private static byte[] valid(String name) throws IOException {
    if (name.equals("ranks.tiktoken")) {
      StringBuilder lines = new StringBuilder();
      for (int value = 0; value < 256; value++) {
        String token = Base64.getEncoder().encodeToString(new byte[] {(byte) value});
        lines.append(token).append(' ').append(value).append('\n');
      }
      return lines.append("YWI= 256\nYWJj 257\n").toString().getBytes(StandardCharsets.US_ASCII);
    }
    return Files.readAllBytes(path(name));
  }

  private static Path path(String name) {
    return Fixtures.path("../text/vocabularies/" + name);
  }

  private static boolean read(String name, byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try {
      if (name.endsWith(".json")) {
        TokenizerJson.read(in, name);
      } else if (name.endsWith(".model")) {
        SentencePieceModel.read(in, name);
      } else {
        RankFile.read(in, name, Set.of());
      }
      return true;
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith(name);
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ranks.tiktoken",
        "llama2.json",
        "qwen2.json",
        "sp_llama2.model",
        "sp_rules.model"
      })
  void isReadOrRefused(String name) throws IOException {
    HostileBytes.assertReadOrRefused(
        name,
        valid(name),
        ROUNDS,
        20261126L * 31,
        HostileVocabulariesTest::mutate,
        HostileVocabulariesTest::read);
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + random.nextInt(64));
        System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - (to - from)), to - from);
      }
      default -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] =
              HostileBytes.EDGES[random.nextInt(HostileBytes.EDGES.length)];
        }
      }
    }
    return bytes;
  }

  @Test
  void aTruncatedModelSaysWhere() throws IOException {
    byte[] valid = valid("sp_llama2.model");
    assertThatThrownBy(() -> read(valid, 1000))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching("cut.model, byte \\d+: expected .* bytes of field \\d+, found .*");
    byte[] lying = valid.clone();
    lying[1] = (byte) 0xFF; // the length of the first piece: now 5 bytes and more
    lying[2] = (byte) 0xFF;
    lying[3] = (byte) 0xFF;
    lying[4] = (byte) 0xFF;
    lying[5] = 0x7F;
    assertThatThrownBy(() -> read(lying, lying.length))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("cut.model, byte 0: expected 34359738367 bytes of field 1");
  }

  private static void read(byte[] bytes, int length) throws IOException {
    SentencePieceModel.read(new ByteArrayInputStream(Arrays.copyOf(bytes, length)), "cut.model");
  }

  @Test
  void aModelOfAnotherKindIsNamed() throws IOException {
    byte[] unigram = valid("sp_llama2.model");
    // trainer_spec.model_type = 3 of wire type 0, BPE = 2
    int at = indexOf(unigram, new byte[] {0x18, 0x02});
    unigram[at + 1] = 1;
    assertThatThrownBy(() -> read(unigram, unigram.length))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "cut.model: expected a SentencePiece BPE model, found a model of the type Unigram");
    assertThatThrownBy(() -> read(new byte[0], 0))
        .hasMessage("cut.model: expected a SentencePiece BPE model, found none");
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = bytes.length - wanted.length; i >= 0; i--) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("no model_type in the fixture");
  }
}
