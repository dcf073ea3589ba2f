package dev.tessera.kernels.opencl;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Brings the rows of a matrix to the device, in order, through a few pieces of pinned memory that
/// are used in turn. Threads of its own fill the pieces, ahead of the thread that gives the
/// commands and beside all that it does. On a host of an H200 with 16 cores and a bus that takes 54
/// GB/s, rows of 128 columns went in at 48 GB/s; at 17 to 24 while threads were woken for one piece
/// after the other.
///
/// One thread, the one that gives commands, calls [#copyIn] for all rows from first to last; where
/// threads are few it fills pieces, too.
final class RowStaging {
  /// Pinned memory of a piece: copies of this size run at the full rate of any bus.
  private static final long PIECE_BYTES = 16L << 20;

  /// Pieces that are used in turn: those that travel while the calling thread gives commands, and
  /// two to fill. Twice as many would leave the processor's cache before they travel.
  private static final int PIECES = 6;

  /// Bytes that a thread copies at a time.
  private static final long SHARE_BYTES = 256 << 10;

  /// How long a thread stays awake for the next piece, in nanoseconds: what a few pieces take on
  /// their way. Waking it takes a tenth of that.
  private static final long AWAKE_NANOS = 1_000_000;

  /// How often the threads that wait look whether a piece has arrived.
  private static final long LOOK_NANOS = 50_000;

  /// With so many threads the one that gives commands leaves the filling to the others.
  static final int ENOUGH_THREADS = 4;

  /// How often the calling thread looks whether others are done, before it looks now and then.
  private static final int SPINS = 1000;

  private static final long PAUSE_NANOS = 10_000;

  private final Session session;
  private final FloatMatrix matrix;
  private final int chunkRows;
  private final int firstColumn;
  private final int columns;
  private final long rowBytes;
  private final int parts;
  private final int pieceRows;
  private final int piecesPerPart;
  private final int shareRows;
  private final int sharesPerPiece;
  private final long shares;
  private final long awakeNanos;
  private final boolean fillsItself;
  private final MemorySegment[] pieces = new MemorySegment[PIECES];
  private final @Nullable Event[] copies = new Event[PIECES];
  private final AtomicIntegerArray filledShares = new AtomicIntegerArray(PIECES);
  private final AtomicLong nextShare = new AtomicLong();
  private final ReentrantLock opening = new ReentrantLock();
  private final Condition opens = opening.newCondition();

  /// Pieces before this one may be filled; written under the lock.
  private volatile long open = PIECES;

  /// Pieces that are on their way, or were; under the lock.
  private long sent;

  /// When somebody last looked for pieces that have arrived.
  private volatile long looked = System.nanoTime();

  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  private RowStaging(
      Session session,
      FloatMatrix matrix,
      int firstColumn,
      int columns,
      int parts,
      long rowBytes,
      int chunkRows) {
    this.session = session;
    this.matrix = matrix;
    this.firstColumn = firstColumn;
    this.columns = columns;
    this.parts = parts;
    this.rowBytes = rowBytes;
    this.chunkRows = chunkRows;
    long pieceBytes = Math.min(PIECE_BYTES, session.device().mostBufferBytes());
    pieceRows = Math.clamp(pieceBytes / rowBytes, 1, Math.max(1, chunkRows));
    piecesPerPart = Math.ceilDiv(Math.max(1, chunkRows), pieceRows);
    shareRows = Math.clamp(SHARE_BYTES / rowBytes, 1, pieceRows);
    sharesPerPiece = Math.ceilDiv(pieceRows, shareRows);
    long chunks = Math.ceilDiv(matrix.rows(), Math.max(1, chunkRows));
    shares = chunks * parts * piecesPerPart * sharesPerPiece;
    fillsItself = session.stagers().threads() < ENOUGH_THREADS;
    awakeNanos = session.device().kind() == Device.Kind.CPU ? 0 : AWAKE_NANOS;
    for (int i = 0; i < PIECES; i++) {
      pieces[i] = session.workspace().pinned("staging" + i, pieceRows * rowBytes).segment();
    }
  }

