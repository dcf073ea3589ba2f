package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterCuts;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.PairTable;
import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.internal.bpe.SymbolMerger;
import dev.tessera.internal.bpe.TokenIndex;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SplitKernel;
import org.jspecify.annotations.Nullable;

/// Encodes where characters are the symbols.
///
/// Under `auto` and with `simd`, what comes is cut further where no rule reaches across
/// ([CharacterCuts]), and goes through the cache and the merge loops of [PieceEncoder]; with its
/// spaces as they are, where all that a vocabulary asks for is to escape them. A backend that was
/// asked for by name and is neither merges each text by its own [MergeKernel].
final class SymbolEngine implements TextEngine {
  private final TextOptions options;
  private final CharacterSymbols symbols;

  /// The symbols of text with spaces, if it can be encoded as it comes, or null.
  private final @Nullable CharacterSymbols spaced;

  private final PairTable pairs;
  private final @Nullable TokenIndex whole;
  private final SplitKernel cuts;
  private final PieceLookups lookups;
  private final @Nullable MergeKernel kernel;
  private final String merging;
  private final long bytes;
  private final long prepareNanos;

  SymbolEngine(
      Backends backends, TextPipeline pipeline, CharacterSymbols symbols, TextOptions options) {
    long start = System.nanoTime();
    this.options = options;
    this.symbols = symbols;
    BpeTables tables = pipeline.tables();
    whole = tables.wholePieces() ? new TokenIndex(tables) : null;
    pairs = new PairTable(tables.merges());
    spaced = whole == null ? spaced(pipeline, symbols) : null;
    cuts = whole == null ? cuts(tables, spaced == null ? symbols : spaced) : new WholePiece();
    lookups = new PieceLookups(backends);
    String requested = backends.report().requested();
    if (requested.equals(Backends.AUTO) || requested.equals("simd")) {
      kernel = null;
      merging = lookups.describe();
    } else {
      Backend backend = backends.serving().getFirst();
      kernel = merge(backend, tables.merges());
      merging = backend.name() + " merge kernel, every text";
    }
    bytes = pairs.bytes() + tables.bytes().length + 4L * tables.ends().length;
    prepareNanos = System.nanoTime() - start;
  }

  private static @Nullable CharacterSymbols spaced(
      TextPipeline pipeline, CharacterSymbols symbols) {
    EscapedSpaces spaces = pipeline.spaces();
    return spaces == null
            || !pipeline.normalizedTokens().isEmpty()
            || pipeline.prepare() != null
            || pipeline.prepareFirst() != null
            || pipeline.spellsBytes()
            || !pipeline.pretokenizer().leavesWhole()
        ? null
        : symbols.beforeEscaping(spaces.repairs());
  }

  private static MergeKernel merge(Backend backend, MergeOperand rules) {
    return switch (backend.merge(rules)) {
      case Offer.Accepted<MergeKernel>(MergeKernel accepted) -> accepted;
      case Offer.Declined<MergeKernel>(String reason) ->
          throw new KernelException(
              "the backend that was asked for does not merge text: " + reason);
    };
  }

  private static CharacterCuts cuts(BpeTables tables, CharacterSymbols symbols) {
    CharacterCuts cuts = new CharacterCuts(symbols);
    for (int id : tables.merges().merged()) {
      cuts.join(tables.bytes(), tables.start(id), tables.ends()[id]);
    }
    return cuts;
  }

  @Override
  public SegmentEncoder newEncoder() {
    if (kernel != null) {
      return new SymbolMergingEncoder(kernel, symbols, whole);
    }
    PieceEncoder pieces =
        new PieceEncoder(
            new SymbolMerger(spaced == null ? symbols : spaced, pairs, whole),
            options.cacheBytes(),
            lookups.newProbe(),
            lookups.trial);
    return spaced == null
        ? new ByteLevelEncoder(cuts, pieces)
        : new SpacedTextEncoder(cuts, pieces);
  }

  @Override
  public TokenizerReport report(long decoderBytes) {
    return new TokenizerReport(
        "between characters that no token joins" + (spaced == null ? "" : ", spaces as they come"),
        kernel == null ? merging : merging + ": " + kernel.describe(),
        bytes + decoderBytes,
        kernel == null ? options.cacheBytes() : 0,
        prepareNanos);
  }

  @Override
  public void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}
