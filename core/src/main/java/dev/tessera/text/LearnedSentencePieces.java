package dev.tessera.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A SentencePiece-style vocabulary that was learned. Immutable.
public final class LearnedSentencePieces {
  /// What a piece is for.
  public enum Kind {
    /// Stands for what has no piece.
    UNKNOWN,

    /// Marks the beginning or the end, and is never found in text.
    CONTROL,

    /// A byte of a character that has no piece.
    BYTE,

    /// Text.
    NORMAL
  }

  private static final List<String> FIRST = List.of("<unk>", "<s>", "</s>");

  private final String[] texts; // of normal pieces, by id less META_PIECES
  private final int[] merges; // left and right ids; merge i makes piece META_PIECES + i

  LearnedSentencePieces(SentencePieces pieces, int characters, List<int[]> merges) {
    texts = new String[pieces.size()];
    this.merges = new int[2 * merges.size()];
    for (int id = 0; id < pieces.size(); id++) {
      String text = new String(pieces.bytes(id), StandardCharsets.UTF_8);
      texts[finalId(id, characters, merges.size()) - SentencePieceTrainer.META_PIECES] = text;
    }
    for (int i = 0; i < merges.size(); i++) {
      this.merges[2 * i] = finalId(merges.get(i)[0], characters, merges.size());
      this.merges[2 * i + 1] = finalId(merges.get(i)[1], characters, merges.size());
    }
  }

  /// While learning, characters come first; in the vocabulary they come last.
  private static int finalId(int id, int characters, int merges) {
    return SentencePieceTrainer.META_PIECES + (id < characters ? id + merges : id - characters);
  }

  /// How many pieces there are.
  public int size() {
    return SentencePieceTrainer.META_PIECES + texts.length;
  }

  /// The text of a piece, spaces as U+2581.
  public String text(int id) {
    if (id < 0 || id >= size()) {
      throw new IndexOutOfBoundsException("piece %d of a vocabulary of %d".formatted(id, size()));
    }
    return switch (kind(id)) {
      case UNKNOWN, CONTROL -> FIRST.get(id);
      case BYTE -> "<0x%02X>".formatted(id - FIRST.size());
      case NORMAL -> texts[id - SentencePieceTrainer.META_PIECES];
    };
  }

  /// What a piece is for.
  public Kind kind(int id) {
    if (id == 0) {
      return Kind.UNKNOWN;
    }
    if (id < FIRST.size()) {
      return Kind.CONTROL;
    }
    return id < SentencePieceTrainer.META_PIECES ? Kind.BYTE : Kind.NORMAL;
  }

  /// The score of a piece: of two neighbouring pairs of pieces that make a piece, that of the
  /// greater score is joined.
  public float score(int id) {
    return kind(id) == Kind.NORMAL ? SentencePieceTrainer.META_PIECES - id : 0;
  }

  /// How many merges there are; each makes a piece, the first that of id
  /// [SentencePieceTrainer#META_PIECES].
  public int merges() {
    return merges.length / 2;
  }

  /// The left piece of a merge.
  public int left(int merge) {
    return merges[2 * checked(merge)];
  }

  /// The right piece of a merge.
  public int right(int merge) {
    return merges[2 * checked(merge) + 1];
  }

  private int checked(int merge) {
    if (merge < 0 || merge >= merges()) {
      throw new IndexOutOfBoundsException("merge %d of %d".formatted(merge, merges()));
    }
    return merge;
  }
}
