package dev.tessera.molecules;

import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;

/// How many bonds an atom may have, as far as that is beyond doubt: the elements from boron to
/// fluorine, and ions of them with as many electrons (an ammonium ion has as many as carbon).
final class Valence {
  /// The most by the number of electrons less the core's two, from beryllium to neon.
  private static final int[] MOST = {2, 3, 4, 3, 2, 1, 0};

  private static final int FIRST = 4;

  private Valence() {}

  /// The sum of the orders of an atom's bonds in a Kekulé structure, without hydrogens that are no
  /// atoms.
  static int bondOrders(IAtom atom) {
    int orders = 0;
    for (IBond bond : atom.bonds()) {
      orders += bond.getOrder().numeric();
    }
    return orders;
  }

  /// Checks all atoms.
  ///
  /// @param smiles where they come from, and `written` their places in it
  /// @throws MalformedSmilesException if one has too many bonds: names the first, and how many
  static void check(IAtomContainer molecule, String smiles, WrittenMolecule written) {
    for (IAtom atom : molecule.atoms()) {
      int number = atom.getAtomicNumber();
      int electrons = number - atom.getFormalCharge() - FIRST;
      if (number < IAtom.B || number > IAtom.F || electrons < 0 || electrons >= MOST.length) {
        continue;
      }
      int bonds = bondOrders(atom) + atom.getImplicitHydrogenCount();
      if (bonds > MOST[electrons]) {
        throw new MalformedSmilesException(
            smiles,
            written.positions().get(atom.getIndex()),
            "%s with charge %d has %d bonds, it can have at most %d"
                .formatted(atom.getSymbol(), atom.getFormalCharge(), bonds, MOST[electrons]));
      }
    }
  }
}
