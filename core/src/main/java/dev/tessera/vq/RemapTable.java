package dev.tessera.vq;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/// Numbers the codes that are in use without gaps: code `used[i]` has the id i (the `remap` of
/// taming-transformers' VectorQuantizer). The id -1, no code, stays -1 both ways. Immutable.
///
/// What a code that is not in use becomes is the table's own rule: an error, until one of the
/// `with` methods says otherwise.
public final class RemapTable {
  /// What becomes of a code that is not in use; each has its factory.
  private enum Unknown {
    REFUSED,
    FIXED,
    RANDOM
  }

  private final int[] used;
  private final int[] sorted;
  private final int[] places;
  private final Unknown unknown;
  private final int fixedId;
  private final long seed;
  private final int size;

  private RemapTable(int[] used, Unknown unknown, int fixedId, long seed, int size) {
    this.used = used;
    this.unknown = unknown;
    this.fixedId = fixedId;
    this.seed = seed;
    this.size = size;
    sorted = used.clone();
    Arrays.sort(sorted);
    places = new int[used.length];
    for (int id = 0; id < used.length; id++) {
      places[Arrays.binarySearch(sorted, used[id])] = id;
    }
  }

  /// A table of the codes in use, in the order of their ids; any other code is refused.
  ///
  /// @throws IllegalArgumentException if there is none, one is negative, or one stands twice
  public static RemapTable of(int... used) {
    if (used.length == 0) {
      throw new IllegalArgumentException("a remap table needs at least 1 code in use");
    }
    RemapTable table = new RemapTable(used.clone(), Unknown.REFUSED, -1, 0, used.length);
    for (int i = 0; i < used.length; i++) {
      if (table.sorted[i] < 0) {
        throw new IllegalArgumentException("a code in use is at least 0, not " + table.sorted[i]);
      }
      if (i > 0 && table.sorted[i] == table.sorted[i - 1]) {
        throw new IllegalArgumentException("the code " + table.sorted[i] + " is in use twice");
      }
    }
    return table;
  }

  /// This table with one more id, behind all others, for the codes that are not in use (taming's
  /// `extra`). It is restored as the code with the id 0, as there.
  public RemapTable withExtraId() {
    return new RemapTable(used, Unknown.FIXED, used.length, 0, used.length + 1);
  }

  /// This table with an id of its own for the codes that are not in use.
  ///
  /// @throws IllegalArgumentException if there is no such id
  public RemapTable withFixedId(int id) {
    if (id < 0 || id >= used.length) {
      throw new IllegalArgumentException(
          "codes not in use get one of the ids [0, %d), not %d".formatted(used.length, id));
    }
    return new RemapTable(used, Unknown.FIXED, id, 0, used.length);
  }

  /// This table with random ids for the codes that are not in use, drawn in the order in which they
  /// stand, anew by the same seed in each call.
  public RemapTable withRandomIds(long seed) {
    return new RemapTable(used, Unknown.RANDOM, -1, seed, used.length);
  }

  /// The number of ids.
  public int size() {
    return size;
  }

  /// The codes in use, by id.
  public int[] used() {
    return used.clone();
  }

  /// The ids of codes, in the same shape.
  ///
  /// @throws IllegalArgumentException if a code is negative (but for -1), or not in use and no rule
  ///   says what it becomes; names its row and column
  public TokenIds remap(TokenIds codes) {
    SplittableRandom random = new SplittableRandom(seed);
    return map(
        codes,
        "code",
        code -> {
          int place = Arrays.binarySearch(sorted, code);
          if (place >= 0) {
            return places[place];
          }
          if (code < 0) {
            return -1;
          }
          return switch (unknown) {
            case REFUSED -> -1;
            case FIXED -> fixedId;
            case RANDOM -> random.nextInt(used.length);
          };
        },
        "which is none of the " + used.length + " in use");
  }

  /// The codes of ids, in the same shape.
  ///
  /// @throws IllegalArgumentException if there is no such id; names its row and column
  public TokenIds restore(TokenIds ids) {
    return map(
        ids,
        "id",
        id -> id < 0 || id >= size ? -1 : used[id < used.length ? id : 0],
        "which is outside [0, " + size + ")");
  }

  /// @param mapping gives -1 where there is nothing
  private static TokenIds map(
      TokenIds from, String what, IntUnaryOperator mapping, String otherwise) {
    TokenIds mapped = TokenIds.allocate(from.rows(), from.columns());
    for (long row = 0; row < from.rows(); row++) {
      for (int column = 0; column < from.columns(); column++) {
        int given = from.get(row, column);
        int result = given == -1 ? -1 : mapping.applyAsInt(given);
        if (given != -1 && result == -1) {
          throw new IllegalArgumentException(
              "row %d has the %s %d in column %d, %s"
                  .formatted(row, what, given, column, otherwise));
        }
        mapped.set(row, column, result);
      }
    }
    return mapped;
  }
}
