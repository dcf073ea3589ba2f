package dev.tessera.nn;

import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.util.ArrayDeque;

/// Scaled dot-product attention with several heads (Vaswani et al., arXiv 1706.03762): head h works
/// on its own d / heads columns, `softmax(q k^T / sqrt(d / heads) + mask) v`. Projections are
/// [Linear] layers of their own. Plain Java on all threads, sequences and heads side by side;
/// thread-safe.
public final class Attention {
  private final Backends backends;
  private final int heads;
  private final ArrayDeque<AttentionHead> idle = new ArrayDeque<>();

  private Attention(Backends backends, int heads) {
    this.backends = backends;
    this.heads = heads;
  }

  /// Attention with so many heads, on the threads of opened backends.
  ///
  /// @throws IllegalArgumentException if there is not at least one head
  public static Attention of(Backends backends, int heads) {
    if (heads < 1) {
      throw new IllegalArgumentException("attention has at least 1 head, not " + heads);
    }
    return new Attention(backends, heads);
  }

  /// The number of heads.
  public int heads() {
    return heads;
  }

  /// One sequence: `[n x d], [m x d], [m x d] -> [n x d]`, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if the shapes do not fit each other, the heads or the mask
  public FloatMatrix apply(
      FloatMatrix queries, FloatMatrix keys, FloatMatrix values, AttentionMask mask) {
    FloatMatrix result = FloatMatrix.allocate(queries.rows(), queries.columns());
    apply(batch(queries), batch(keys), batch(values), mask, batch(result));
    return result;
  }

  private static FloatTensor batch(FloatMatrix sequence) {
    FloatMatrix packed = sequence.packed();
    return FloatTensor.of(packed.segment(), 1, packed.rows(), packed.columns());
  }

  /// A batch of sequences, into the caller's memory.
  ///
  /// @param queries `[b x n x d]`
  /// @param keys `[b x m x d]`, m at least 1 and below 2^31
  /// @param values `[b x m x d]`
  /// @param result `[b x n x d]`, written; may be `queries`
  /// @throws IllegalArgumentException if the shapes do not fit each other, the heads or the mask
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void apply(
      FloatTensor queries,
      FloatTensor keys,
      FloatTensor values,
      AttentionMask mask,
      FloatTensor result) {
    check(queries, keys, values, result);
    mask.check(queries.second(), keys.second());
    int width = queries.third() / heads;
    backends
        .pool()
        .run(
            chunks -> {
              AttentionHead head = borrow();
              for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
                long sequence = chunk / heads;
                head.attend(
                    queries.atFirst(sequence),
                    keys.atFirst(sequence),
                    values.atFirst(sequence),
                    mask,
                    (int) (chunk % heads) * width,
                    width,
                    result.atFirst(sequence));
              }
              giveBack(head);
            },
            queries.second() == 0 ? 0 : queries.first() * heads);
  }

  private void check(
      FloatTensor queries, FloatTensor keys, FloatTensor values, FloatTensor result) {
    if (queries.third() % heads != 0 || queries.third() == 0) {
      throw new IllegalArgumentException(
          "%d heads need a multiple of so many columns, not %d".formatted(heads, queries.third()));
    }
    if (keys.first() != queries.first()
        || keys.third() != queries.third()
        || keys.second() < 1
        || keys.second() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "queries %s need keys [%d x m x %d], m at least 1, not %s"
              .formatted(queries, queries.first(), queries.third(), keys));
    }
    checkSame(values, keys, "values");
    checkSame(result, queries, "a result");
  }

  private static void checkSame(FloatTensor tensor, FloatTensor other, String what) {
    if (tensor.first() != other.first()
        || tensor.second() != other.second()
        || tensor.third() != other.third()) {
      throw new IllegalArgumentException(
          "expected %s [%d x %d x %d], found %s"
              .formatted(what, other.first(), other.second(), other.third(), tensor));
    }
  }

  private AttentionHead borrow() {
    synchronized (idle) {
      return idle.isEmpty() ? new AttentionHead() : idle.pop();
    }
  }

  private void giveBack(AttentionHead head) {
    synchronized (idle) {
      idle.push(head);
    }
  }
}
