package dev.tessera.kernels.simd;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// Where each hop of a call puts its rows, so that the next can gather them in the plan's order.
///
/// Rows go straight to the caller's memory where it is native and in that order. Other hops go to a
/// buffer and to the last hop's memory in turns, such that the last hop gathers from the buffer; a
/// second buffer takes its place where that memory is on the heap.
final class HopRoute {
  /// Somewhere for rows.
  enum Place {
    /// The caller's memory for this hop.
    WANTED,
    /// The caller's memory for the last hop, in the plan's order for the time being.
    LAST_HOP,
    /// The first buffer.
    FIRST_BUFFER,
    /// The second buffer.
    SECOND_BUFFER,
    /// Nowhere but to the copy for the caller: nobody gathers them.
    NOWHERE
  }

  private static final @Nullable FloatMatrix[] NONE = {};

  private @Nullable FloatMatrix[] hops = NONE;
  private int @Nullable [] places;
  private boolean reordered;
  private boolean packs;
  private boolean lends;

  /// Sets out for a call.
  ///
  /// @param newPlaces where the caller wants each row of the plan's order; null for that order
  void set(
      HopPlan plan,
      FloatMatrix features,
      @Nullable FloatMatrix[] newHops,
      int @Nullable [] newPlaces) {
    hops = newHops;
    places = newPlaces;
    reordered = plan.order() != null;
    packs = reordered || !features.segment().isNative();
    lends = isNative(newHops[newHops.length - 1]);
  }

  /// Lets go of what the caller gave.
  void forget() {
    hops = NONE;
    places = null;
  }

  private static boolean isNative(@Nullable FloatMatrix matrix) {
    return matrix != null && matrix.segment().isNative();
  }

  int hops() {
    return hops.length;
  }

  /// Whether features are copied before the first hop: to the plan's order, or out of the heap.
  boolean packs() {
    return packs;
  }

  /// Where they are copied to.
  Place packed() {
    return target(0) == Place.FIRST_BUFFER ? other() : Place.FIRST_BUFFER;
  }

  /// Where the rows of a hop go.
  Place target(int hop) {
    boolean last = hop == hops.length - 1;
    if (isStraight(hop)) {
      return Place.WANTED;
    }
    if (last) {
      return Place.NOWHERE;
    }
    int next = hop + 1;
    while (next < hops.length - 1 && !isStraight(next)) {
      next++;
    }
    return (next - hop) % 2 == 1 ? Place.FIRST_BUFFER : other();
  }

  private Place other() {
    return lends ? Place.LAST_HOP : Place.SECOND_BUFFER;
  }

  private boolean isStraight(int hop) {
    return places == null && isNative(hops[hop]);
  }

  /// The caller's memory for a hop that is wanted.
  FloatMatrix wanted(int hop) {
    FloatMatrix wanted = hops[hop];
    if (wanted == null) {
      throw new IllegalStateException("hop " + (hop + 1) + " is not wanted");
    }
    return wanted;
  }

  /// Where the rows of a hop are copied to besides; null if nowhere.
  @Nullable FloatMatrix copy(int hop) {
    return isStraight(hop) ? null : hops[hop];
  }

  /// Where the caller wants each row of the plan's order; null for that order.
  int @Nullable [] places() {
    return places;
  }

  /// How many hops are wanted.
  int wanted() {
    int wanted = 0;
    for (FloatMatrix hop : hops) {
      wanted += hop == null ? 0 : 1;
    }
    return wanted;
  }

  /// How many buffers are needed.
  int buffers() {
    boolean first = packs;
    boolean second = false;
    for (int hop = 0; hop < hops.length; hop++) {
      first |= target(hop) == Place.FIRST_BUFFER;
      second |= target(hop) == Place.SECOND_BUFFER;
    }
    second |= packs && packed() == Place.SECOND_BUFFER;
    return (first ? 1 : 0) + (second ? 1 : 0);
  }

  /// Whether there are hops that the caller has no memory for, or rows in another order than the
  /// caller's.
  boolean needsHop() {
    return reordered || wanted() < hops.length;
  }
}
