package dev.tessera.kernel;

/// The merge rules of a byte-pair encoding: rule r joins the symbols `left[r]` and `right[r]` into
/// `merged[r]`. No two rules have the same pair. The arrays are shared, and nobody writes to them.
///
/// @param left `[rules]`, symbol ids
/// @param right `[rules]`, symbol ids
/// @param merged `[rules]`, the id of the joined symbol; several rules may lead to one symbol
/// @param rank `[rules]`, at least 0 and never falling with r: of the pairs that stand in a piece
///   the one with the lowest rank is joined first, of equal ranks the leftmost
/// @param symbols one more than the greatest id; at most 2^21
@SuppressWarnings("ArrayRecordComponent") // large, shared, and compared by nobody
public record MergeOperand(int[] left, int[] right, int[] merged, int[] rank, int symbols) {
  /// The number of rules.
  public int rules() {
    return rank.length;
  }
}
