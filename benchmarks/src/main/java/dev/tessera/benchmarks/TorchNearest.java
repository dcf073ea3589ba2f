package dev.tessera.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;

/// Nearest codewords by PyTorch through DJL, in blocks: a matrix product, then `argmin`. Needs its
/// libraries, which the Maven profile `torch` brings; nothing is downloaded.
final class TorchNearest implements NearestRunner {
  private static final int BLOCK_SCORES = 1 << 20;

  private final Engine engine;
  private final NDManager manager;
  private final NDArray codewords; // [dim x codes]
  private final NDArray halfNorms; // [1 x codes]
  private final NDArray points;
  private final int blockRows;
  private final Preparation preparation;

  TorchNearest(Codebook codebook, FloatMatrix points) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    engine = Engine.getEngine("PyTorch");
    manager = engine.newBaseManager();
    int codes = codebook.size();
    blockRows = Math.clamp(BLOCK_SCORES / codes, 16, 4096);
    long start = System.nanoTime();
    codewords = matrix(codebook.codewords()).transpose().duplicate();
    float[] norms = SquaredNorms.of(codebook.codewords());
    for (int code = 0; code < codes; code++) {
      norms[code] /= 2;
    }
    halfNorms = manager.create(norms, new Shape(1, codes));
    preparation = new Preparation(System.nanoTime() - start, (long) codes * Float.BYTES);
    this.points = matrix(points);
  }

  private NDArray matrix(FloatMatrix matrix) {
    return manager.create(matrix.toArray(), new Shape(matrix.rows(), matrix.columns()));
  }

  @Override
  public void encode(FloatMatrix all, TokenIds ids) {
    for (long row = 0; row < all.rows(); row += blockRows) {
      long end = Math.min(row + blockRows, all.rows());
      try (NDManager block = manager.newSubManager();
          NDArray rows = points.get(row + ":" + end)) {
        rows.attach(block);
        NDArray scores = rows.matMul(codewords);
        NDArray nearest = scores.neg().addi(halfNorms).argMin(1); // of the block's manager
        long[] codes = nearest.toLongArray();
        for (int i = 0; i < codes.length; i++) {
          ids.set(row + i, 0, (int) codes[i]);
        }
      }
    }
  }

  @Override
  public Preparation preparation() {
    return preparation;
  }

  @Override
  public String describe() {
    return "%s %s, %d rows a block: a matrix product, then argmin"
        .formatted(engine.getEngineName(), engine.getVersion(), blockRows);
  }

  @Override
  public void close() {
    manager.close();
  }
}
