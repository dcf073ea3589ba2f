package dev.tessera.vq;

import dev.tessera.io.FormatException;
import dev.tessera.io.Npy;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// A list of codewords `[K x dim]`, float32; the id of a codeword is its row. Immutable and
/// thread-safe.
public final class Codebook {
  private final FloatMatrix codewords;

  private Codebook(FloatMatrix codewords) {
    this.codewords = codewords;
  }

  /// A codebook with a copy of these codewords.
  ///
  /// @throws IllegalArgumentException if there are no codewords or no columns, 2^31 codewords or
  ///   more, or one of them holds a NaN or an infinity
  public static Codebook of(FloatMatrix codewords) {
    if (codewords.rows() < 1 || codewords.columns() < 1) {
      throw new IllegalArgumentException(
          "a codebook has at least 1 codeword and 1 column, not [%d x %d]"
              .formatted(codewords.rows(), codewords.columns()));
    }
    if (codewords.rows() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a codebook has at most %d codewords, not %d"
              .formatted(Integer.MAX_VALUE, codewords.rows()));
    }
    NonFinite.find(codewords)
        .ifPresent(
            place -> {
              throw new IllegalArgumentException("codeword " + place);
            });
    return new Codebook(packedCopy(codewords));
  }

  /// A codebook from a `.npy` file that holds `[K x dim]`; float64 that is not exact in float32 is
  /// refused.
  ///
  /// @throws IOException if the file cannot be read, or does not hold a codebook; names the file
  ///   and what stood there
  public static Codebook load(Path file) throws IOException {
    return load(new TensorLocation(file, null), Rounding.EXACT);
  }

  /// A codebook from a tensor `[K x dim]` of a file.
  ///
  /// @throws IOException if the file cannot be read, or does not hold a codebook; names the file
  ///   and what stood there
  public static Codebook load(TensorLocation location, Rounding rounding) throws IOException {
    Tensor tensor = location.open();
    FloatMatrix codewords = tensor.floats(rounding);
    try {
      return of(codewords);
    } catch (IllegalArgumentException e) {
      throw new FormatException(location + ": " + e.getMessage(), e);
    }
  }

  /// Writes the codewords to a `.npy` file, which appears whole or not at all.
  public void save(Path file) throws IOException {
    Npy.write(file, Tensor.of(codewords, size(), dim()));
  }

  private static FloatMatrix packedCopy(FloatMatrix source) {
    FloatMatrix copy = FloatMatrix.allocate(source.rows(), source.columns());
    long rowBytes = (long) source.columns() * FloatMatrix.ELEMENT_BYTES;
    if (source.isPacked()) {
      MemorySegment.copy(source.segment(), 0, copy.segment(), 0, source.rows() * rowBytes);
      return copy;
    }
    for (long row = 0; row < source.rows(); row++) {
      source.copyRow(row, copy, row);
    }
    return copy;
  }

  /// The number of codewords, K.
  public int size() {
    return (int) codewords.rows();
  }

  /// The number of columns.
  public int dim() {
    return codewords.columns();
  }

  /// The codewords `[K x dim]`, read-only and packed.
  public FloatMatrix codewords() {
    return FloatMatrix.of(codewords.segment().asReadOnly(), codewords.rows(), codewords.columns());
  }

  /// Copies a codeword into `target`, starting at element `offset` of it.
  void copyCodeword(int id, float[] target, int offset) {
    codewords.copyRow(id, target, offset);
  }

  /// This codebook with every codeword divided by `max(norm, 1e-12)`, in float64, rounded once to
  /// float32: what a cosine codebook returns where its system asks for unit codewords.
  public Codebook normalized() {
    return new Codebook(UnitRows.of(codewords));
  }

  /// The codewords with these rows, in their order; so the codeword `codes[i]` here has the id `i`
  /// there.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, K)`, or there is none
  public Codebook select(int[] codes) {
    return of(gather(TokenIds.of(codes)));
  }

  /// The codewords of several codebooks, one behind the other, as [CodeOffsets] numbers them.
  ///
  /// @throws IllegalArgumentException if there is none, or their columns differ
  public static Codebook concatenate(List<Codebook> codebooks) {
    if (codebooks.isEmpty()) {
      throw new IllegalArgumentException("there is no codebook to concatenate");
    }
    int dim = codebooks.getFirst().dim();
    long total = 0;
    for (Codebook codebook : codebooks) {
      if (codebook.dim() != dim) {
        throw new IllegalArgumentException(
            "one codebook has %d columns, another %d".formatted(dim, codebook.dim()));
      }
      total += codebook.size();
    }
    FloatMatrix all = FloatMatrix.allocate(total, dim);
    long at = 0;
    for (Codebook codebook : codebooks) {
      MemorySegment words = codebook.codewords.segment();
      MemorySegment.copy(words, 0, all.segment(), at, words.byteSize());
      at += words.byteSize();
    }
    return of(all);
  }

  /// The codewords of `ids`: `[n x 1] -> [n x dim]`, and `[n x k] -> [n x k * dim]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, K)`; names its row
  public FloatMatrix gather(TokenIds ids) {
    FloatMatrix vectors =
        FloatMatrix.allocate(ids.rows(), Math.multiplyExact(ids.columns(), dim()));
    gather(ids, vectors);
    return vectors;
  }

  /// As [#gather(TokenIds)], into the caller's `[n x k * dim]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, K)`, or the shapes do not fit; then
  ///   nothing after the first bad row is written
  public void gather(TokenIds ids, FloatMatrix vectors) {
    if (vectors.rows() != ids.rows() || vectors.columns() != (long) ids.columns() * dim()) {
      throw new IllegalArgumentException(
          "ids [%d x %d] of a codebook with %d columns give vectors [%d x %d], not [%d x %d]"
              .formatted(
                  ids.rows(),
                  ids.columns(),
                  dim(),
                  ids.rows(),
                  (long) ids.columns() * dim(),
                  vectors.rows(),
                  vectors.columns()));
    }
    long wordBytes = (long) dim() * FloatMatrix.ELEMENT_BYTES;
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < ids.columns(); column++) {
        int id = ids.get(row, column);
        if (id < 0 || id >= size()) {
          throw new IllegalArgumentException(
              "row %d has the id %d, which is outside [0, %d)".formatted(row, id, size()));
        }
        MemorySegment.copy(
            codewords.segment(),
            ValueLayout.JAVA_BYTE,
            id * wordBytes,
            vectors.segment(),
            ValueLayout.JAVA_BYTE,
            vectors.rowOffsetBytes(row) + column * wordBytes,
            wordBytes);
      }
    }
  }

  /// Takes the codewords of `ids` away from vectors, in place and in float32: what a level of a
  /// residual quantizer leaves to the next, for those who train its levels one by one. A row with
  /// the id -1 stays as it is.
  ///
  /// @param ids `[n x 1]`
  /// @param vectors `[n x dim]`, read and written
  /// @throws IllegalArgumentException if an id is outside `[-1, K)`, or the shapes do not fit; then
  ///   nothing after the first bad row is written
  public void subtract(TokenIds ids, FloatMatrix vectors) {
    if (ids.columns() != 1 || vectors.rows() != ids.rows() || vectors.columns() != dim()) {
      throw new IllegalArgumentException(
          "%d rows of a codebook with %d columns are ids [%d x 1] and vectors [%d x %d], not [%d x %d] and [%d x %d]"
              .formatted(
                  ids.rows(),
                  dim(),
                  ids.rows(),
                  ids.rows(),
                  dim(),
                  ids.rows(),
                  ids.columns(),
                  vectors.rows(),
                  vectors.columns()));
    }
    float[] vector = new float[dim()];
    float[] codeword = new float[dim()];
    for (long row = 0; row < ids.rows(); row++) {
      int id = ids.get(row);
      if (id < -1 || id >= size()) {
        throw new IllegalArgumentException(
            "row %d has the id %d, which is outside [-1, %d)".formatted(row, id, size()));
      }
      if (id >= 0) {
        vectors.copyRow(row, vector, 0);
        codewords.copyRow(id, codeword, 0);
        for (int i = 0; i < vector.length; i++) {
          vector[i] -= codeword[i];
        }
        vectors.setRow(row, vector);
      }
    }
  }

  /// The shape.
  @Override
  public String toString() {
    return "Codebook[" + size() + " x " + dim() + "]";
  }
}
