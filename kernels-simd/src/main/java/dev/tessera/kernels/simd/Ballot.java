package dev.tessera.kernels.simd;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Finds the most frequent of a few labels, of equally frequent ones the lowest, so that neighbours
/// choose alike: by vectors, which compare each label with all, or in a small hash table, which is
/// forgotten by a new number for each ballot. A slot of it holds the number of its ballot, a label,
/// and that label's votes.
final class Ballot {
  /// The most labels.
  static final int VOTERS = 16;

  private static final VectorSpecies<Integer> INTS = Lanes.INTS;

  /// No label.
  private static final int NOBODY = -1;

  private static final int SLOTS_LOG = 6;
  private static final int SLOTS = 1 << SLOTS_LOG;
  private static final int HASH = 0x9E3779B1;

  private static final int VOTES_BITS = 5;
  private static final int VOTES_MASK = (1 << VOTES_BITS) - 1;
  private static final int LABEL_BITS = 31;
  private static final int BALLOTS = 1 << (Long.SIZE - LABEL_BITS - VOTES_BITS);

  private final long[] slots = new long[SLOTS];
  private int ballot;

  /// Counts by vectors.
  ///
  /// @param labels `[VOTERS]`, at least 0; those behind the first `count` are overwritten
  /// @param count at least 1
  /// @return the most frequent label, and its votes above its 32 bits
  static long favourite(int[] labels, int count) {
    for (int i = count; i < VOTERS; i++) {
      labels[i] = NOBODY;
    }
    int most = 0;
    int favourite = Integer.MAX_VALUE;
    for (int at = 0; at < VOTERS; at += Lanes.COUNT) {
      IntVector asked = IntVector.fromArray(INTS, labels, at);
      IntVector votes = IntVector.zero(INTS);
      for (int i = 0; i < VOTERS; i++) {
        votes = votes.add(1, asked.compare(VectorOperators.EQ, labels[i]));
      }
      votes = votes.blend(0, asked.compare(VectorOperators.EQ, NOBODY));
      int greatest = votes.reduceLanes(VectorOperators.MAX);
      VectorMask<Integer> elected = votes.compare(VectorOperators.EQ, greatest);
      int lowest = asked.reduceLanes(VectorOperators.MIN, elected);
      if (greatest > most || (greatest == most && lowest < favourite)) {
        most = greatest;
        favourite = lowest;
      }
    }
    return (long) most << Integer.SIZE | favourite;
  }

  /// The same, by the table; no label is overwritten.
  long favouriteByTable(int[] labels, int count) {
    ballot++;
    if (ballot == BALLOTS) {
      Arrays.fill(slots, 0);
      ballot = 1;
    }
    int best = Integer.MAX_VALUE;
    int votes = 0;
    for (int i = 0; i < count; i++) {
      int label = labels[i];
      long voted = ((long) ballot << LABEL_BITS) | label;
      int at = (label * HASH) >>> (Integer.SIZE - SLOTS_LOG);
      long slot = slots[at];
      while (slot >>> VOTES_BITS != voted && slot >>> (LABEL_BITS + VOTES_BITS) == ballot) {
        at = (at + 1) & (SLOTS - 1);
        slot = slots[at];
      }
      int now = slot >>> VOTES_BITS == voted ? (int) (slot & VOTES_MASK) + 1 : 1;
      slots[at] = (voted << VOTES_BITS) | now;
      if (now > votes || (now == votes && label < best)) {
        best = label;
        votes = now;
      }
    }
    return (long) votes << Integer.SIZE | best;
  }
}
