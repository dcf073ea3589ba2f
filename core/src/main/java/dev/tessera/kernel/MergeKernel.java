package dev.tessera.kernel;

/// Merge rules, prepared: joins the symbols of pieces until no rule applies, one pair at a time,
/// always that of the lowest rank, of equal ranks the leftmost. Thread-safe.
public interface MergeKernel extends AutoCloseable {
  /// The expected duration of a call, in nanoseconds, from measured constants; with the share of
  /// preparing that is not yet done.
  double estimatedNanos(int pieces, int symbols);

  /// Merges each piece in place.
  ///
  /// @param symbols `[ends[pieces - 1]]` or longer, the symbols of all pieces, each within `[0,
  ///   operand.symbols)`; on return each piece begins with its merged ids, what follows them within
  ///   the piece is undefined
  /// @param ends `[pieces]` or longer, where each piece ends in `symbols`; the first begins at 0,
  ///   each other one where the one before it ends
  /// @param lengths `[pieces]` or longer, written with how many ids each piece has
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  /// @throws KernelException if the backend fails; `symbols` is then undefined
  void merge(int[] symbols, int[] ends, int[] lengths, int pieces);

  /// What preparing has cost so far.
  Preparation preparation();

  /// How the last calls were served, in words and figures, for reports.
  String describe();

  /// Frees what preparing allocated. Closing twice does nothing.
  @Override
  void close();
}
