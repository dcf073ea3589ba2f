package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.TokenIndex;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.MergeKernel;
import org.jspecify.annotations.Nullable;

/// Encodes where characters are the symbols, with a backend that was asked for by name: each text
/// is merged by its [MergeKernel].
final class SymbolMergingEngine implements TextEngine {
  private final BpeTables tables;
  private final CharacterSymbols symbols;
  private final @Nullable TokenIndex whole;
  private final MergeKernel kernel;
  private final String backend;
  private final long prepareNanos;

  SymbolMergingEngine(Backends backends, TextPipeline pipeline, CharacterSymbols symbols) {
    long start = System.nanoTime();
    this.symbols = symbols;
    tables = pipeline.tables();
    whole = tables.wholePieces() ? new TokenIndex(tables) : null;
    Backend serving = backends.serving().getFirst();
    backend = serving.name();
    kernel = TextEngine.mergeKernel(serving, tables.merges());
    prepareNanos = System.nanoTime() - start;
  }

  @Override
  public SegmentEncoder newEncoder() {
    return new SymbolMergingEncoder(kernel, symbols, whole);
  }

  @Override
  public TokenizerReport report(long decoderBytes) {
    return new TokenizerReport(
        "none, texts are merged whole",
        backend + " merge kernel, every text: " + kernel.describe(),
        tables.bytes().length + 4L * tables.ends().length + decoderBytes,
        0,
        prepareNanos);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
