package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// One way to find nearest codewords over a prepared codebook. Immutable once made, but for what it
/// learns about its data; several workers search at once, each with scratch memory of its own.
interface Search extends AutoCloseable {
  /// Memory for one worker, used again for every chunk and call.
  interface Scratch {}

  /// New scratch memory.
  Scratch newScratch();

  /// How many rows a worker should take at a time.
  int chunkRows();

  /// Prepares what pays over `rows` more rows.
  default void prepare(long rows) {}

  /// Searches for rows `from` to `to - 1`, as [dev.tessera.kernel.NearestKernel#nearest] says.
  void search(
      Scratch scratch,
      FloatMatrix points,
      long from,
      long to,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances);

  /// Memory held beside the codebook, in bytes.
  long preparedBytes();

  /// Time spent since it was made on preparing what was put off then, in nanoseconds.
  default long preparedNanos() {
    return 0;
  }

  /// How the search goes about it, in words.
  String describe();

  @Override
  void close();
}
