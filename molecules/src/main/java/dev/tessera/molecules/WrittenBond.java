package dev.tessera.molecules;

/// A bond as a SMILES has it.
///
/// @param begin the atom that it is written from
/// @param end the other one
/// @param direction from `begin` to `end`
record WrittenBond(int begin, int end, BondDirection direction) {
  /// The direction from an end of it.
  BondDirection directionFrom(int atom) {
    return atom == begin ? direction : direction.reversed();
  }

  /// The other end.
  int other(int atom) {
    return atom == begin ? end : begin;
  }

  WrittenBond with(BondDirection other) {
    return new WrittenBond(begin, end, other);
  }
}
