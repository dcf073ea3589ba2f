package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.bpe.FrozenPieces;
import dev.tessera.io.SentencePieceModel;
import dev.tessera.io.SentencePieceModel.Piece;
import dev.tessera.kernel.MergeOperand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns the pieces of a SentencePiece model into symbols and rules: of two neighbours that make a
/// piece, those of the greatest score are joined first, of equal scores the leftmost.
final class SentencePieceTables {
  private static final int BYTE_VALUES = 256;

  private final BpeTables tables;
  private final CharacterSymbols symbols;

  @SuppressWarnings("UndefinedEquals") // texts by identity: each is put once
  SentencePieceTables(SentencePieceModel model) {
    List<Piece> pieces = model.pieces();
    TokenTable table = new TokenTable(pieces.size());
    Map<Integer, Integer> characters = new HashMap<>();
    Map<byte[], Integer> frozen = new LinkedHashMap<>();
    Set<Integer> tokenless = new LinkedHashSet<>();
    List<Integer> merged = new ArrayList<>();
    int[] byteTokens = new int[model.byteFallback() ? BYTE_VALUES : 0];
    int unknown = -1;
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      byte[] text = piece.text().getBytes(StandardCharsets.UTF_8);
      table.set(id, text);
      int first = piece.text().codePointAt(0);
      boolean single = piece.text().length() == Character.charCount(first);
      switch (piece.type()) {
        case BYTE -> byteTokens[SentencePieceDecoder.bytes(piece)[0] & 0xFF] = id;
        case USER_DEFINED -> frozen.put(text, id);
        case UNKNOWN -> unknown = id;
        default -> {}
      }
      if (single && piece.type() != SentencePieceModel.Type.BYTE) {
        characters.put(first, id);
      } else if (piece.type() == SentencePieceModel.Type.NORMAL) {
        merged.add(id);
      }
    }
    for (int id : merged) {
      pieces
          .get(id)
          .text()
          .codePoints()
          .filter(c -> !characters.containsKey(c))
          .forEach(tokenless::add);
    }
    int[] others = tokenless.stream().mapToInt(Integer::intValue).toArray();
    FrozenPieces none = new FrozenPieces(Map.of());
    CharacterSymbols plain =
        new CharacterSymbols(characters, new int[0], -1, true, none, others, pieces.size());
    symbols =
        new CharacterSymbols(
            characters, byteTokens, unknown, true, new FrozenPieces(frozen), others, pieces.size());
    MergeOperand nothing = table.decodeTables().merges();
    BpeTables flat = table.tables(new int[0], nothing, false);
    MergeOperand merges =
        RankMerges.derive(
            ranked(pieces, merged, flat, others), plain::begin, pieces.size() + others.length);
    tables =
        new BpeTables(flat.bytes(), flat.ends(), new int[0], withoutFrozen(merges, pieces), false);
  }

  private static RankedTokens ranked(
      List<Piece> pieces, List<Integer> merged, BpeTables flat, int[] others) {
    merged.sort(Comparator.comparingDouble((Integer id) -> -pieces.get(id).score()));
    int[] order = merged.stream().mapToInt(Integer::intValue).toArray();
    int[] rank = new int[pieces.size()];
    for (int i = 1; i < order.length; i++) {
      boolean same = pieces.get(order[i]).score() == pieces.get(order[i - 1]).score();
      rank[order[i]] = rank[order[i - 1]] + (same ? 0 : 1);
    }
    int[] lengths =
        Arrays.stream(others)
            .map(c -> Character.toString(c).getBytes(StandardCharsets.UTF_8).length)
            .toArray();
    return new RankedTokens(flat.bytes(), flat.ends(), order, rank, lengths);
  }

  /// User-defined pieces are joined with nothing.
  private static MergeOperand withoutFrozen(MergeOperand merges, List<Piece> pieces) {
    int[] kept = new int[merges.rules()];
    int count = 0;
    for (int rule = 0; rule < kept.length; rule++) {
      if (!isFrozen(pieces, merges.left()[rule]) && !isFrozen(pieces, merges.right()[rule])) {
        kept[count++] = rule;
      }
    }
    if (count == kept.length) {
      return merges;
    }
    int[] rules = Arrays.copyOf(kept, count);
    return new MergeOperand(
        Arrays.stream(rules).map(rule -> merges.left()[rule]).toArray(),
        Arrays.stream(rules).map(rule -> merges.right()[rule]).toArray(),
        Arrays.stream(rules).map(rule -> merges.merged()[rule]).toArray(),
        Arrays.stream(rules).map(rule -> merges.rank()[rule]).toArray(),
        merges.symbols());
  }

  private static boolean isFrozen(List<Piece> pieces, int symbol) {
    return symbol < pieces.size()
        && pieces.get(symbol).type() == SentencePieceModel.Type.USER_DEFINED;
  }

  BpeTables tables() {
    return tables;
  }

  CharacterSymbols symbols() {
    return symbols;
  }
}
