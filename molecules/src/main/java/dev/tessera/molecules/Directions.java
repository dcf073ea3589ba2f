package dev.tessera.molecules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;

/// The directions of bonds, where they make a difference: those around a double bond whose sides
/// are equal, or that lies in a small ring, do not.
final class Directions {
  /// Rings of so many atoms and more have room for both arrangements of a double bond.
  private static final int LARGE_RING = 8;

  private Directions() {}

  /// The bonds without directions that say nothing. Those of hydrogens that are left out (`places`
  /// of [KeptAtoms]) are said of the other neighbour instead.
  static List<WrittenBond> cleared(
      IAtomContainer molecule, Stereocentres centres, int[] places, List<WrittenBond> written) {
    List<WrittenBond> bonds = new ArrayList<>(written);
    handOver(molecule, places, bonds);
    boolean[] beside = new boolean[bonds.size()];
    boolean[] meant = new boolean[bonds.size()];
    for (IBond bond : molecule.bonds()) {
      if (bond.getOrder() == IBond.Order.DOUBLE && !bond.isAromatic()) {
        boolean stereo = isStereo(centres, bonds, bond);
        for (int i = 0; i < bonds.size(); i++) {
          if (touches(bonds.get(i), bond.getBegin()) || touches(bonds.get(i), bond.getEnd())) {
            beside[i] = true;
            meant[i] |= stereo;
          }
        }
      }
    }
    for (int i = 0; i < bonds.size(); i++) {
      if (beside[i] && !meant[i]) {
        bonds.set(i, bonds.get(i).with(BondDirection.NONE));
      }
    }
    return bonds;
  }

  /// What `[H]/C(F)=` says of the hydrogen, said of the fluorine: it lies on the other side.
  private static void handOver(IAtomContainer molecule, int[] places, List<WrittenBond> bonds) {
    for (WrittenBond bond : List.copyOf(bonds)) {
      boolean fromLeftOut = places[bond.begin()] == KeptAtoms.LEFT_OUT;
      if (bond.direction() == BondDirection.NONE
          || (!fromLeftOut && places[bond.end()] != KeptAtoms.LEFT_OUT)) {
        continue;
      }
      int center = fromLeftOut ? bond.end() : bond.begin();
      for (int i = 0; i < bonds.size(); i++) {
        WrittenBond other = bonds.get(i);
        if (!other.equals(bond)
            && (other.begin() == center || other.end() == center)
            && other.direction() == BondDirection.NONE
            && order(molecule, other) == IBond.Order.SINGLE) {
          BondDirection away = bond.directionFrom(center).reversed();
          bonds.set(i, other.with(other.begin() == center ? away : away.reversed()));
          break;
        }
      }
    }
  }

  private static IBond.Order order(IAtomContainer molecule, WrittenBond bond) {
    return molecule
        .getBond(molecule.getAtom(bond.begin()), molecule.getAtom(bond.end()))
        .getOrder();
  }

  /// Whether both arrangements of a double bond differ, and the directions say which one it is.
  private static boolean isStereo(Stereocentres centres, List<WrittenBond> bonds, IBond bond) {
    for (IAtom end : bond.atoms()) {
      if (!centres.hasSides(end, bond)
          || bonds.stream()
              .noneMatch(other -> other.direction() != BondDirection.NONE && touches(other, end))) {
        return false;
      }
    }
    return !isInSmallRing(bond);
  }

  /// Whether a way of few bonds leads from one end to the other beside the bond.
  private static boolean isInSmallRing(IBond bond) {
    Map<IAtom, Integer> distances = new HashMap<>();
    Deque<IAtom> next = new ArrayDeque<>();
    distances.put(bond.getBegin(), 0);
    next.add(bond.getBegin());
    while (!next.isEmpty()) {
      IAtom atom = next.remove();
      int distance = distances.getOrDefault(atom, 0) + 1;
      if (distance + 1 >= LARGE_RING) {
        return false;
      }
      for (IBond step : atom.bonds()) {
        IAtom neighbour = step.getOther(atom);
        if (!step.equals(bond) && distances.putIfAbsent(neighbour, distance) == null) {
          if (neighbour.equals(bond.getEnd())) {
            return true;
          }
          next.add(neighbour);
        }
      }
    }
    return false;
  }

  private static boolean touches(WrittenBond bond, IAtom atom) {
    return bond.begin() == atom.getIndex() || bond.end() == atom.getIndex();
  }
}
