package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;

/// Merge rules, prepared: joins the symbols of pieces until no rule applies, always by the lowest
/// rule, leftmost first. Thread-safe.
public interface MergeKernel extends AutoCloseable {
  /// The expected duration of a call, in nanoseconds, from measured constants.
  double estimatedNanos(long pieces, long symbols);

  /// Merges each piece in place.
  ///
  /// @param symbols int32 `[offsets[pieces]]`, the symbols of all pieces; on return each piece
  ///   begins with its merged ids
  /// @param offsets int64 `[pieces + 1]`, where each piece begins, and the end
  /// @param lengths int32 `[pieces]`, written with how many ids each piece has
  void merge(MemorySegment symbols, MemorySegment offsets, MemorySegment lengths, long pieces);

  /// What preparing has cost so far.
  Preparation preparation();

  /// Frees what preparing allocated. Closing twice does nothing.
  @Override
  void close();
}
