package dev.tessera.kernels.opencl;

import dev.tessera.internal.bpe.Merger;
import dev.tessera.internal.bpe.PairTable;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Byte-pair merges on a device, for large batches of distinct pieces: a work-item merges a piece
/// of at most [PieceOrder#MOST] symbols, the host the longer ones. Calls take turns (see
/// [Session]).
///
/// It seldom pays. Pieces of text are short, most are found whole in a table or a cache on the
/// host, and what is left has to cross the bus both ways: the GPU tokenizers that have been
/// published gain a factor of two over slow ones on processors. The estimate is measured on the
/// device, copies on the host included, so that `auto` takes it only where it wins.
final class OpenClMerge implements MergeKernel {
  static final String OPERATION = "byte-pair merges";

  /// The table of rules takes at most this share of the memory; pieces need some.
  private static final double SHARE = 0.5;

  /// Building the program takes about so long where the driver has not kept it, in nanoseconds.
  private static final double BUILDING_NANOS = 0.5e9;

  /// Placing a rule in the table takes about so long, in nanoseconds.
  private static final double RULE_NANOS = 50;

  /// Sorting a piece takes about so long, in nanoseconds.
  private static final double PIECE_NANOS = 5;

  /// The host takes about so long for a symbol of a long piece, in nanoseconds.
  private static final double LONG_SYMBOL_NANOS = 150;

  /// What stays: the rules for the host, and for the device.
  private record Prepared(PairTable rules, MergeKernels kernels) {}

  private final Session session;
  private final MergeOperand operand;
  private final DeviceTimes times = new DeviceTimes();
  private final LongAdder preparedNanos = new LongAdder();
  private final LongAdder onDevice = new LongAdder();
  private final LongAdder onHost = new LongAdder();
  private volatile @Nullable Prepared prepared;
  private volatile boolean closed;

  OpenClMerge(Session session, MergeOperand operand) {
    this.session = session;
    this.operand = operand;
  }

  /// A kernel, where the device has room for the rules.
  static Offer<MergeKernel> offer(Session session, MergeOperand operand) {
    Device device = session.device();
    if (MergeKernels.items(device) < 1) {
      return new Offer.Declined<>(
          "%s has %d bytes of local memory, a piece of %d symbols needs %d"
              .formatted(device, device.localBytes(), PieceOrder.MOST, 2L * PieceOrder.MOST * 4));
    }
    long allowed = Math.min((long) (session.allowedBytes() * SHARE), device.mostBufferBytes());
    if (operand.rules() > PairTable.MOST_RULES || RuleTable.bytes(operand.rules()) > allowed) {
      return new Offer.Declined<>(
          "%d merge rules need %d bytes of the memory of %s, %d are allowed"
              .formatted(operand.rules(), RuleTable.bytes(operand.rules()), device, allowed));
    }
    return new Offer.Accepted<>(new OpenClMerge(session, operand));
  }

  /// How long its commands took so far.
  DeviceTimes times() {
    return times;
  }

  @Override
  public void merge(int[] symbols, int[] ends, int[] lengths, int pieces) {
    Call call = new Call(symbols, ends, lengths, pieces);
    session.run(OPERATION, call::run, this::forget);
  }

  /// One call; after a failure for want of memory it goes on where it was.
  private final class Call {
    private final int[] symbols;
    private final int[] lengths;
    private final PieceOrder order;
    private boolean longOnesMerged;
    private int done;

    Call(int[] symbols, int[] ends, int[] lengths, int pieces) {
      this.symbols = symbols;
      this.lengths = lengths;
      order = new PieceOrder(ends, pieces);
      for (int piece = 0; piece < pieces; piece++) {
        lengths[piece] = order.length(piece); // of those that have no pair
      }
    }

    void run() {
      Prepared made = prepared();
      if (!longOnesMerged) {
        mergeLongPieces(made.rules);
        longOnesMerged = true;
      }
      if (done < order.count()) {
        mergeOnDevice(made.kernels);
      }
      onDevice.add(order.count());
      onHost.add(order.longPieces().length);
    }

    private void mergeOnDevice(MergeKernels kernels) {
      MergeJob job = new MergeJob(session, kernels, order, done, symbols, lengths);
      try {
        RowStream.run(session, job, (long) order.count() - done, times);
      } finally {
        done = job.collected();
      }
    }

    private void mergeLongPieces(PairTable rules) {
      int[] longPieces = order.longPieces();
      session
          .pool()
          .run(
              pieces -> {
                Merger merging = new Merger(rules);
                for (long next = pieces.next(); next >= 0; next = pieces.next()) {
                  int piece = longPieces[(int) next];
                  lengths[piece] = merging.merge(symbols, order.begin(piece), order.length(piece));
                }
              },
              longPieces.length);
    }
  }

  private Prepared prepared() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    Prepared made = prepared;
    if (made == null) {
      long start = System.nanoTime();
      session.makeRoomFor(RuleTable.bytes(operand.rules()));
      made =
          new Prepared(
              new PairTable(operand),
              session.keep(new MergeKernels(session, new RuleTable(operand), times)));
      prepared = made;
      preparedNanos.add(System.nanoTime() - start);
    }
    return made;
  }

  private void forget() {
    Prepared made = prepared;
    if (made != null) {
      prepared = null;
      session.release(made.kernels);
    }
  }

  @Override
  public double estimatedNanos(int pieces, int symbols) {
    if (session.device().kind() == Device.Kind.CPU) {
      return Double.POSITIVE_INFINITY; // the host's own kernels serve there
    }
    try {
      double perSymbol = session.mergeNanosPerSymbol(OPERATION);
      double average = (double) symbols / Math.max(1, pieces);
      double nanos =
          session.rates(OPERATION).copyInNanos(0)
              + PIECE_NANOS * pieces
              + symbols * (average > PieceOrder.MOST ? LONG_SYMBOL_NANOS : perSymbol);
      return prepared == null ? nanos + BUILDING_NANOS + RULE_NANOS * operand.rules() : nanos;
    } catch (KernelException e) {
      return Double.POSITIVE_INFINITY; // whoever calls all the same hears why
    }
  }

  @Override
  public Preparation preparation() {
    Prepared made = prepared;
    return new Preparation(
        preparedNanos.sum(), made == null ? 0 : made.rules.bytes() + made.kernels.bytes());
  }

  @Override
  public String describe() {
    return "%d pieces of at most %d symbols on the device, %d longer ones on the host; %s"
        .formatted(onDevice.sum(), PieceOrder.MOST, onHost.sum(), times);
  }

  @Override
  public void close() {
    closed = true;
    forget();
  }
}
