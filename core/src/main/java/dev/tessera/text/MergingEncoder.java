package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.PreparedTables;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.SplitKernel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Cuts text into pieces, and has a backend's [MergeKernel] merge those that are distinct, many at
/// a time. With the scalar backend this is the specification from end to end.
final class MergingEncoder implements SegmentEncoder {
  /// Pieces that are merged in one call, at most.
  private static final int BATCH_PIECES = 1 << 16;

  private final SplitKernel splitter;
  private final MergeKernel kernel;
  private final PreparedTables prepared;
  private final int[] ends = new int[BATCH_PIECES];

  MergingEncoder(SplitKernel splitter, MergeKernel kernel, PreparedTables prepared) {
    this.splitter = splitter;
    this.kernel = kernel;
    this.prepared = prepared;
  }

  @Override
  public void encode(byte[] text, int from, int to, IdSink sink) {
    for (int at = from; at < to; ) {
      int pieces = splitter.split(text, at, to, ends);
      encodePieces(text, at, pieces, sink);
      at = ends[pieces - 1];
    }
  }

  private void encodePieces(byte[] text, int from, int pieces, IdSink sink) {
    Map<String, Integer> distinct = new HashMap<>();
    int[] numbers = new int[pieces]; // of each piece, among the distinct ones
    int[] symbols = new int[ends[pieces - 1] - from];
    int[] symbolEnds = new int[pieces];
    int used = 0;
    int start = from;
    for (int piece = 0; piece < pieces; piece++) {
      int length = ends[piece] - start;
      String bytes = new String(text, start, length, StandardCharsets.ISO_8859_1);
      Integer known = distinct.putIfAbsent(bytes, distinct.size());
      if (known == null) {
        used = begin(text, start, length, symbols, used);
        symbolEnds[distinct.size() - 1] = used;
      }
      numbers[piece] = known == null ? distinct.size() - 1 : known;
      start = ends[piece];
    }
    int[] lengths = new int[distinct.size()];
    kernel.merge(symbols, symbolEnds, lengths, distinct.size());
    for (int number : numbers) {
      sink.reserve(lengths[number]);
      int begin = number == 0 ? 0 : symbolEnds[number - 1];
      System.arraycopy(symbols, begin, sink.ids, sink.size, lengths[number]);
      sink.size += lengths[number];
    }
  }

  /// Writes the symbols that a piece begins as.
  private int begin(byte[] text, int from, int length, int[] symbols, int offset) {
    BpeTables tables = prepared.tables();
    int whole = tables.wholePieces() ? prepared.index().find(text, from, length) : -1;
    if (whole >= 0) {
      symbols[offset] = whole;
      return offset + 1;
    }
    for (int i = 0; i < length; i++) {
      symbols[offset + i] = tables.byteSymbols()[text[from + i] & 0xFF];
    }
    return offset + length;
  }
}
