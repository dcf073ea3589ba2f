package dev.tessera.kernels.simd;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Every codeword in float64, a lane a codeword: each lane runs the very chain that [Metric]
/// defines, so there is no bound to prove. It needs no sample, no centring and no luck with the
/// data: the last resort of rows on which float32 cannot decide. Some 6 times slower than a float32
/// screen.
///
/// Codewords are packed in panels of [#VECTORS] vectors, `[panel][k][vector][lane]`, float32,
/// widened when loaded; two points share each load.
final class ExactScan implements Search {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));
  private static final int LANES = DOUBLES.length();
  private static final int VECTORS = 4;
  private static final int PANEL_CODES = VECTORS * LANES;
  private static final int POINTS = 2;
  private static final int CHUNK_ROWS = 32;
  private static final long ALIGNMENT_BYTES = 64;
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

  private final NearestOperand operand;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment panels;
  private final double @Nullable [] norms;
  private final int panelCount;

  ExactScan(NearestOperand operand) {
    this.operand = operand;
    panelCount = Math.ceilDiv(operand.codes(), PANEL_CODES);
    long panelBytes = (long) operand.dim() * PANEL_CODES * Float.BYTES;
    panels = arena.allocate(panelCount * panelBytes, ALIGNMENT_BYTES);
    FloatMatrix codewords = operand.codewords();
    for (int code = 0; code < operand.codes(); code++) {
      long base = code / PANEL_CODES * panelBytes + code % PANEL_CODES * (long) Float.BYTES;
      for (int k = 0; k < operand.dim(); k++) {
        panels.set(
            ValueLayout.JAVA_FLOAT,
            base + (long) k * PANEL_CODES * Float.BYTES,
            codewords.get(code, k));
      }
    }
    norms = operand.metric() == Metric.COSINE ? norms(operand, panelCount * PANEL_CODES) : null;
  }

  private static double[] norms(NearestOperand operand, int padded) {
    double[] norms = new double[padded];
    Arrays.fill(norms, 1);
    FloatMatrix codewords = operand.codewords();
    for (int code = 0; code < operand.codes(); code++) {
      norms[code] = Metric.norm(codewords.segment(), codewords.rowOffsetBytes(code), operand.dim());
    }
    return norms;
  }

  /// The best codes of a point so far, best first.
  private static final class Best {
    private int[] codes = new int[1];
    private double[] scores = new double[1];
    private int found;
    private int wanted;
    private int low;
    private int high;
    private double threshold;

    void begin(int neighbours, int low, int high, double worst) {
      if (codes.length < neighbours) {
        codes = new int[neighbours];
        scores = new double[neighbours];
      }
      wanted = neighbours;
      found = 0;
      this.low = low;
      this.high = high;
      threshold = worst;
    }

    void offer(int code, double score, Metric metric) {
      if (code < low || code >= high) {
        return;
      }
      int place = found;
      while (place > 0 && metric.isBetter(score, scores[place - 1])) {
        place--;
      }
      if (place == wanted) {
        return;
      }
      found = Math.min(found + 1, wanted);
      System.arraycopy(codes, place, codes, place + 1, found - 1 - place);
      System.arraycopy(scores, place, scores, place + 1, found - 1 - place);
      codes[place] = code;
      scores[place] = score;
      if (found == wanted) {
        threshold = scores[wanted - 1];
      }
    }
  }

  private final class ScanScratch implements Scratch {
    /// Two points, element k of both side by side.
    final double[] pair = new double[POINTS * operand.dim()];

    final Best first = new Best();
    final Best second = new Best();
    final double[] scores = new double[POINTS * PANEL_CODES];
  }

  @Override
  public Scratch newScratch() {
    return new ScanScratch();
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
    ScanScratch memory = (ScanScratch) scratch;
    for (long row = from; row < to; row += POINTS) {
      long other = Math.min(row + 1, to - 1); // the last row of an odd chunk is its own neighbour
      begin(memory, memory.first, points, row, 0, options);
      begin(memory, memory.second, points, other, 1, options);
      scan(memory);
      write(memory.first, row, ids, distances);
      write(memory.second, other, ids, distances);
    }
  }

  /// Widens the point into its place of the pair; a point that holds a NaN or an infinity gets an
  /// empty range.
  private void begin(
      ScanScratch memory,
      Best best,
      FloatMatrix points,
      long row,
      int place,
      NearestOptions options) {
    boolean finite = true;
    for (int k = 0; k < operand.dim(); k++) {
      float value = points.get(row, k);
      finite &= Float.isFinite(value);
      memory.pair[POINTS * k + place] = value;
    }
    CodeRanges ranges = options.ranges();
    int low = ranges == null ? 0 : ranges.low(row);
    int high = ranges == null ? operand.codes() : ranges.high(row);
    best.begin(options.neighbours(), low, finite ? high : low, operand.metric().worst());
  }

  private void scan(ScanScratch memory) {
    int low = Math.min(memory.first.low, memory.second.low);
    int high = Math.max(memory.first.high, memory.second.high);
    long panelBytes = (long) operand.dim() * PANEL_CODES * Float.BYTES;
    for (int panel = low / PANEL_CODES; panel * PANEL_CODES < high; panel++) {
      if (operand.metric() == Metric.L2) {
        l2(memory.pair, panels, panel * panelBytes, operand.dim(), memory.scores);
      } else {
        dot(memory.pair, panels, panel * panelBytes, operand.dim(), memory.scores);
      }
      offer(memory.first, memory.scores, 0, panel * PANEL_CODES);
      offer(memory.second, memory.scores, PANEL_CODES, panel * PANEL_CODES);
    }
  }

  private void offer(Best best, double[] scores, int begin, int firstCode) {
    Metric metric = operand.metric();
    for (int v = 0; v < PANEL_CODES; v += LANES) {
      DoubleVector vector = DoubleVector.fromArray(DOUBLES, scores, begin + v);
      if (norms != null) {
        vector = vector.div(DoubleVector.fromArray(DOUBLES, norms, firstCode + v));
      }
      // Not strictly better is not enough: codes come in ascending order, the lowest of equals
      // stays.
      for (long lanes = candidates(vector, best, metric); lanes != 0; lanes &= lanes - 1) {
        int lane = Long.numberOfTrailingZeros(lanes);
        int code = firstCode + v + lane;
        double score = scores[begin + v + lane];
        best.offer(code, norms == null ? score : score / norms[code], metric);
      }
    }
  }

  /// A bit for each lane that may be among the best. The comparison must be a constant in the code,
  /// and no mask may outlive its branch: C2 makes objects of both, 96 bytes a vector.
  private static long candidates(DoubleVector scores, Best best, Metric metric) {
    if (best.found < best.wanted) {
      return (1L << LANES) - 1;
    }
    return metric == Metric.L2
        ? scores.compare(VectorOperators.LT, best.threshold).toLong()
        : scores.compare(VectorOperators.GT, best.threshold).toLong();
  }

  private static DoubleVector load(MemorySegment panels, long offset, int vector) {
    FloatVector narrow =
        FloatVector.fromMemorySegment(
            FLOATS, panels, offset + (long) vector * LANES * Float.BYTES, NATIVE);
    return (DoubleVector) narrow.convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  private static void l2(
      double[] pair, MemorySegment panels, long offset, int dim, double[] scores) {
    DoubleVector first0 = DoubleVector.zero(DOUBLES);
    DoubleVector first1 = first0;
    DoubleVector first2 = first0;
    DoubleVector first3 = first0;
    DoubleVector second0 = first0;
    DoubleVector second1 = first0;
    DoubleVector second2 = first0;
    DoubleVector second3 = first0;
    for (int k = 0; k < dim; k++) {
      DoubleVector x = DoubleVector.broadcast(DOUBLES, pair[POINTS * k]);
      DoubleVector y = DoubleVector.broadcast(DOUBLES, pair[POINTS * k + 1]);
      long row = offset + (long) k * PANEL_CODES * Float.BYTES;
      DoubleVector c0 = load(panels, row, 0);
      DoubleVector c1 = load(panels, row, 1);
      DoubleVector c2 = load(panels, row, 2);
      DoubleVector c3 = load(panels, row, 3);
      DoubleVector t0 = x.sub(c0);
      DoubleVector t1 = x.sub(c1);
      DoubleVector t2 = x.sub(c2);
      DoubleVector t3 = x.sub(c3);
      first0 = t0.fma(t0, first0);
      first1 = t1.fma(t1, first1);
      first2 = t2.fma(t2, first2);
      first3 = t3.fma(t3, first3);
      DoubleVector s0 = y.sub(c0);
      DoubleVector s1 = y.sub(c1);
      DoubleVector s2 = y.sub(c2);
      DoubleVector s3 = y.sub(c3);
      second0 = s0.fma(s0, second0);
      second1 = s1.fma(s1, second1);
      second2 = s2.fma(s2, second2);
      second3 = s3.fma(s3, second3);
    }
    store(scores, 0, first0, first1, first2, first3);
    store(scores, PANEL_CODES, second0, second1, second2, second3);
  }

  private static void dot(
      double[] pair, MemorySegment panels, long offset, int dim, double[] scores) {
    DoubleVector first0 = DoubleVector.zero(DOUBLES);
    DoubleVector first1 = first0;
    DoubleVector first2 = first0;
    DoubleVector first3 = first0;
    DoubleVector second0 = first0;
    DoubleVector second1 = first0;
    DoubleVector second2 = first0;
    DoubleVector second3 = first0;
    for (int k = 0; k < dim; k++) {
      DoubleVector x = DoubleVector.broadcast(DOUBLES, pair[POINTS * k]);
      DoubleVector y = DoubleVector.broadcast(DOUBLES, pair[POINTS * k + 1]);
      long row = offset + (long) k * PANEL_CODES * Float.BYTES;
      DoubleVector c0 = load(panels, row, 0);
      DoubleVector c1 = load(panels, row, 1);
      DoubleVector c2 = load(panels, row, 2);
      DoubleVector c3 = load(panels, row, 3);
      first0 = x.fma(c0, first0);
      first1 = x.fma(c1, first1);
      first2 = x.fma(c2, first2);
      first3 = x.fma(c3, first3);
      second0 = y.fma(c0, second0);
      second1 = y.fma(c1, second1);
      second2 = y.fma(c2, second2);
      second3 = y.fma(c3, second3);
    }
    store(scores, 0, first0, first1, first2, first3);
    store(scores, PANEL_CODES, second0, second1, second2, second3);
  }

  private static void store(
      double[] scores,
      int begin,
      DoubleVector v0,
      DoubleVector v1,
      DoubleVector v2,
      DoubleVector v3) {
    v0.intoArray(scores, begin);
    v1.intoArray(scores, begin + LANES);
    v2.intoArray(scores, begin + 2 * LANES);
    v3.intoArray(scores, begin + 3 * LANES);
  }

  private static void write(Best best, long row, TokenIds ids, @Nullable DoubleMatrix distances) {
    for (int place = 0; place < best.wanted; place++) {
      ids.set(row, place, place < best.found ? best.codes[place] : -1);
      if (distances != null) {
        distances.set(row, place, place < best.found ? best.scores[place] : Double.NaN);
      }
    }
  }

  @Override
  public long preparedBytes() {
    return panels.byteSize() + (norms == null ? 0 : (long) norms.length * Double.BYTES);
  }

  @Override
  public String describe() {
    return "every codeword in float64";
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
