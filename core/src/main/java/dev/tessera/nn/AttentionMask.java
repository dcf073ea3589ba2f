package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// Which keys a query sees.
public final class AttentionMask {
  /// Every query sees every key.
  public static final AttentionMask NONE = new AttentionMask(false, null);

  /// Query i sees the keys 0 to i; there are as many keys as queries. What BERT writes as adding
  /// -10000 to the others: e^-10000 is 0 in any floating-point format.
  public static final AttentionMask CAUSAL = new AttentionMask(true, null);

  private final boolean causal;
  private final @Nullable FloatMatrix added;

  private AttentionMask(boolean causal, @Nullable FloatMatrix added) {
    this.causal = causal;
    this.added = added;
  }

  /// A mask that is added to the scaled scores before the softmax: 0 where a query sees a key,
  /// minus infinity or a large negative number where it does not. A query that sees no key gets
  /// NaNs.
  ///
  /// @param added `[queries x keys]`, not copied; the same for all heads and sequences
  public static AttentionMask additive(FloatMatrix added) {
    return new AttentionMask(false, added);
  }

  /// How many keys, from the first on, the query may see at most.
  int keys(int query, int keys) {
    return causal ? query + 1 : keys;
  }

  /// What is added to the scores, or null.
  @Nullable FloatMatrix added() {
    return added;
  }

  /// @throws IllegalArgumentException if the mask is not for so many queries and keys
  void check(long queries, long keys) {
    if (causal && queries != keys) {
      throw new IllegalArgumentException(
          "a causal mask needs as many keys as queries, not %d keys and %d queries"
              .formatted(keys, queries));
    }
    if (added != null && (added.rows() != queries || added.columns() != keys)) {
      throw new IllegalArgumentException(
          "%d queries and %d keys need a mask [%d x %d], not [%d x %d]"
              .formatted(queries, keys, queries, keys, added.rows(), added.columns()));
    }
  }
}
