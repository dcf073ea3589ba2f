package dev.tessera.sequence;

/// A molecule as a sequence of atoms and bonds, without pads and without a token that begins or
/// ends it. All arrays have an element a token.
///
/// @param ids an atom's atomic number plus 1, a bond's value plus 1; 0 is left to pads, 1 to the
///   beginning of a sequence
/// @param atoms which atom of the molecule a token is; -1 for a bond
/// @param begins the place of an atom among the atoms of the sequence; of a bond, that of the end
///   whose atom has the lower index in the molecule
/// @param ends the place of an atom again; of a bond, that of its other end
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record MoleculeSequence(int[] ids, int[] atoms, int[] begins, int[] ends) {
  /// Checks that all are as long.
  public MoleculeSequence {
    if (atoms.length != ids.length || begins.length != ids.length || ends.length != ids.length) {
      throw new IllegalArgumentException(
          "there are %d ids, %d atoms, %d begins and %d ends"
              .formatted(ids.length, atoms.length, begins.length, ends.length));
    }
  }

  /// The number of tokens.
  public int length() {
    return ids.length;
  }

  /// Whether token `i` is an atom.
  public boolean isAtom(int i) {
    return atoms[i] >= 0;
  }
}
