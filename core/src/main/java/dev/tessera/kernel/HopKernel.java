package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// A graph, prepared: aggregates features over its edges hop after hop, exactly as
/// [HopOperand.Aggregation] defines it, so that every backend gives the same bits (NaNs equal
/// whatever their payload). Thread-safe. The operand is packed on the first call.
public interface HopKernel extends PreparedKernel {
  /// The expected duration of a run, in nanoseconds, from measured constants; with the share of
  /// preparing that is not yet done.
  double estimatedNanos(int columns, int hops);

  /// Writes hop 1 to hop `hops` of `features`: hop k is the aggregate of hop k - 1, hop 0 are the
  /// features themselves.
  ///
  /// The call ends early, within a chunk, when the calling thread is interrupted; what `hops` then
  /// holds is undefined. The caller has checked all shapes.
  ///
  /// @param features `[nodes x dim]`
  /// @param hops `[nodes x dim]` for each hop from 1 on, written; null for a hop that is not
  ///   wanted, the last is always wanted. They overlap neither each other nor the features; their
  ///   strides may differ, as hops may be columns of one node-major tensor
  /// @param order in whose numbering rows are written
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays
  ///   interrupted
  /// @throws KernelException if the backend fails
  /// @throws IllegalStateException if the kernel or its backend is closed
  void aggregate(FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order);

  /// As the other one, with leave to hold rows in less memory while they are gathered. A kernel
  /// that has no such storage, or for this graph something better, serves [Storage#FLOAT32].
  default void aggregate(
      FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order, Storage storage) {
    aggregate(features, hops, order);
  }

  /// Writes one hop of messages that carry edge features: the message of edge e from node j is `m =
  /// x_j + table[kind_e]`, and `m <= 0 ? +0 : m` if `rectified`, rounded to float32, and takes the
  /// place of `x` in [HopOperand.Aggregation].
  ///
  /// @param features `[nodes x dim]`
  /// @param messages what the edges add
  /// @param aggregated `[nodes x dim]`, written, in the caller's numbering
  void aggregate(FloatMatrix features, EdgeMessages messages, FloatMatrix aggregated);

  /// Where the plan put each row: int32 `[nodes]`, for each place the caller's node; null where the
  /// kernel keeps the caller's numbering.
  int @Nullable [] planOrder();

  /// In whose numbering rows are written.
  enum RowOrder {
    /// Row v belongs to the caller's node v.
    CALLER,

    /// Row p belongs to the caller's node `planOrder()[p]`; saves a reordering kernel the way back.
    PLAN
  }

  /// How rows are held while they are gathered. What is written is float32, not rounded.
  enum Storage {
    /// As they are.
    FLOAT32,

    /// Rounded to bfloat16, to nearest, ties to even; NaNs stay NaNs. Half the memory traffic: hop
    /// k is, to the bit, the aggregate of hop k - 1 rounded so. A value that bfloat16 can hold errs
    /// by at most `2^-9` of its magnitude, and so an element of a hop by at most `2^-9 sum |w x|`,
    /// besides what it takes over from the hop before; values above 3.39e38 become infinite.
    BFLOAT16
  }
}
