package dev.tessera.molecules;

import java.util.Arrays;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;

/// The atoms that stay atoms. A hydrogen becomes a property of its neighbour, as everywhere in
/// SMILES, unless it is more than that: an isotope or an ion, alone, between two atoms or bound to
/// another hydrogen, or the one neighbour that says on which side of a double bond it lies.
final class KeptAtoms {
  /// The place of a hydrogen that does not stay.
  static final int LEFT_OUT = -1;

  private KeptAtoms() {}

  /// The place of each atom among those that stay.
  static int[] places(IAtomContainer molecule, WrittenMolecule written) {
    int[] places = new int[molecule.getAtomCount()];
    Arrays.setAll(places, i -> isPlainHydrogen(molecule.getAtom(i)) ? LEFT_OUT : 0);
    for (WrittenBond bond : written.bonds()) {
      keepOnlyWitness(molecule, bond, bond.begin(), places);
      keepOnlyWitness(molecule, bond, bond.end(), places);
    }
    int kept = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = places[i] == LEFT_OUT ? LEFT_OUT : kept++;
    }
    return places;
  }

  private static boolean isPlainHydrogen(IAtom atom) {
    if (atom.getAtomicNumber() != IAtom.H
        || atom.getMassNumber() != null
        || atom.getFormalCharge() < 0
        || atom.getBondCount() != 1) {
      return false;
    }
    IAtom neighbour = atom.bonds().iterator().next().getOther(atom);
    return neighbour.getAtomicNumber() != IAtom.H && neighbour.getAtomicNumber() != 0;
  }

  /// Keeps a hydrogen whose bond has a direction, where its neighbour has no further neighbour but
  /// the other end of a double bond.
  private static void keepOnlyWitness(
      IAtomContainer molecule, WrittenBond bond, int atom, int[] places) {
    if (places[atom] == LEFT_OUT
        && bond.direction() != BondDirection.NONE
        && molecule.getAtom(bond.other(atom)).getBondCount() == 2) {
      places[atom] = 0;
    }
  }
}
