package dev.tessera.kernels.opencl;

/// `merge.cl`, with the rules on the device.
final class MergeKernels implements AutoCloseable {
  private static final int MOST_ITEMS = 64;

  private final int items;
  private final int bits;
  private final Buffer rules;
  private final Kernel merge;

  /// Puts the rules on the device, within [Session#run].
  MergeKernels(Session session, RuleTable table, DeviceTimes times) {
    Context context = session.context();
    items = items(context.device());
    bits = table.bits();
    merge = context.newKernel("merge.cl", options(items), "merge_pieces");
    Buffer made = null;
    boolean filled = false;
    try {
      made = context.newBuffer(table.ints() * Integer.BYTES);
      WordsUpload.run(session, table.segment(), table.ints(), made, times);
      filled = true;
    } finally {
      if (!filled) {
        merge.close();
        if (made != null) {
          made.close();
        }
      }
    }
    rules = made;
  }

  /// The constants of the program.
  static String options(int items) {
    return "-DMOST=%d -DITEMS=%d".formatted(PieceOrder.MOST, items);
  }

  /// Work-items of a work-group, as the device and its local memory allow; 0 where they do not.
  static int items(Device device) {
    long localBytes = 2L * PieceOrder.MOST * Integer.BYTES;
    return (int)
        Math.min(MOST_ITEMS, Math.min(device.mostWorkItems(), device.localBytes() / localBytes));
  }

  /// Work-items of a work-group.
  int items() {
    return items;
  }

  /// Merges pieces of one length.
  ///
  /// @param first where their symbols begin in `symbols` `[length x pieces]`
  /// @param firstPiece where their lengths begin in `lengths`
  void run(
      ChunkCommands commands,
      int length,
      int pieces,
      long first,
      long firstPiece,
      Buffer symbols,
      Buffer lengths) {
    merge.with(rules, bits, length, pieces, first, firstPiece, symbols, lengths);
    commands.run("merge", merge, Math.ceilDiv(pieces, items), items);
  }

  /// Device memory held, in bytes.
  long bytes() {
    return rules.bytes();
  }

  @Override
  public void close() {
    rules.close();
    merge.close();
  }
}
