package dev.tessera.benchmarks;

import static org.bytedeco.mkl.global.mkl_rt.CblasNoTrans;
import static org.bytedeco.mkl.global.mkl_rt.CblasRowMajor;
import static org.bytedeco.mkl.global.mkl_rt.CblasTrans;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Set_Num_Threads;
import static org.bytedeco.mkl.global.mkl_rt.cblas_sgemm;

import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.FloatPointer;

/// Nearest codewords by Intel's oneMKL in this JVM: one matrix product a block of rows, then the
/// least of each row of scores. Needs its libraries, which the Maven profile `mkl` brings.
final class MklNearest implements NearestRunner {
  /// Scores of a block stay in the second-level cache: of 64, 256 and 1024 rows the fastest at 8192
  /// codewords.
  private static final int BLOCK_SCORES = 1 << 19;

  private final Arena arena = Arena.ofShared();
  private final FloatMatrix codewords;
  private final FloatPointer codewordPointer;
  private final float[] norms;
  private final int blockRows;
  private final FloatMatrix points;
  private final FloatPointer pointPointer;
  private final FloatMatrix scores;
  private final FloatPointer scorePointer;
  private final Preparation preparation;

  MklNearest(Codebook codebook) {
    int codes = codebook.size();
    int dim = codebook.dim();
    MKL_Set_Num_Threads(1);
    blockRows = Math.clamp(BLOCK_SCORES / codes, 16, 1024);
    long start = System.nanoTime();
    codewords = FloatMatrix.allocate(arena, codes, dim);
    for (int code = 0; code < codes; code++) {
      for (int i = 0; i < dim; i++) {
        codewords.set(code, i, codebook.codewords().get(code, i));
      }
    }
    norms = SquaredNorms.of(codebook.codewords());
    preparation = new Preparation(System.nanoTime() - start, (long) codes * Float.BYTES);
    points = FloatMatrix.allocate(arena, blockRows, dim);
    scores = FloatMatrix.allocate(arena, blockRows, codes);
    codewordPointer = pointer(codewords);
    pointPointer = pointer(points);
    scorePointer = pointer(scores);
  }

  private static FloatPointer pointer(FloatMatrix matrix) {
    return new FloatPointer(
        matrix.segment().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  @Override
  public void encode(FloatMatrix all, TokenIds ids) {
    int codes = norms.length;
    int dim = all.columns();
    for (long row = 0; row < all.rows(); row += blockRows) {
      int rows = (int) Math.min(blockRows, all.rows() - row);
      for (int i = 0; i < rows; i++) { // out of the heap, a few percent of the product
        MemorySegment.copy(
            all.segment(),
            all.rowOffsetBytes(row + i),
            points.segment(),
            points.rowOffsetBytes(i),
            (long) dim * Float.BYTES);
      }
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasTrans,
          rows,
          codes,
          dim,
          -2,
          pointPointer,
          dim,
          codewordPointer,
          dim,
          0,
          scorePointer,
          codes);
      for (int i = 0; i < rows; i++) {
        ids.set(row + i, 0, VectorArgmin.of(scores.segment(), (long) i * codes, norms, codes));
      }
    }
  }

  @Override
  public Preparation preparation() {
    return preparation;
  }

  @Override
  public String describe() {
    return "sgemm of %d rows a block, then the least of each row; %s"
        .formatted(blockRows, MklHops.version());
  }

  @Override
  public void close() {
    arena.close();
  }
}
