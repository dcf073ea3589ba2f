package dev.tessera.kernel;

import org.jspecify.annotations.Nullable;

/// What a nearest-codeword call asks for.
///
/// @param neighbours how many codewords a point gets, k, nearest first; at least 1
/// @param ranges the codes that each point may get, or null for all
public record NearestOptions(int neighbours, @Nullable CodeRanges ranges) {
  /// The single nearest of all codewords.
  public static final NearestOptions SINGLE = new NearestOptions(1, null);

  /// Checks that there is a neighbour.
  public NearestOptions {
    if (neighbours < 1) {
      throw new IllegalArgumentException("a point gets at least 1 neighbour, not " + neighbours);
    }
  }
}
