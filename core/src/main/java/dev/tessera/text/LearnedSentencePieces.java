package dev.tessera.text;

import dev.tessera.io.ByteFallbackBpe;
import dev.tessera.io.SentencePieceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A SentencePiece-style vocabulary that was learned, with the merges in the order in which they
/// were made; merge i made the piece [SentencePieceTrainer#META_PIECES] + i. Immutable.
public final class LearnedSentencePieces {
  private final SentencePieceModel model;
  private final int[] left;
  private final int[] right;

  LearnedSentencePieces(
      SentencePieceTrainerOptions options, SentencePieces learned, int characters, int[] merges) {
    int count = merges.length / 2;
    left = new int[count];
    right = new int[count];
    for (int i = 0; i < count; i++) {
      left[i] = finalId(merges[2 * i], characters, count);
      right[i] = finalId(merges[2 * i + 1], characters, count);
    }
    model =
        new SentencePieceModel(
            pieces(learned, characters),
            new SentencePieceModel.Normalizer(
                "identity",
                new byte[0],
                options.dummyPrefix(),
                options.removeExtraWhitespace(),
                true),
            true,
            false,
            " \u2047 ");
  }

  /// While learning, characters come first; in the vocabulary they come last.
  private static int finalId(int id, int characters, int merges) {
    return SentencePieceTrainer.META_PIECES + (id < characters ? id + merges : id - characters);
  }

  private static List<SentencePieceModel.Piece> pieces(SentencePieces learned, int characters) {
    List<SentencePieceModel.Piece> pieces = new ArrayList<>();
    pieces.add(new SentencePieceModel.Piece("<unk>", 0, SentencePieceModel.Type.UNKNOWN));
    pieces.add(new SentencePieceModel.Piece("<s>", 0, SentencePieceModel.Type.CONTROL));
    pieces.add(new SentencePieceModel.Piece("</s>", 0, SentencePieceModel.Type.CONTROL));
    for (int value = 0; value < 256; value++) {
      pieces.add(
          new SentencePieceModel.Piece(
              "<0x%02X>".formatted(value), 0, SentencePieceModel.Type.BYTE));
    }
    int merges = learned.size() - characters;
    for (int i = 0; i < learned.size(); i++) {
      int id = i < merges ? characters + i : i - merges;
      pieces.add(
          new SentencePieceModel.Piece(
              new String(learned.bytes(id), StandardCharsets.UTF_8),
              -i,
              SentencePieceModel.Type.NORMAL));
    }
    return List.copyOf(pieces);
  }

  /// The pieces, and what is done to text before it is encoded.
  public SentencePieceModel model() {
    return model;
  }

  /// How many merges there are.
  public int merges() {
    return left.length;
  }

  /// The left piece of a merge.
  public int left(int merge) {
    return left[merge];
  }

  /// The right piece of a merge.
  public int right(int merge) {
    return right[merge];
  }

  /// Writes a `tokenizer.json` in the form that Llama 2's has, which appears whole or not at all.
  public void writeTokenizerJson(Path file) throws IOException {
    new ByteFallbackBpe(model, left, right).writeTokenizerJson(file);
  }

  /// Writes a SentencePiece `.model`, which appears whole or not at all.
  public void writeModel(Path file) throws IOException {
    new ByteFallbackBpe(model, left, right).writeModel(file);
  }
}
