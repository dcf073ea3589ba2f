package dev.tessera.kernels.opencl;

/// Pieces of text in the order of their lengths, so that those that are merged side by side take
/// about as long; of equal lengths in their own order. Pieces of fewer than two symbols, and those
/// of more than [#MOST], are left out.
final class PieceOrder {
  /// Symbols of a piece that a work-item merges, at most.
  static final int MOST = 32;

  private final int[] ends;
  private final int[] order;
  private final int[] begins;
  private final int[] longPieces;

  /// Sorts pieces 0 to `pieces - 1`.
  ///
  /// @param ends `[pieces]` or longer, where each piece ends
  PieceOrder(int[] ends, int pieces) {
    this.ends = ends;
    begins = new int[MOST + 2];
    int tooLong = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int length = length(piece);
      if (length > MOST) {
        tooLong++;
      } else if (length > 1) {
        begins[length + 1]++;
      }
    }
    for (int length = 1; length <= MOST; length++) {
      begins[length + 1] += begins[length];
    }
    order = new int[begins[MOST + 1]];
    longPieces = new int[tooLong];
    int[] places = begins.clone();
    tooLong = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int length = length(piece);
      if (length > MOST) {
        longPieces[tooLong++] = piece;
      } else if (length > 1) {
        order[places[length]++] = piece;
      }
    }
  }

  /// Where a piece begins.
  int begin(int piece) {
    return piece == 0 ? 0 : ends[piece - 1];
  }

  /// How many symbols a piece has.
  int length(int piece) {
    return ends[piece] - begin(piece);
  }

  /// How many pieces are in order.
  int count() {
    return order.length;
  }

  /// The piece in a place.
  int piece(int place) {
    return order[place];
  }

  /// The first place of a length of 2 to [#MOST]; of [#MOST] and one more, behind the last.
  int firstPlace(int length) {
    return begins[length];
  }

  /// Pieces that are too long.
  int[] longPieces() {
    return longPieces;
  }
}
