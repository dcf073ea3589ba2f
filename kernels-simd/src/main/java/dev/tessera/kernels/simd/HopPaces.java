package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand.Aggregation;

/// Whether the JVM has compiled the tiles of hop aggregation, one [VectorPace] a tile. Belongs to a
/// backend.
final class HopPaces {
  private static final int KINDS = 8;

  private final VectorPace ballots = new VectorPace();
  private final VectorPace[][] paces = new VectorPace[KINDS][HopTiles.MOST_VECTORS + 1];

  HopPaces() {
    for (VectorPace[] kind : paces) {
      for (int i = 0; i < kind.length; i++) {
        kind[i] = new VectorPace();
      }
    }
  }

  /// The pace of the tile that serves rows of `width` columns.
  VectorPace of(Aggregation aggregation, boolean messages, int width) {
    int vectors = Math.ceilDiv(width, Lanes.COUNT);
    int most = messages ? HopMessageTiles.MOST_VECTORS : HopTiles.MOST_VECTORS;
    int kind = (messages ? 2 : 0) + (aggregation == Aggregation.MAX ? 1 : 0);
    return paces[kind][Math.ceilDiv(vectors, Math.ceilDiv(vectors, most))];
  }

  /// The pace of ballots by vectors.
  VectorPace ofBallots() {
    return ballots;
  }

  /// The pace of the tile that serves slabs of `width` columns.
  VectorPace ofBlocks(Aggregation aggregation, int width) {
    return paces[aggregation == Aggregation.MAX ? 5 : 4][width / Lanes.COUNT];
  }

  /// The pace of the tile that serves slabs of `width` columns of bfloat16.
  VectorPace ofHalfBlocks(int width) {
    return paces[7][width / 2 / Lanes.COUNT];
  }

  /// The pace of the tile that serves rows of `width` columns of bfloat16.
  VectorPace ofHalves(int width) {
    int vectors = width / 2 / Lanes.COUNT;
    return paces[6][Math.ceilDiv(vectors, Math.ceilDiv(vectors, HopHalfTiles.MOST_VECTORS))];
  }
}
