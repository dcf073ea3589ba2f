package dev.tessera.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The degrees of all nodes, each different one kept once where they are few: most graphs have some
/// thousand, and what a node then takes, 2 bytes, stays in the second cache while edges ask for
/// nodes all over the graph.
final class DegreeTable {
  /// As many as 16 bits tell apart.
  private static final int MOST_SHARED = 1 << Character.SIZE;

  private static final int LEAST_SLOTS = 1 << 8;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final double[] degrees;

  /// Where each node's degree stands; null where each stands at its node.
  private final char @Nullable [] places;

  private DegreeTable(double[] degrees, char @Nullable [] places) {
    this.degrees = degrees;
    this.places = places;
  }

  /// A table of the nodes' degrees.
  static DegreeTable of(double[] degrees) {
    char[] places = new char[degrees.length];
    double[] different = new double[LEAST_SLOTS / 2];
    int[] slots = new int[LEAST_SLOTS]; // places plus 1
    int found = 0;
    for (int node = 0; node < degrees.length; node++) {
      int slot = slot(degrees[node], different, slots);
      if (slots[slot] == 0) {
        if (found == MOST_SHARED) {
          return new DegreeTable(degrees, null);
        }
        if (found == different.length) {
          different = Arrays.copyOf(different, 2 * found);
          slots = new int[2 * slots.length];
          for (int place = 0; place < found; place++) {
            slots[slot(different[place], different, slots)] = place + 1;
          }
          slot = slot(degrees[node], different, slots);
        }
        different[found++] = degrees[node];
        slots[slot] = found;
      }
      places[node] = (char) (slots[slot] - 1);
    }
    return new DegreeTable(Arrays.copyOf(different, found), places);
  }

  /// The slot of a degree, or the free one where it belongs.
  private static int slot(double degree, double[] different, int[] slots) {
    long bits = Double.doubleToLongBits(degree);
    int slot = (int) ((bits * MIX) >>> (Long.numberOfLeadingZeros(slots.length) + 1));
    while (slots[slot] != 0 && Double.doubleToLongBits(different[slots[slot] - 1]) != bits) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /// How many places there are.
  int size() {
    return degrees.length;
  }

  /// The degree at a place.
  double degree(int place) {
    return degrees[place];
  }

  /// Where a node's degree stands.
  int place(int node) {
    return places == null ? node : places[node];
  }

  /// Puts the places of the first `count` nodes where these stand.
  void toPlaces(int[] nodes, int count) {
    char[] shared = places;
    if (shared != null) {
      for (int i = 0; i < count; i++) {
        nodes[i] = shared[nodes[i]];
      }
    }
  }
}
