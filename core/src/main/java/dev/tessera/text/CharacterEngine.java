package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterCuts;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.LoneCharacters;
import dev.tessera.internal.bpe.PairTable;
import dev.tessera.internal.bpe.PieceEncoder;
import dev.tessera.internal.bpe.SymbolMerger;
import dev.tessera.internal.bpe.SymbolTables;
import dev.tessera.internal.bpe.TokenIndex;
import dev.tessera.kernel.Backends;
import org.jspecify.annotations.Nullable;

/// Encodes where characters are the symbols, under `auto` and with `simd`: what comes is cut
/// further where no rule reaches across ([CharacterCuts]), and goes through the cache and the merge
/// loops of [PieceEncoder]; with its spaces as they are, where all that a vocabulary asks for is to
/// escape them.
final class CharacterEngine implements TextEngine {
  private final boolean knowsSpaces;
  private final SymbolTables merging;
  private final @Nullable CharacterCuts cuts;
  private final PieceEncoder.Seed seed;
  private final PieceLookups lookups;
  private final BpeTables tables;
  private final long prepareNanos;

  CharacterEngine(
      Backends backends, TextPipeline pipeline, CharacterSymbols symbols, TextOptions options) {
    long start = System.nanoTime();
    tables = pipeline.tables();
    TokenIndex whole = tables.wholePieces() ? new TokenIndex(tables) : null;
    CharacterSymbols spaced = whole == null ? spaced(pipeline, symbols) : null;
    knowsSpaces = spaced != null;
    CharacterSymbols used = spaced == null ? symbols : spaced;
    SymbolTables shared = new SymbolTables(used, new PairTable(tables.merges()), whole);
    merging = shared;
    cuts = whole == null ? new CharacterCuts(tables, used) : null;
    seed = new PieceEncoder.Seed(() -> new SymbolMerger(shared), options.cacheBytes());
    lookups = new PieceLookups(backends);
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

  @Override
  public SegmentEncoder newEncoder() {
    PieceEncoder encoder = new PieceEncoder(seed, lookups.newProbe(), lookups.trial);
    if (cuts == null) {
      return new ByteLevelEncoder(new WholePiece(), encoder);
    }
    LoneCharacters lone = cuts.lone();
    return lone == null
        ? new ByteLevelEncoder(cuts, encoder)
        : new CharacterEncoder(cuts, lone, encoder, knowsSpaces);
  }

  @Override
  public TokenizerReport report(long decoderBytes) {
    return new TokenizerReport(
        "cuts between characters that no token joins"
            + (knowsSpaces ? ", spaces as they come" : ""),
        lookups.describe(),
        merging.bytes()
            + tables.bytes().length
            + 4L * tables.ends().length
            + seed.bytes()
            + decoderBytes,
        seed.bytes(),
        prepareNanos);
  }

  @Override
  public void close() {}
}
