package dev.tessera.kernel;

/// An operand that a backend has taken, packed on the first call that uses it. Thread-safe.
public interface PreparedKernel extends AutoCloseable {
  /// Packs the operand now, if that is not yet done.
  void prepare();

  /// What preparing has cost so far.
  Preparation preparation();

  /// What was chosen for this operand and why, and how the last calls were served, in words and
  /// figures, for reports; as in `pca screen, 18 of 256 dimensions, 4.1 candidates a row`.
  String describe();

  /// Frees what preparing allocated. Closing twice does nothing.
  @Override
  void close();
}
