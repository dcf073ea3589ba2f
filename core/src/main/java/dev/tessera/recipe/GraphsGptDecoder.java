package dev.tessera.recipe;

import dev.tessera.nn.Weights;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;

/// What stands around GraphsGPT's decoder, which makes a molecule of graph words: which positions
/// see which, and what the outputs of its heads mean. Follows `A4Bio/GraphsGPT` at commit 8d7db77.
/// [MoleculeSerializer#read] makes the molecule of the tokens. Immutable and thread-safe.
///
/// @param places the table of the atoms' places, `[128 x 128]`
public record GraphsGptDecoder(FloatMatrix places) {
  /// The least similarity at which the decoder takes an atom that is there for the end of a bond.
  public static final double KNOWN_ATOM = 0.5;

  /// What [#connection] answers for an atom that is not there yet.
  public static final int NEW_ATOM = -1;

  private static final double LEAST_NORM = 1e-12;

  /// The id of a bond whose class would be 0, which ends the molecule.
  private static final int BOND_SHIFT = 119;

  /// The id of the first element.
  private static final int ATOM_SHIFT = 2;

  /// The decoder by `embed_graph_position.learnable_orthonormal_features.weight`.
  ///
  /// @param weights those of the decoder, as in `Weights.of(file).under("decoder.")`
  /// @throws IOException if it is missing, or has another shape
  public static GraphsGptDecoder of(Weights weights) throws IOException {
    return new GraphsGptDecoder(
        weights.matrix(
            "embed_graph_position.learnable_orthonormal_features.weight",
            MoleculeSerializer.MOST_ATOMS,
            MoleculeSerializer.MOST_ATOMS));
  }

  /// What the decoder sees: 0 where a position sees another, minus infinity where it does not.
  /// Positions are the graph words, the beginning, and the tokens; each sees itself and those
  /// before it, the words each other, a bond the new atom behind it, and the first atom the two
  /// tokens behind it.
  ///
  /// @return `[words + 1 + tokens x words + 1 + tokens]`
  public static FloatMatrix mask(MoleculeSequence sequence, int graphWords) {
    int length = graphWords + 1 + sequence.length();
    FloatMatrix mask = FloatMatrix.allocate(length, length);
    int first = graphWords + 1;
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        int token = j - first;
        boolean seen =
            j <= i
                || j < graphWords
                || (i == first && j <= first + 2)
                || (j == i + 1 && token > 0 && sequence.isAtom(token));
        mask.set(i, j, seen ? 0 : Float.NEGATIVE_INFINITY);
      }
    }
    return mask;
  }

  /// The id of a class of the decoder's bond head: class 0 ends the molecule.
  public static int bondId(int bondClass) {
    return bondClass + BOND_SHIFT;
  }

  /// The id of a class of the decoder's head for the first atom.
  public static int atomId(int atomClass) {
    return atomClass + ATOM_SHIFT;
  }

  /// The atom that an output of the decoder's connection heads points to: of the atoms that are
  /// there the one whose row of the table has the greatest cosine with it, the lowest of equal
  /// ones.
  ///
  /// @param output of the head for the beginning or the end of a bond, `[1 x 128]`
  /// @param atoms how many atoms are there, in the places 0 to `atoms - 1`; at least 1
  /// @param end whether it is the end of a bond, which is a [#NEW_ATOM] where no cosine is above
  ///   [#KNOWN_ATOM]
  /// @return the place of the atom
  public int connection(FloatMatrix output, int atoms, boolean end) {
    if (output.rows() != 1 || output.columns() != places.columns()) {
      throw new IllegalArgumentException(
          "expected an output [1 x %d], found %s".formatted(places.columns(), output));
    }
    if (atoms < 1 || atoms > places.rows()) {
      throw new IllegalArgumentException(
          "there are 1 to %d atoms, not %d".formatted(places.rows(), atoms));
    }
    double norm = Math.sqrt(dot(output, 0, output, 0));
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int atom = 0; atom < atoms; atom++) {
      double length = Math.sqrt(dot(places, atom, places, atom));
      double cosine =
          dot(output, 0, places, atom)
              / (Math.max(norm, LEAST_NORM) * Math.max(length, LEAST_NORM));
      if (cosine > most) {
        most = cosine;
        best = atom;
      }
    }
    return end && !(most > KNOWN_ATOM) ? NEW_ATOM : best;
  }

  private static double dot(FloatMatrix one, long row, FloatMatrix other, long otherRow) {
    double sum = 0;
    for (int i = 0; i < one.columns(); i++) {
      sum = Math.fma((double) one.get(row, i), other.get(otherRow, i), sum);
    }
    return sum;
  }
}
