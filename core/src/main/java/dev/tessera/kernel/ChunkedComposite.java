package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Composite codes by a backend's own nearest-codeword kernels, for backends of the processor.
///
/// Residuals go through all levels chunk by chunk, in scratch memory that a cache holds: copied
/// once, searched, and the codewords found subtracted in place: a call allocates nothing. Heads are
/// searched where they lie, as columns of the points: a call makes two views of each.
public final class ChunkedComposite implements CompositeKernel {
  /// Residuals of a chunk, in bytes a thread: what an L2 cache holds, twice. Less would not repay
  /// the threads' meeting after each level, which takes some 10 us.
  private static final long CHUNK_BYTES = 2 << 20;

  /// Residuals of a chunk in bytes, at most, where a codebook has as many: each level of each chunk
  /// reads all of a codebook, from memory where the levels' codebooks do not fit the caches.
  private static final long MOST_CHUNK_BYTES = 32 << 20;

  /// Rows of a chunk, a thread, are a multiple of this: searches take 24, 48, 72 or 96 rows at a
  /// time, and a rest reads as much of the codebook as they do.
  private static final int ROWS_UNIT = 288;

  /// Rows of a chunk, a thread, where they are short.
  private static final int MOST_ROWS = 56 * ROWS_UNIT;

  /// Rows whose residuals a thread computes at a time.
  private static final int TASK_ROWS = 64;

  private final CompositeOperand operand;
  private final WorkerPool pool;
  private final Map<NearestOperand, NearestKernel> kernels = new LinkedHashMap<>();
  private final NearestKernel[] parts;
  private final int chunkRows;
  private final ArrayDeque<ResidualCall> idleCalls = new ArrayDeque<>();
  private final ArrayDeque<Rows> idleRows = new ArrayDeque<>();

