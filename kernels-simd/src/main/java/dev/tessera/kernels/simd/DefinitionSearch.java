package dev.tessera.kernels.simd;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// Scores every codeword by the definition, without vectors: for codebooks that are too small for
/// them, for calls that are too small to prepare anything, and while the JVM has not yet compiled
/// vector code.
final class DefinitionSearch implements Search {
  /// Points a worker takes at a time: few, so that an interrupt is seen soon.
  private static final int CHUNK_ROWS = 16;

  private final NearestOperand operand;

  DefinitionSearch(NearestOperand operand) {
    this.operand = operand;
  }

  private static final class DefinitionScratch implements Scratch {
    final NearestCodes nearest;

    DefinitionScratch(NearestOperand operand) {
      nearest = new NearestCodes(operand);
    }
  }

  @Override
  public Scratch newScratch() {
    return new DefinitionScratch(operand);
  }

  @Override
  public int chunkRows() {
    return CHUNK_ROWS;
  }

  @Override
  public void search(
      Scratch scratch,
      FloatMatrix points,
      long from,
      long to,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    NearestCodes nearest = ((DefinitionScratch) scratch).nearest;
    CodeRanges ranges = options.ranges();
    for (long row = from; row < to; row++) {
      int low = ranges == null ? 0 : ranges.low(row);
      int high = ranges == null ? operand.codes() : ranges.high(row);
      nearest.begin(options.neighbours());
      nearest.addAll(points, row, low, high);
      nearest.write(ids, distances, row);
    }
  }

  @Override
  public long preparedBytes() {
    return 0;
  }

  @Override
  public String describe() {
    return "every codeword in float64";
  }

  @Override
  public void close() {}
}
