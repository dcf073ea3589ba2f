package dev.tessera.text;

import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.TokenIndex;
import dev.tessera.kernel.MergeKernel;
import org.jspecify.annotations.Nullable;

/// Has a backend's [MergeKernel] merge the characters of whole texts. With the scalar backend this
/// is the specification from end to end.
final class SymbolMergingEncoder implements SegmentEncoder {
  private final MergeKernel kernel;
  private final CharacterSymbols symbols;
  private final @Nullable TokenIndex whole;

  SymbolMergingEncoder(MergeKernel kernel, CharacterSymbols symbols, @Nullable TokenIndex whole) {
    this.kernel = kernel;
    this.symbols = symbols;
    this.whole = whole;
  }

  @Override
  public void encode(byte[] text, int from, int to, IdSink sink) {
    int id = whole == null ? TokenIndex.NONE : whole.find(text, from, to - from);
    if (id >= 0) {
      sink.add(id);
      return;
    }
    sink.reserve(to - from);
    int[] ids = new int[to - from];
    int[] ends = {symbols.begin(text, from, to, ids)};
    if (ends[0] == 0) {
      return;
    }
    int[] lengths = new int[1];
    kernel.merge(ids, ends, lengths, 1);
    int count = symbols.end(ids, lengths[0]);
    System.arraycopy(ids, 0, sink.ids, sink.size, count);
    sink.size += count;
  }
}
