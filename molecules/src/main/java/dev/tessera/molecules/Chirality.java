package dev.tessera.molecules;

/// How the neighbours of an atom lie around it, in the order of its bonds (a hydrogen that is no
/// atom of the molecule counts as the last): looking from the first one, the others run clockwise,
/// or not. The order of the constants is that of Mole-BERT's feature, 0 to 3.
public enum Chirality {
  /// Nothing is said, or it makes no difference.
  NONE,

  /// Clockwise: `@@`, where the SMILES names the neighbours in the order of the bonds.
  CLOCKWISE,

  /// Counter-clockwise: `@`, likewise.
  COUNTERCLOCKWISE,

  /// Not a tetrahedron: square planar, trigonal bipyramidal, octahedral, or an allene.
  OTHER;

  /// The mark for the same neighbours with two of them exchanged.
  Chirality mirrored() {
    return switch (this) {
      case CLOCKWISE -> COUNTERCLOCKWISE;
      case COUNTERCLOCKWISE -> CLOCKWISE;
      case NONE, OTHER -> this;
    };
  }
}
