package dev.tessera.text;

/// How a tokenizer uses memory.
///
/// @param cacheBytes how much memory the piece cache of each thread that encodes may take, in
///   bytes; at least [#LEAST_CACHE_BYTES]. Ids do not depend on it
public record TextOptions(long cacheBytes) {
  /// The least that a piece cache takes, in bytes.
  public static final long LEAST_CACHE_BYTES = 1 << 16;

  /// The most, in bytes.
  public static final long MOST_CACHE_BYTES = 1L << 30;

  /// What a piece cache takes unless told otherwise: 16 MB.
  public static final long DEFAULT_CACHE_BYTES = 16 << 20;

  /// The defaults.
  public static final TextOptions DEFAULT = new TextOptions(DEFAULT_CACHE_BYTES);

  /// Checks the range.
  ///
  /// @throws IllegalArgumentException if the cache is too small or too large
  public TextOptions {
    if (cacheBytes < LEAST_CACHE_BYTES || cacheBytes > MOST_CACHE_BYTES) {
      throw new IllegalArgumentException(
          "a piece cache takes %d to %d bytes, not %d"
              .formatted(LEAST_CACHE_BYTES, MOST_CACHE_BYTES, cacheBytes));
    }
  }
}