  /// Of whole rows.
  ///
  /// @param chunkRows the rows of each call of [#copyIn] but the last, which may have fewer
  static RowStaging ofRows(Session session, FloatMatrix matrix, int chunkRows) {
    return ofParts(session, matrix, matrix.columns(), chunkRows);
  }

  /// Of rows that are cut into parts of so many columns; each chunk's first part comes first, then
  /// its second, and so on.
  static RowStaging ofParts(Session session, FloatMatrix matrix, int columns, int chunkRows) {
    long rowBytes = (long) columns * FloatMatrix.ELEMENT_BYTES;
    int parts = matrix.columns() / columns;
    return new RowStaging(session, matrix, 0, columns, parts, rowBytes, chunkRows);
  }

  /// Of the columns of a slab, its padding included.
  static RowStaging ofSlab(Session session, FloatMatrix matrix, ColumnSlab slab, int chunkRows) {
    return new RowStaging(
        session, matrix, slab.first(), slab.columns(), 1, slab.rowBytes(), chunkRows);
  }

  /// Runs `commands`, which calls [#copyIn], while other threads fill the pieces ahead of it.
  void beside(Runnable commands) {
    Thread caller = Thread.currentThread();
    try {
      session
          .stagers()
          .run(
              threads -> {
                if (Thread.currentThread() == caller) {
                  try {
                    commands.run();
                  } finally {
                    stop();
                  }
                } else {
                  fill();
                }
              },
              session.stagers().threads());
    } finally {
      for (Event copy : copies) {
        if (copy != null) {
          copy.close();
        }
      }
    }
  }

  /// Starts copies of a chunk's rows to a buffer, from a byte of it on; the rows have been read
  /// when it returns.
  ///
  /// @param part of the columns
  void copyIn(long from, int rows, int part, Buffer to, long offsetBytes, ChunkCommands commands) {
    long piece = (from / chunkRows * parts + part) * piecesPerPart;
    for (long begin = 0; begin < (long) piecesPerPart * pieceRows; begin += pieceRows) {
      long count = Math.min(pieceRows, rows - begin);
      int place = (int) (piece % PIECES);
      awaitOpen(piece, commands);
      awaitFilled(place);
      Event copy = null;
      if (count > 0) {
        MemorySegment staged = pieces[place].asSlice(0, count * rowBytes);
        copy = commands.copyInNow(staged, to, offsetBytes + begin * rowBytes);
      }
      sent(place, copy);
      piece++;
    }
  }

  /// Hands a piece's memory on to the piece that has it next.
  private void sent(int place, @Nullable Event copy) {
    Event earlier = copies[place];
    filledShares.set(place, 0);
    opening.lock();
    try {
      copies[place] = copy;
      sent++;
      openFree();
    } finally {
      opening.unlock();
    }
    if (earlier != null) {
      earlier.close();
    }
  }

  private void awaitOpen(long piece, ChunkCommands commands) {
    while (open <= piece) {
      Event earlier = copies[(int) (open % PIECES)];
      if (earlier != null) {
        commands.awaitEarlier(earlier);
      }
      opening.lock();
      try {
        openFree();
      } finally {
        opening.unlock();
      }
    }
  }

  /// Opens the pieces whose memory is free by now; under the lock.
  private void openFree() {
    long opened = open;
    while (opened < sent + PIECES) {
      Event earlier = copies[(int) (opened % PIECES)];
      if (earlier != null && !earlier.hasCome()) {
        break;
      }
      opened++;
    }
    if (opened > open) {
      open = opened;
      opens.signalAll();
    }
  }

  /// As [#openFree()], now and then, by whichever thread comes first.
  private void lookForFree() {
    if (System.nanoTime() - looked > LOOK_NANOS && opening.tryLock()) {
      try {
        looked = System.nanoTime();
        openFree();
      } finally {
        opening.unlock();
      }
    }
  }

