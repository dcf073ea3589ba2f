package dev.tessera.benchmarks;

import static org.bytedeco.mkl.global.mkl_rt.MKL_Get_Version_String;
import static org.bytedeco.mkl.global.mkl_rt.MKL_Set_Num_Threads;
import static org.bytedeco.mkl.global.mkl_rt.MKL_free;
import static org.bytedeco.mkl.global.mkl_rt.MKL_malloc;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_INDEX_BASE_ZERO;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_LAYOUT_ROW_MAJOR;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_MATRIX_TYPE_GENERAL;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_destroy;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_optimize;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_s_create_csr;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_s_mm;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_set_mm_hint;

import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.Normalization;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.mkl.global.mkl_rt.matrix_descr;
import org.bytedeco.mkl.global.mkl_rt.sparse_matrix;
import org.jspecify.annotations.Nullable;

/// Hops by Intel's oneMKL in this JVM: `mkl_sparse_s_mm` with hints, two buffers in turn, the same
/// weights as ours. Needs its libraries, which the Maven profile `mkl` brings.
final class MklHops implements HopRunner {
  private static final int CHUNK_ROWS = 4096;
  private static final int HINTED_CALLS = 1000;
  private static final int ALIGNMENT_BYTES = 64;

  private final Arena arena = Arena.ofShared();
  private final FloatMatrix features;
  private final Buffer[] buffers = new Buffer[2];
  private final MemorySegment rowPointers;
  private final Graph weighted;
  private final sparse_matrix matrix;
  private final matrix_descr description = new matrix_descr().type(SPARSE_MATRIX_TYPE_GENERAL);
  private final FloatPointer source;
  private final WorkerPool pool;
  private final Preparation preparation;

  /// What a product is written to, as both sides know it.
  private record Buffer(FloatMatrix matrix, FloatPointer pointer) {}

  MklHops(Graph graph, FloatMatrix features, int threads) {
    this.features = features;
    try (Backends backends = Backends.open("scalar", new BackendOptions(threads));
        HopAggregator hops = HopAggregator.of(backends, graph, Normalization.SYMMETRIC)) {
      weighted = hops.graph();
    }
    pool = new WorkerPool("copies", threads);
    rowPointers = arena.allocate((graph.nodes() + 1L) * Integer.BYTES, Integer.BYTES);
    for (int row = 0; row <= graph.nodes(); row++) {
      long pointer = weighted.rowPointers().getAtIndex(ValueLayout.JAVA_LONG, row);
      rowPointers.setAtIndex(ValueLayout.JAVA_INT, row, Math.toIntExact(pointer));
    }
    for (int i = 0; i < 2; i++) {
      FloatMatrix buffer = FloatMatrix.allocate(arena, graph.nodes(), features.columns());
      buffers[i] = new Buffer(buffer, floats(buffer.segment()));
    }
    source = floats(features.segment());
    MKL_Set_Num_Threads(threads);
    long start = System.nanoTime();
    matrix = create();
    preparation = new Preparation(System.nanoTime() - start, 0);
  }

  private sparse_matrix create() {
    sparse_matrix created = new sparse_matrix();
    int nodes = weighted.nodes();
    check(
        mkl_sparse_s_create_csr(
            created,
            SPARSE_INDEX_BASE_ZERO,
            nodes,
            nodes,
            ints(rowPointers),
            ints(rowPointers.asSlice(Integer.BYTES)),
            ints(weighted.columns()),
            floats(weights())));
    check(
        mkl_sparse_set_mm_hint(
            created,
            SPARSE_OPERATION_NON_TRANSPOSE,
            description,
            SPARSE_LAYOUT_ROW_MAJOR,
            features.columns(),
            HINTED_CALLS));
    check(mkl_sparse_optimize(created));
    return created;
  }

  private MemorySegment weights() {
    @Nullable MemorySegment weights = weighted.weights();
    if (weights == null) {
      throw new IllegalStateException("symmetric weights are missing");
    }
    return weights;
  }

  private static FloatPointer floats(MemorySegment segment) {
    return new FloatPointer(segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  private static IntPointer ints(MemorySegment segment) {
    return new IntPointer(segment.asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer());
  }

  private static void check(int status) {
    if (status != 0) {
      throw new IllegalStateException("oneMKL returned the status " + status);
    }
  }

  private void multiply(FloatPointer from, FloatPointer to) {
    check(
        mkl_sparse_s_mm(
            SPARSE_OPERATION_NON_TRANSPOSE,
            1,
            matrix,
            description,
            SPARSE_LAYOUT_ROW_MAJOR,
            from,
            features.columns(),
            features.columns(),
            0,
            to,
            features.columns()));
  }

  @Override
  public FloatMatrix last(int hops) {
    FloatPointer from = source;
    for (int hop = 0; hop < hops; hop++) {
      FloatPointer to = buffers[hop % 2].pointer();
      multiply(from, to);
      from = to;
    }
    return buffers[(hops + 1) % 2].matrix();
  }

  @Override
  public void tokens(FloatTensor tokens) {
    tokens(buffers, tokens);
  }

  private void tokens(Buffer[] twoBuffers, FloatTensor tokens) {
    copy(features, tokens.atSecond(0));
    FloatPointer from = source;
    for (int hop = 0; hop < tokens.second() - 1; hop++) {
      Buffer to = twoBuffers[hop % 2];
      multiply(from, to.pointer());
      copy(to.matrix(), tokens.atSecond(hop + 1L));
      from = to.pointer();
    }
  }

  private void copy(FloatMatrix from, FloatMatrix to) {
    long bytes = (long) from.columns() * Float.BYTES;
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(from.rows(), (chunk + 1) * CHUNK_ROWS);
            for (long row = chunk * CHUNK_ROWS; row < end; row++) {
              MemorySegment.copy(
                  from.segment(),
                  from.rowOffsetBytes(row),
                  to.segment(),
                  to.rowOffsetBytes(row),
                  bytes);
            }
          }
        },
        Math.ceilDiv(from.rows(), CHUNK_ROWS));
  }

  /// With two buffers of its own, not cleared. Hints included or not, MKL's products take the same
  /// time; without them this is kinder to it.
  @Override
  public long firstTokens(FloatTensor tokens) {
    Buffer[] fresh = new Buffer[2];
    long start = System.nanoTime();
    try {
      for (int i = 0; i < fresh.length; i++) {
        fresh[i] = newBuffer();
      }
      tokens(fresh, tokens);
      return System.nanoTime() - start;
    } finally {
      for (Buffer each : fresh) {
        if (each != null) {
          MKL_free(each.pointer());
        }
      }
    }
  }

  private Buffer newBuffer() {
    long floats = features.rows() * features.columns();
    FloatPointer pointer = new FloatPointer(MKL_malloc(floats * Float.BYTES, ALIGNMENT_BYTES));
    MemorySegment memory = MemorySegment.ofBuffer(pointer.capacity(floats).asBuffer());
    return new Buffer(FloatMatrix.of(memory, features.rows(), features.columns()), pointer);
  }

  @Override
  public Preparation preparation() {
    return preparation;
  }

  @Override
  public Preparation prepareAgain() {
    return preparation;
  }

  @Override
  public Preparation prepareAtHand() {
    return preparation;
  }

  @Override
  public String describe() {
    return version();
  }

  /// oneMKL's own words.
  static String version() {
    byte[] version = new byte[256];
    MKL_Get_Version_String(version, version.length);
    return new String(version, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
  }

  @Override
  public void close() {
    check(mkl_sparse_destroy(matrix));
    pool.close();
    arena.close();
  }
}
