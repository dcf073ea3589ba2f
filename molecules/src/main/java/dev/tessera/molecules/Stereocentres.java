package dev.tessera.molecules;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.openscience.cdk.graph.Cycles;
import org.openscience.cdk.graph.GraphUtil;
import org.openscience.cdk.graph.invariant.Canon;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.interfaces.IStereoElement;
import org.openscience.cdk.interfaces.ITetrahedralChirality;

/// Which marks of stereochemistry make a difference, by RDKit's rules: an atom or the end of a
/// double bond with two equal neighbours is no stereocentre, but two such atoms in one ring are.
final class Stereocentres {
  private final int[] places;
  private final long[] classes;
  private final int[][] rings;
  private final Set<IAtom> ringCandidates = new HashSet<>();

  /// @param places of atoms, as in [KeptAtoms]
  Stereocentres(IAtomContainer molecule, int[] places) {
    this.places = places;
    classes = Canon.symmetry(molecule, GraphUtil.toAdjList(molecule));
    rings = Cycles.mcb(molecule).paths(); // marks the bonds that lie in a ring, too
    for (IStereoElement<?, ?> element : molecule.stereoElements()) {
      if (element instanceof ITetrahedralChirality tetrahedron) {
        IAtom atom = tetrahedron.getChiralAtom();
        if (isPossible(atom) && isRingCandidate(atom)) {
          ringCandidates.add(atom);
        }
      }
    }
  }

  /// Whether the neighbours of an atom can lie around it in two ways.
  boolean isCentre(IAtom atom) {
    return isPossible(atom)
        && (neighbourClasses(atom).size() == neighbours(atom)
            || (ringCandidates.contains(atom)
                && ringCandidates.stream()
                    .anyMatch(other -> !other.equals(atom) && shareRing(atom, other))));
  }

  /// Whether both sides of an end of a double bond differ.
  boolean hasSides(IAtom end, IBond doubleBond) {
    Set<Long> sides = new TreeSet<>();
    int neighbours = 0;
    for (IBond bond : end.bonds()) {
      IAtom neighbour = bond.getOther(end);
      if (!bond.equals(doubleBond) && isKept(neighbour)) {
        neighbours++;
        sides.add(classes[neighbour.getIndex()]);
      }
    }
    return (neighbours == 1 || neighbours == 2) && sides.size() == neighbours;
  }

  /// Hydrogens that are no atoms of the molecule that is read.
  int hydrogens(IAtom atom) {
    int hydrogens = atom.getImplicitHydrogenCount();
    for (IBond bond : atom.bonds()) {
      hydrogens += isKept(bond.getOther(atom)) ? 0 : 1;
    }
    return hydrogens;
  }

  private boolean isKept(IAtom atom) {
    return places[atom.getIndex()] != KeptAtoms.LEFT_OUT;
  }

  private int neighbours(IAtom atom) {
    return atom.getBondCount() + atom.getImplicitHydrogenCount() - hydrogens(atom);
  }

  private Set<Long> neighbourClasses(IAtom atom) {
    Set<Long> found = new TreeSet<>();
    for (IBond bond : atom.bonds()) {
      if (isKept(bond.getOther(atom))) {
        found.add(classes[bond.getOther(atom).getIndex()]);
      }
    }
    return found;
  }

  /// Whether an atom holds its neighbours in place: four of them, one a hydrogen at most, or three
  /// and a lone pair that does not change sides.
  private boolean isPossible(IAtom atom) {
    int hydrogens = hydrogens(atom);
    int all = neighbours(atom) + hydrogens;
    if (hydrogens > 1 || all < 3 || all > 4) {
      return false;
    }
    if (all == 4 || hydrogens == 1) {
      return true;
    }
    int orders = Valence.bondOrders(atom);
    return switch (atom.getAtomicNumber()) {
      case IAtom.N -> isInRingOfThree(atom) || isBridgehead(atom);
      case IAtom.P, IAtom.As -> true;
      case IAtom.S, IAtom.Se -> orders == 4 || (orders == 3 && atom.getFormalCharge() == 1);
      default -> false;
    };
  }

  private boolean isInRingOfThree(IAtom atom) {
    return Arrays.stream(rings).anyMatch(ring -> ring.length == 4 && contains(ring, atom));
  }

  /// Whether three ways in rings lead from an atom, and two rings around it share more than a bond.
  private boolean isBridgehead(IAtom atom) {
    if (ringBonds(atom) < 3) {
      return false;
    }
    for (int i = 0; i < rings.length; i++) {
      for (int j = 0; j < i; j++) {
        if (contains(rings[i], atom)
            && contains(rings[j], atom)
            && shared(rings[i], rings[j]) > 2) {
          return true;
        }
      }
    }
    return false;
  }

  private static int ringBonds(IAtom atom) {
    int count = 0;
    for (IBond bond : atom.bonds()) {
      count += bond.isInRing() ? 1 : 0;
    }
    return count;
  }

  /// Whether an atom with equal neighbours in a ring can still be told from its mirror image by
  /// another one in that ring.
  private boolean isRingCandidate(IAtom atom) {
    Set<Long> inRing = new TreeSet<>();
    Set<Long> outside = new TreeSet<>();
    int ringNeighbours = 0;
    int others = 0;
    for (IBond bond : atom.bonds()) {
      IAtom neighbour = bond.getOther(atom);
      if (bond.isInRing()) {
        ringNeighbours++;
        inRing.add(classes[neighbour.getIndex()]);
      } else if (isKept(neighbour)) {
        others++;
        outside.add(classes[neighbour.getIndex()]);
      }
    }
    return switch (others) {
      case 2 -> outside.size() == 2;
      case 1 -> ringNeighbours > inRing.size();
      case 0 ->
          (ringNeighbours == 2 && inRing.size() == 1)
              || (ringNeighbours == 3 && inRing.size() == 2)
              || (ringNeighbours == 4 && inRing.size() == 3);
      default -> false;
    };
  }

  private boolean shareRing(IAtom one, IAtom other) {
    return Arrays.stream(rings).anyMatch(ring -> contains(ring, one) && contains(ring, other));
  }

  private static boolean contains(int[] ring, IAtom atom) {
    return Arrays.stream(ring).anyMatch(index -> index == atom.getIndex());
  }

  /// The number of atoms in both rings; a ring's path ends where it begins.
  private static long shared(int[] one, int[] other) {
    return Arrays.stream(one)
        .skip(1)
        .filter(index -> Arrays.stream(other).anyMatch(i -> i == index))
        .count();
  }
}
