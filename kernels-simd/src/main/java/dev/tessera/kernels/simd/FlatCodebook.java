package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.kernel.NearestOperand;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A codebook prepared for [FlatSearch]. Thread-safe; its screens are packed when first asked for.
final class FlatCodebook implements AutoCloseable {
  private final NearestOperand operand;
  private final Arena arena = Arena.ofShared();
  private final CentredCodebook centred;
  private final ErrorBounds bounds;
  private final CodewordRows rows;
  private final LongAdder preparedNanos = new LongAdder();
  private volatile @Nullable Screen dense;
  private volatile @Nullable PrincipalCoordinates principal;
  private volatile @Nullable Screen projected;
  private boolean axesSought;

  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  FlatCodebook(NearestOperand operand, double windowFactor) {
    this.operand = operand;
    centred = new CentredCodebook(operand);
    bounds = new ErrorBounds(centred, CodewordRows.roundings(centred.dim()), windowFactor);
    rows = new CodewordRows(centred, bounds);
  }

  NearestOperand operand() {
    return operand;
  }

  CentredCodebook centred() {
    return centred;
  }

  ErrorBounds bounds() {
    return bounds;
  }

  CodewordRows rows() {
    return rows;
  }

  /// Whether a codeword that float32 cannot score may have at most the score `limit`.
  boolean outlierWithin(PointChunk points, int row, float limit) {
    for (int code : centred.outliers()) {
      if (centred.constant(code) - points.norm(row) * centred.norm(code) <= limit) {
        return true;
      }
    }
    return false;
  }

  /// Where memory that lives as long as the codebook comes from.
  Arena arena() {
    return arena;
  }

  /// The screen over all coordinates, codewords in their own order.
  Screen dense() {
    Screen made = dense;
    if (made == null) {
      synchronized (this) {
        made = dense;
        if (made == null) {
          long start = System.nanoTime();
          made =
              new Screen(
                  arena,
                  centred,
                  IntStream.range(0, operand.codes()).toArray(),
                  operand.dim(),
                  centred::copyRow,
                  null,
                  bounds.windowFactor());
          dense = made;
          preparedNanos.add(System.nanoTime() - start);
        }
      }
    }
    return made;
  }

  /// The screen over some principal axes, or null before [#prepareProjected] and where all
  /// codewords are the same.
  @Nullable Screen projected() {
    return projected;
  }

  /// The codewords' principal coordinates, or null before [#prepareProjected] and where all
  /// codewords are the same.
  @Nullable PrincipalCoordinates principal() {
    return principal;
  }

  /// Finds the principal axes and packs a screen over the first `depth` of them, or as many as
  /// there are.
  void prepareProjected(int depth) {
    synchronized (this) {
      if (!axesSought) {
        long start = System.nanoTime();
        PrincipalCoordinates found = PrincipalCoordinates.of(centred);
        if (found != null) {
          projected = found.screen(arena, bounds, Math.min(depth, found.axes()));
          principal = found;
        }
        axesSought = true;
        preparedNanos.add(System.nanoTime() - start);
      }
    }
  }

  /// Packs the projected screen anew, over the first `depth` axes, or as many as there are.
  void chooseDepth(int depth) {
    synchronized (this) {
      PrincipalCoordinates found = principal;
      Screen current = projected;
      int chosen = found == null ? 0 : Math.min(depth, found.axes());
      if (found != null && current != null && current.depth() != chosen) {
        long start = System.nanoTime();
        projected = found.screen(arena, bounds, chosen);
        preparedNanos.add(System.nanoTime() - start);
      }
    }
  }

  /// Time spent on screens and axes so far.
  long preparedNanos() {
    return preparedNanos.sum();
  }

  /// Bytes held beside the operand.
  long bytes() {
    Screen dense = this.dense;
    Screen projected = this.projected;
    PrincipalCoordinates principal = this.principal;
    return rows.bytes()
        + (dense == null ? 0 : dense.bytes())
        + (projected == null ? 0 : projected.bytes())
        + (principal == null ? 0 : principal.bytes());
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
