package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Merges pieces in the order of their lengths: a launch per length and chunk. What has been
/// collected stays, so that the job can go on after a failure.
final class MergeJob implements RowStream.Job {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /// Pieces that a thread of the host copies at a time.
  private static final int PIECES = 1 << 12;

  /// Device memory of a piece: its symbols and its length.
  private static final long PIECE_BYTES = (PieceOrder.MOST + 1L) * Integer.BYTES;

  /// Steps of a piece, each some instructions: a scan and a move per merge.
  private static final double PIECE_TERMS = PieceOrder.MOST * PieceOrder.MOST;

  private record Slot(MemorySegment in, MemorySegment out, Buffer symbols, Buffer lengths) {}

  private final WorkerPool pool;
  private final MergeKernels kernels;
  private final PieceOrder order;
  private final int[] symbols;
  private final int[] lengths;
  private final int first;
  private final int chunkPieces;
  private final Slot[] slots = new Slot[RowStream.SLOTS];
  private int collected;

  /// @param first the place to begin at
  MergeJob(
      Session session,
      MergeKernels kernels,
      PieceOrder order,
      int first,
      int[] symbols,
      int[] lengths) {
    this.kernels = kernels;
    this.order = order;
    this.first = first;
    this.symbols = symbols;
    this.lengths = lengths;
    collected = first;
    pool = session.pool();
    chunkPieces =
        ChunkSize.rows(
            session,
            (long) order.count() - first,
            kernels.items(),
            RowStream.SLOTS * PIECE_BYTES,
            PIECE_BYTES,
            PIECE_TERMS);
    Workspace workspace = session.workspace();
    for (int i = 0; i < slots.length; i++) {
      slots[i] =
          new Slot(
              workspace.pinned("in" + i, chunkPieces * PIECE_BYTES).segment(),
              workspace.pinned("out" + i, chunkPieces * PIECE_BYTES).segment(),
              workspace.buffer("rows" + i, (long) chunkPieces * PieceOrder.MOST * Integer.BYTES),
              workspace.buffer("ids" + i, (long) chunkPieces * Integer.BYTES));
    }
  }

  @Override
  public int chunkRows() {
    return chunkPieces;
  }

  /// The place behind the last one whose results have been taken.
  int collected() {
    return collected;
  }

  /// What is done with the pieces of one length in a chunk.
  private interface Run {
    /// @param from the first one's place
    /// @param offset of their symbols among those of the chunk
    void of(int length, int from, int pieces, long offset);
  }

  /// Goes through the lengths of a chunk.
  ///
  /// @return symbols of the chunk
  private long forEachLength(int from, int pieces, Run run) {
    long offset = 0;
    for (int length = 2; length <= PieceOrder.MOST; length++) {
      int begin = Math.max(from, order.firstPlace(length));
      int count = Math.min(from + pieces, order.firstPlace(length + 1)) - begin;
      if (count > 0) {
        run.of(length, begin, count, offset);
        offset += (long) count * length;
      }
    }
    return offset;
  }

  /// Copies some pieces of a length.
  private interface Copy {
    void of(int begin, int end);
  }

  private void inParallel(int pieces, Copy copy) {
    pool.run(
        parts -> {
          for (long part = parts.next(); part >= 0; part = parts.next()) {
            int begin = (int) part * PIECES;
            copy.of(begin, Math.min(pieces, begin + PIECES));
          }
        },
        Math.ceilDiv(pieces, PIECES));
  }

  @Override
  public void stage(int slot, long from, int rows, ChunkCommands commands) {
    MemorySegment in = slots[slot].in;
    forEachLength(
        first + (int) from,
        rows,
        (length, place, pieces, offset) ->
            inParallel(
                pieces,
                (begin, end) -> {
                  for (int i = begin; i < end; i++) {
                    int symbol = order.begin(order.piece(place + i));
                    for (int position = 0; position < length; position++) {
                      in.setAtIndex(
                          INT, offset + (long) position * pieces + i, symbols[symbol + position]);
                    }
                  }
                }));
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    Slot memory = slots[slot];
    int begin = first + (int) from;
    long bytes = forEachLength(begin, rows, (length, place, pieces, offset) -> {}) * Integer.BYTES;
    commands.copyIn(memory.in.asSlice(0, bytes), memory.symbols);
    forEachLength(
        begin,
        rows,
        (length, place, pieces, offset) ->
            kernels.run(
                commands, length, pieces, offset, place - begin, memory.symbols, memory.lengths));
    commands.copyOut(memory.symbols, memory.out.asSlice(0, bytes));
    commands.copyOut(memory.lengths, outLengths(memory, rows));
  }

  private MemorySegment outLengths(Slot memory, int rows) {
    long offset = (long) chunkPieces * PieceOrder.MOST * Integer.BYTES;
    return memory.out.asSlice(offset, (long) rows * Integer.BYTES);
  }

  @Override
  public void collect(int slot, long from, int rows) {
    MemorySegment out = slots[slot].out;
    MemorySegment outLengths = outLengths(slots[slot], rows);
    int chunk = first + (int) from;
    forEachLength(
        chunk,
        rows,
        (length, place, pieces, offset) ->
            inParallel(
                pieces,
                (begin, end) -> {
                  for (int i = begin; i < end; i++) {
                    int piece = order.piece(place + i);
                    int ids = outLengths.getAtIndex(INT, (long) place - chunk + i);
                    int symbol = order.begin(piece);
                    for (int position = 0; position < ids; position++) {
                      symbols[symbol + position] =
                          out.getAtIndex(INT, offset + (long) position * pieces + i);
                    }
                    lengths[piece] = ids;
                  }
                }));
    collected = chunk + rows;
  }
}
