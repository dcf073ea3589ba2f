package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// Codebooks that together give a point several ids, one each: the levels of a residual quantizer,
/// or the heads of a multi-head (product) quantizer. Equal entries are packed once.
///
/// @param codebooks one for each id, in order; all with the same columns and metric
/// @param subtracted residual: for each level `[codes x dim]`, packed, what is taken away from the
///   point for the level that follows: the codewords themselves, or their normalised form.
///   Multi-head: empty
public record CompositeOperand(List<NearestOperand> codebooks, List<FloatMatrix> subtracted) {
  /// Copies the lists.
  ///
  /// @throws IllegalArgumentException if there is no codebook, or they do not fit together
  public CompositeOperand {
    codebooks = List.copyOf(codebooks);
    subtracted = List.copyOf(subtracted);
    if (codebooks.isEmpty()) {
      throw new IllegalArgumentException("a composite code needs at least 1 codebook");
    }
    NearestOperand first = codebooks.getFirst();
    for (int part = 1; part < codebooks.size(); part++) {
      NearestOperand other = codebooks.get(part);
      if (other.dim() != first.dim() || other.metric() != first.metric()) {
        throw new IllegalArgumentException(
            "codebook 0 has %d columns and the metric %s, codebook %d has %d and %s"
                .formatted(first.dim(), first.metric(), part, other.dim(), other.metric()));
      }
    }
    if (!subtracted.isEmpty() && subtracted.size() != codebooks.size()) {
      throw new IllegalArgumentException(
          "%d levels subtract from as many matrices, not from %d"
              .formatted(codebooks.size(), subtracted.size()));
    }
    for (int level = 0; level < subtracted.size(); level++) {
      FloatMatrix given = subtracted.get(level);
      FloatMatrix codewords = codebooks.get(level).codewords();
      if (given.rows() != codewords.rows() || given.columns() != codewords.columns()) {
        throw new IllegalArgumentException(
            "level %d has codewords [%d x %d], what it subtracts is [%d x %d]"
                .formatted(
                    level, codewords.rows(), codewords.columns(), given.rows(), given.columns()));
      }
    }
  }

  /// Levels of a residual quantizer.
  public static CompositeOperand residual(
      List<NearestOperand> levels, List<FloatMatrix> subtracted) {
    if (subtracted.isEmpty() && !levels.isEmpty()) {
      throw new IllegalArgumentException("a residual quantizer subtracts something at each level");
    }
    return new CompositeOperand(levels, subtracted);
  }

  /// Heads of a multi-head quantizer.
  public static CompositeOperand heads(List<NearestOperand> heads) {
    return new CompositeOperand(heads, List.of());
  }

  /// Whether the codebooks are levels, each over what the one before it has left; else they are
  /// heads, side by side.
  public boolean isResidual() {
    return !subtracted.isEmpty();
  }

  /// The number of ids of a point.
  public int parts() {
    return codebooks.size();
  }

  /// The columns of a codeword, d.
  public int dim() {
    return codebooks.getFirst().dim();
  }

  /// The columns of a point: d, or heads times d.
  public int columns() {
    return isResidual() ? dim() : Math.multiplyExact(parts(), dim());
  }
}
