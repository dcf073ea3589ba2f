package dev.tessera.kernel;

import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// What a nearest-codeword call asks for.
///
/// @param neighbours how many codewords a point gets, k, nearest first; at least 1
/// @param ranges the codes that each point may get, or null for all
/// @param guesses `[n x 1]`, for each point a code that is probably near, as the one that it had in
///   the last step of an iteration; -1, or any other id that is no code, where nothing is known.
///   Guesses change no result: a backend may use them to be faster. The memory may be that of the
///   ids to be written. Null for none
public record NearestOptions(
    int neighbours, @Nullable CodeRanges ranges, @Nullable TokenIds guesses) {
  /// The single nearest of all codewords.
  public static final NearestOptions SINGLE = new NearestOptions(1, null);

  /// Checks that there is a neighbour.
  public NearestOptions {
    if (neighbours < 1) {
      throw new IllegalArgumentException("a point gets at least 1 neighbour, not " + neighbours);
    }
  }

  /// Without guesses.
  public NearestOptions(int neighbours, @Nullable CodeRanges ranges) {
    this(neighbours, ranges, null);
  }

  /// The single nearest of all codewords, probably near `guesses`.
  public static NearestOptions near(TokenIds guesses) {
    return new NearestOptions(1, null, guesses);
  }
}
