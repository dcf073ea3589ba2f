package dev.tessera.molecules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.interfaces.IStereoElement;
import org.openscience.cdk.interfaces.ITetrahedralChirality;

/// The chirality of atoms in terms of their bonds' order, where it makes a difference.
final class ChiralTags {
  private ChiralTags() {}

  /// The chirality of each atom that is kept, in their order.
  ///
  /// @param places of atoms, as in [KeptAtoms]
  static List<Chirality> of(
      IAtomContainer molecule, Stereocentres centres, int[] places, WrittenMolecule written) {
    Chirality[] tags = new Chirality[molecule.getAtomCount()];
    Arrays.fill(tags, Chirality.NONE);
    for (IStereoElement<?, ?> element : molecule.stereoElements()) {
      if (element instanceof ITetrahedralChirality tetrahedron) {
        IAtom atom = tetrahedron.getChiralAtom();
        if (centres.isCentre(atom)) {
          tags[atom.getIndex()] = tag(tetrahedron, centres.hydrogens(atom) > 0, places, written);
        }
      } else if (element.getFocus() instanceof IAtom centre) {
        tags[centre.getIndex()] = Chirality.OTHER;
      }
    }
    List<Chirality> kept = new ArrayList<>();
    for (int atom = 0; atom < places.length; atom++) {
      if (places[atom] != KeptAtoms.LEFT_OUT) {
        kept.add(tags[atom]);
      }
    }
    return kept;
  }

  private static Chirality tag(
      ITetrahedralChirality tetrahedron,
      boolean hasHydrogen,
      int[] places,
      WrittenMolecule written) {
    IAtom centre = tetrahedron.getChiralAtom();
    List<Integer> ordered = neighbours(centre, places, written.bonds());
    List<Integer> ranks = new ArrayList<>();
    for (IAtom ligand : tetrahedron.getLigands()) {
      int rank = ordered.indexOf(ligand.getIndex());
      ranks.add(rank < 0 ? ordered.size() : rank); // the hydrogen, or a lone pair
    }
    Chirality tag =
        tetrahedron.getStereo() == ITetrahedralChirality.Stereo.CLOCKWISE
            ? Chirality.CLOCKWISE
            : Chirality.COUNTERCLOCKWISE;
    boolean mirrored = isOdd(ranks);
    if (!hasHydrogen && ordered.size() == 3) {
      mirrored ^= mirrorsLonePair(centre, written);
    }
    return mirrored ? tag.mirrored() : tag;
  }

  /// Whether RDKit takes a lone pair to lie elsewhere than CDK does: not at the front where the
  /// SMILES begins with the atom, but at the front where one ring is opened or closed at a
  /// saturated atom.
  private static boolean mirrorsLonePair(IAtom centre, WrittenMolecule written) {
    int atom = centre.getIndex();
    return written.heads().contains(atom) ^ (written.ringMarks(atom) == 1 && isSaturated(centre));
  }

  /// The kept neighbours of an atom in the order of its bonds.
  private static List<Integer> neighbours(IAtom centre, int[] places, List<WrittenBond> bonds) {
    List<Integer> ordered = new ArrayList<>();
    for (WrittenBond bond : bonds) {
      if (bond.begin() == centre.getIndex() || bond.end() == centre.getIndex()) {
        int neighbour = bond.other(centre.getIndex());
        if (places[neighbour] != KeptAtoms.LEFT_OUT) {
          ordered.add(neighbour);
        }
      }
    }
    return ordered;
  }

  private static boolean isSaturated(IAtom atom) {
    for (IBond bond : atom.bonds()) {
      if (bond.getOrder() != IBond.Order.SINGLE || bond.isAromatic()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOdd(List<Integer> permutation) {
    int inversions = 0;
    for (int i = 0; i < permutation.size(); i++) {
      for (int j = 0; j < i; j++) {
        inversions += permutation.get(j) > permutation.get(i) ? 1 : 0;
      }
    }
    return inversions % 2 == 1;
  }
}