  private void awaitFilled(int place) {
    int waited = 0;
    while (filledShares.get(place) < sharesPerPiece) {
      switch (failure) {
        case null -> {}
        case Error e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
      if (fillsItself && fillShare()) {
        continue;
      }
      if (++waited < SPINS) { // others have the last shares
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /// Fills pieces until there are none left, or nobody wants them any more.
  private void fill() {
    try {
      while (awaitShare()) {
        fillShare();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  /// Waits for a share that may be filled.
  ///
  /// @return whether there is one
  private boolean awaitShare() {
    long begin = System.nanoTime();
    while (!stopped && nextShare.get() < shares) {
      if (isNextOpen()) {
        return true;
      }
      if (System.nanoTime() - begin < awakeNanos) {
        lookForFree();
        Thread.onSpinWait();
        continue;
      }
      opening.lock();
      try {
        if (!stopped && !isNextOpen() && nextShare.get() < shares) {
          opens.awaitUninterruptibly();
        }
      } finally {
        opening.unlock();
      }
    }
    return false;
  }

  private boolean isNextOpen() {
    return nextShare.get() / sharesPerPiece < open;
  }

  private void stop() {
    opening.lock();
    try {
      stopped = true;
      opens.signalAll();
    } finally {
      opening.unlock();
    }
  }

  /// Fills the next share.
  ///
  /// @return false where there is none that may be filled now
  private boolean fillShare() {
    long share = nextShare.get();
    if (share >= shares || share / sharesPerPiece >= open) {
      return false;
    }
    if (nextShare.compareAndSet(share, share + 1)) {
      long piece = share / sharesPerPiece;
      long partOfChunk = piece / piecesPerPart;
      long chunk = partOfChunk / parts;
      int column = firstColumn + (int) (partOfChunk % parts) * columns;
      long chunkEnd = Math.min(matrix.rows(), (chunk + 1) * chunkRows);
      long begin = chunk * chunkRows + piece % piecesPerPart * pieceRows;
      long end = Math.min(chunkEnd, begin + pieceRows);
      int place = (int) (piece % PIECES);
      long offset = share % sharesPerPiece * shareRows;
      long rows = Math.min(shareRows, end - begin - offset);
      if (rows > 0) {
        copy(begin + offset, (int) rows, column, pieces[place], offset * rowBytes);
      }
      filledShares.incrementAndGet(place);
    }
    return true;
  }

  private void copy(long from, int rows, int column, MemorySegment to, long toBytes) {
    MemorySegment source = matrix.segment();
    long filledBytes = (long) columns * FloatMatrix.ELEMENT_BYTES;
    if (matrix.isPacked() && columns == matrix.columns() && filledBytes == rowBytes) {
      MemorySegment.copy(source, matrix.rowOffsetBytes(from), to, toBytes, rows * rowBytes);
      return;
    }
    for (int row = 0; row < rows; row++) {
      long offset = matrix.rowOffsetBytes(from + row) + (long) column * FloatMatrix.ELEMENT_BYTES;
      long target = toBytes + row * rowBytes;
      MemorySegment.copy(source, offset, to, target, filledBytes);
      if (filledBytes < rowBytes) {
        to.asSlice(target + filledBytes, rowBytes - filledBytes).fill((byte) 0);
      }
    }
  }

  /// The rate at which all threads put rows into pinned memory, in bytes a second.
  ///
  /// @param sample fits a piece
  static double bytesPerSecond(Session session, FloatMatrix sample) {
    RowStaging staging = ofRows(session, sample, Math.toIntExact(sample.rows()));
    long begin = System.nanoTime();
    staging.beside(() -> staging.awaitFilled(0));
    long nanos = Math.max(1, System.nanoTime() - begin);
    return sample.rows() * staging.rowBytes * 1e9 / nanos;
  }
}
