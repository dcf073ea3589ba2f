package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.io.SentencePieceModel;
import dev.tessera.io.TokenizerJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SentencePieceTrainerTest {
  private static final BpeTrainer.Listener SILENT = new BpeTrainer.Listener() {};

  /// What `spm_train` learned from some lines, as `make_fixtures.py` wrote it.
  private record Fixture(
      String name,
      SentencePieceTrainerOptions options,
      List<byte[]> documents,
      List<String> pieces) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Fixture> fixtures() throws IOException {
    List<Fixture> fixtures = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    SentencePieceTrainerTest.class.getResourceAsStream("training/pieces.txt")),
                StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "case" -> {
            int size = Integer.parseInt(words[2]);
            fixtures.add(
                new Fixture(
                    words[1],
                    words[3].equals("llama2")
                        ? SentencePieceTrainerOptions.llama2(size)
                        : SentencePieceTrainerOptions.of(size),
                    new ArrayList<>(),
                    new ArrayList<>()));
          }
          case "document" -> fixtures.getLast().documents().add(decode(words[1]));
          case "piece" ->
              fixtures.getLast().pieces().add(new String(decode(words[1]), StandardCharsets.UTF_8));
          default -> {}
        }
      }
    }
    return fixtures;
  }

  private static byte[] decode(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static LearnedSentencePieces train(
      List<String> lines, SentencePieceTrainerOptions options) throws IOException {
    return SentencePieceTrainer.train(2, Corpus.texts(lines), options, SILENT);
  }

  private static List<String> normalPieces(LearnedSentencePieces learned) {
    return learned.model().pieces().stream()
        .skip(SentencePieceTrainer.META_PIECES)
        .map(SentencePieceModel.Piece::text)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void thePiecesAreThoseOfSentencePiece(Fixture fixture) throws IOException {
    assertThat(fixture.pieces()).hasSizeGreaterThan(50);
    for (int threads : new int[] {1, 2, 7}) {
      LearnedSentencePieces learned =
          SentencePieceTrainer.train(
              threads, Corpus.documents(fixture.documents()), fixture.options(), SILENT);
      assertThat(normalPieces(learned)).as("%d threads", threads).isEqualTo(fixture.pieces());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void whatIsWrittenIsReadBack(Fixture fixture, @TempDir Path folder) throws IOException {
    LearnedSentencePieces learned =
        SentencePieceTrainer.train(
            1, Corpus.documents(fixture.documents()), fixture.options(), SILENT);
    List<SentencePieceModel.Piece> pieces = learned.model().pieces();
    learned.writeModel(folder.resolve("learned.model"));
    SentencePieceModel read = SentencePieceModel.read(folder.resolve("learned.model"));
    assertThat(read.pieces()).isEqualTo(pieces);
    assertThat(read.byteFallback()).isTrue();
    assertThat(read.whitespaceAsSuffix()).isFalse();
    assertThat(read.unknownSurface()).isEqualTo(" \u2047 ");
    assertThat(read.normalizer().name()).isEqualTo("identity");
    assertThat(read.normalizer().addDummyPrefix()).isTrue();
    assertThat(read.normalizer().removeExtraWhitespace())
        .isEqualTo(fixture.options().removeExtraWhitespace());
    learned.writeTokenizerJson(folder.resolve("tokenizer.json"));
    TokenizerJson.Model model = TokenizerJson.read(folder.resolve("tokenizer.json")).model();
    assertThat(model.byteFallback()).isTrue();
    assertThat(model.unknownToken()).isEqualTo("<unk>");
    for (int id = 0; id < pieces.size(); id++) {
      assertThat(model.ids()).containsEntry(pieces.get(id).text(), id);
    }
    assertThat(model.left()).hasSize(learned.merges());
    for (int i = 0; i < learned.merges(); i++) {
      assertThat(model.left()[i]).isEqualTo(learned.left(i));
      assertThat(model.right()[i]).isEqualTo(learned.right(i));
      assertThat(model.merged()[i]).isEqualTo(SentencePieceTrainer.META_PIECES + i);
    }
  }

  @Test
  void idsAndScoresAreThoseOfLlama2() throws IOException {
    LearnedSentencePieces learned =
        train(List.of("aab", "aab"), SentencePieceTrainerOptions.llama2(1000));
    List<SentencePieceModel.Piece> pieces = learned.model().pieces();
    assertThat(pieces.subList(0, 4))
        .containsExactly(
            new SentencePieceModel.Piece("<unk>", 0, SentencePieceModel.Type.UNKNOWN),
            new SentencePieceModel.Piece("<s>", 0, SentencePieceModel.Type.CONTROL),
            new SentencePieceModel.Piece("</s>", 0, SentencePieceModel.Type.CONTROL),
            new SentencePieceModel.Piece("<0x00>", 0, SentencePieceModel.Type.BYTE));
    assertThat(pieces.get(258).text()).isEqualTo("<0xFF>");
    assertThat(normalPieces(learned)).containsExactly("aa", "aab", "\u2581aab", "a", "b", "\u2581");
    assertThat(pieces.getLast().score()).isEqualTo(-5);
    assertThat(pieces.get(259).score()).isZero();
  }

  @Test
  void charactersMustFitAndWordsMayBeMissing() throws IOException {
    assertThatThrownBy(() -> train(List.of("abcd"), SentencePieceTrainerOptions.of(263)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "a vocabulary of 263 pieces does not hold 259 meta pieces and 5 characters");
    assertThat(normalPieces(train(List.of("abcd"), SentencePieceTrainerOptions.of(264))))
        .containsExactly("a", "b", "c", "d", "\u2581");
    for (List<String> nothing : List.of(List.<String>of(), List.of(""), List.of("   "))) {
      assertThat(normalPieces(train(nothing, SentencePieceTrainerOptions.of(300)))).isEmpty();
    }
  }

  @Test
  void longLinesAreLeftOutAndBadBytesReplaced() throws IOException {
    String longest = "b".repeat(4192);
    assertThat(
            normalPieces(train(List.of(longest + "b", "a"), SentencePieceTrainerOptions.of(300))))
        .containsExactly("\u2581a", "a", "\u2581");
    assertThat(normalPieces(train(List.of(longest + "\n"), SentencePieceTrainerOptions.of(300))))
        .contains("bb", "b".repeat(16));
    byte[] bad = {'a', (byte) 0xC0, (byte) 0xFF, (byte) 0xE2, (byte) 0x96, 'a', (byte) 0xF5};
    LearnedSentencePieces learned =
        SentencePieceTrainer.train(
            1, Corpus.documents(List.of(bad)), SentencePieceTrainerOptions.of(264), SILENT);
    assertThat(normalPieces(learned)).contains("\uFFFD", "a");
  }

  @Test
  void anInterruptEndsMerging() {
    assertThatThrownBy(
            () ->
                SentencePieceTrainer.train(
                    1,
                    Corpus.texts(List.of("one tile at a time")),
                    SentencePieceTrainerOptions.of(400),
                    new BpeTrainer.Listener() {
                      @Override
                      public void bytesRead(long bytes) {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void optionsNameBothNumbers() {
    assertThatThrownBy(() -> SentencePieceTrainerOptions.of(259))
        .hasMessage("a vocabulary with byte fallback has more than 259 pieces, not 259");
    assertThatThrownBy(
            () ->
                new SentencePieceTrainerOptions(300, 0.5, 16, false, true, false, true, true, 4192))
        .hasMessageContaining("not 0.5");
    assertThatThrownBy(
            () -> new SentencePieceTrainerOptions(300, 1, 0, false, true, false, true, true, 4192))
        .hasMessageContaining("not 0");
    assertThatThrownBy(
            () -> new SentencePieceTrainerOptions(300, 1, 16, false, true, false, true, true, 9))
        .hasMessageContaining("not 9");
  }
}