  /// @param kernels makes the kernel of a codebook; asked once for each
  /// @param pool shares the subtractions out
  public ChunkedComposite(
      CompositeOperand operand, Function<NearestOperand, NearestKernel> kernels, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
    parts = new NearestKernel[operand.parts()];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = this.kernels.computeIfAbsent(operand.codebooks().get(part), kernels);
    }
    chunkRows = Math.multiplyExact(pool.threads(), chunkRowsPerThread());
  }

  private int chunkRowsPerThread() {
    long rowBytes = (long) operand.dim() * Float.BYTES;
    long codes = kernels.keySet().stream().mapToLong(NearestOperand::codes).max().orElse(0);
    long asCodebook = Math.min(codes * rowBytes, MOST_CHUNK_BYTES) / pool.threads();
    long rows = Math.max(CHUNK_BYTES, asCodebook) / rowBytes;
    return Math.clamp(rows / ROWS_UNIT * ROWS_UNIT, ROWS_UNIT, MOST_ROWS);
  }

  @Override
  public void encode(FloatMatrix points, TokenIds ids) {
    if (points.rows() == 0) {
      return;
    }
    if (!operand.isResidual()) {
      encodeHeads(points, ids);
      return;
    }
    ResidualCall call = begin();
    try {
      call.encode(points, ids);
    } finally {
      end(call);
    }
  }

  private void encodeHeads(FloatMatrix points, TokenIds ids) {
    int dim = operand.dim();
    for (int head = 0; head < parts.length; head++) {
      parts[head].nearest(
          points.sliceColumns(head * dim, (head + 1) * dim),
          NearestOptions.SINGLE,
          ids.sliceColumns(head, head + 1),
          null);
    }
  }

  private ResidualCall begin() {
    synchronized (idleCalls) {
      return idleCalls.isEmpty() ? new ResidualCall() : idleCalls.pop();
    }
  }

  private void end(ResidualCall call) {
    call.forget();
    synchronized (idleCalls) {
      idleCalls.push(call);
    }
  }

  /// A thread's rows under way, as arrays: the compiler makes vectors of loops over these.
  private static final class Rows {
    final float[] residual;
    final MemorySegment residualMemory;
    final float[] codeword;

    Rows(int dim) {
      residual = new float[dim];
      residualMemory = MemorySegment.ofArray(residual);
      codeword = new float[dim];
    }

    void subtract() {
      for (int i = 0; i < residual.length; i++) {
        residual[i] -= codeword[i];
      }
    }
  }

  /// A call with the memory of its chunks. Used again, so that a call allocates nothing.
  private final class ResidualCall implements WorkerPool.Task {
    private static final int LOAD = -1;

    private final FloatMatrix noPoints = FloatMatrix.of(new float[0], 0, operand.dim());
    private final TokenIds noIds = TokenIds.of(new int[0]);
    private FloatMatrix points = noPoints;
    private TokenIds ids = noIds;
    private FloatMatrix memory = noPoints;
    private TokenIds idMemory = noIds;
    private FloatMatrix part = noPoints;
    private TokenIds idPart = noIds;
    private FloatMatrix residuals = noPoints;
    private TokenIds found = noIds;
    private long from;
    private int level;

    void encode(FloatMatrix newPoints, TokenIds newIds) {
      points = newPoints;
      ids = newIds;
      for (from = 0; from < points.rows(); from += chunkRows) {
        reserve((int) Math.min(chunkRows, points.rows() - from));
        level = LOAD;
        pool.run(this, Math.ceilDiv(residuals.rows(), TASK_ROWS));
        for (level = 0; level < parts.length; level++) {
          parts[level].nearest(residuals, NearestOptions.SINGLE, found, null);
          pool.run(this, Math.ceilDiv(residuals.rows(), TASK_ROWS));
        }
      }
    }

    private void reserve(int rows) {
      if (memory.rows() < rows) {
        memory = FloatMatrix.allocate(rows, operand.dim());
        idMemory = TokenIds.allocate(rows);
        part = noPoints;
      }
      if (memory.rows() == rows) {
        residuals = memory;
        found = idMemory;
        return;
      }
      if (part.rows() != rows) { // the last chunk of a call, as a rule as long as that of the next
        part = memory.slice(0, rows);
        idPart = idMemory.slice(0, rows);
      }
      residuals = part;
      found = idPart;
    }

    @Override
    public void work(WorkerPool.Chunks tasks) {
      Rows rows = borrow();
      try {
        for (long task = tasks.next(); task >= 0; task = tasks.next()) {
          long end = Math.min(residuals.rows(), (task + 1) * TASK_ROWS);
          for (long row = task * TASK_ROWS; row < end; row++) {
            if (level == LOAD) {
              load(row);
            } else {
              take(rows, row);
            }
          }
        }
      } finally {
        giveBack(rows);
      }
    }

    private void load(long row) {
      MemorySegment.copy(
          points.segment(),
          points.rowOffsetBytes(from + row),
          residuals.segment(),
          residuals.rowOffsetBytes(row),
          (long) operand.dim() * Float.BYTES);
    }

    /// Hands the id of a row on, and makes the residual for the next level.
    private void take(Rows rows, long row) {
      int id = found.get(row);
      ids.set(from + row, level, id);
      if (id >= 0 && level < parts.length - 1) {
        residuals.copyRow(row, rows.residual, 0);
        operand.subtracted().get(level).copyRow(id, rows.codeword, 0);
        rows.subtract();
        MemorySegment.copy(
            rows.residualMemory,
            0,
            residuals.segment(),
            residuals.rowOffsetBytes(row),
            (long) operand.dim() * Float.BYTES);
      }
    }

    /// Lets go of the caller's memory.
    void forget() {
      points = noPoints;
      ids = noIds;
    }
  }

  private Rows borrow() {
    synchronized (idleRows) {
      return idleRows.isEmpty() ? new Rows(operand.dim()) : idleRows.pop();
    }
  }

  private void giveBack(Rows rows) {
    synchronized (idleRows) {
      idleRows.push(rows);
    }
  }

  @Override
  public double estimatedNanos(long rows) {
    double nanos = 0;
    for (NearestKernel part : parts) {
      nanos += part.estimatedNanos(rows, NearestOptions.SINGLE);
    }
    return nanos;
  }

  @Override
  public void prepare() {
    kernels.values().forEach(NearestKernel::prepare);
  }

  @Override
  public Preparation preparation() {
    List<Preparation> each = new ArrayList<>();
    kernels.values().forEach(kernel -> each.add(kernel.preparation()));
    return new Preparation(
        each.stream().mapToLong(Preparation::nanos).sum(),
        each.stream().mapToLong(Preparation::bytes).sum());
  }

  @Override
  public String describe() {
    String how =
        operand.isResidual()
            ? "%d levels, %d rows at a time: ".formatted(parts.length, chunkRows)
            : parts.length + " heads: ";
    return kernels.values().stream()
        .map(NearestKernel::describe)
        .distinct()
        .collect(Collectors.joining(" | ", how, ""));
  }

  @Override
  public void close() {
    kernels.values().forEach(NearestKernel::close);
  }
}
