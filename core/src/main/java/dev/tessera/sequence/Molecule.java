package dev.tessera.sequence;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Atoms and the bonds between them, without charges, hydrogens that are not given, and
/// stereochemistry. Immutable and thread-safe.
public final class Molecule {
  private final int[] atomicNumbers;
  private final List<Bond> bonds;

  private Molecule(int[] atomicNumbers, List<Bond> bonds) {
    this.atomicNumbers = atomicNumbers;
    this.bonds = bonds;
  }

  /// A bond.
  ///
  /// @param begin one atom, counted from 0
  /// @param end the other one
  /// @param type 1 for a single bond, 2 for a double and 3 for a triple one, 1.5 where aromatic
  public record Bond(int begin, int end, double type) {}

  /// A molecule.
  ///
  /// @param atomicNumbers of each atom, 1 to 118
  /// @param bonds in the order of whoever read the molecule
  /// @throws IllegalArgumentException if there is no such element or atom, or a bond joins an atom
  ///   with itself, or two that are joined already: names it
  public static Molecule of(int[] atomicNumbers, List<Bond> bonds) {
    for (int atom = 0; atom < atomicNumbers.length; atom++) {
      if (atomicNumbers[atom] < 1 || atomicNumbers[atom] > Elements.MOST) {
        throw new IllegalArgumentException(
            "atom %d has the atomic number %d, which is outside [1, %d]"
                .formatted(atom, atomicNumbers[atom], Elements.MOST));
      }
    }
    Set<Long> joined = new HashSet<>();
    for (int i = 0; i < bonds.size(); i++) {
      Bond bond = bonds.get(i);
      int lower = Math.min(bond.begin(), bond.end());
      int upper = Math.max(bond.begin(), bond.end());
      if (lower < 0 || upper >= atomicNumbers.length) {
        throw new IllegalArgumentException(
            "bond %d joins the atoms %d and %d, the atoms are [0, %d)"
                .formatted(i, bond.begin(), bond.end(), atomicNumbers.length));
      }
      if (lower == upper) {
        throw new IllegalArgumentException("bond %d joins atom %d with itself".formatted(i, lower));
      }
      if (!joined.add(((long) lower << 32) | upper)) {
        throw new IllegalArgumentException(
            "bond %d joins the atoms %d and %d, which another one joins already"
                .formatted(i, bond.begin(), bond.end()));
      }
    }
    return new Molecule(atomicNumbers.clone(), List.copyOf(bonds));
  }

  /// The number of atoms.
  public int atoms() {
    return atomicNumbers.length;
  }

  /// The atomic number of an atom.
  public int atomicNumber(int atom) {
    return atomicNumbers[atom];
  }

  /// The bonds, in their order.
  public List<Bond> bonds() {
    return bonds;
  }

  /// As in `Molecule[C C O, 2 bonds]`.
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder("Molecule[");
    for (int atomicNumber : atomicNumbers) {
      shown.append(shown.length() == 9 ? "" : " ").append(Elements.symbol(atomicNumber));
    }
    return shown.append(", ").append(bonds.size()).append(" bonds]").toString();
  }
}
