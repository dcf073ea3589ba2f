package dev.tessera.molecules;

import java.util.List;
import java.util.stream.StreamSupport;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;

/// Writes with charges what a SMILES may have with too many bonds, as RDKit does with each molecule
/// that it reads: `CN(=O)=O` becomes `C[N+](=O)[O-]`, `CN=N#N` becomes `CN=[N+]=[N-]`, `C=P(=O)C`
/// becomes `C=[P+]([O-])C`, `OCl(=O)(=O)=O` becomes `O[Cl+3]([O-])([O-])[O-]`.
final class ChargeSeparation {
  private ChargeSeparation() {}

  static void apply(IAtomContainer molecule) {
    for (IAtom atom : molecule.atoms()) {
      if (atom.getFormalCharge() != 0) {
        continue;
      }
      int orders = Valence.bondOrders(atom);
      switch (atom.getAtomicNumber()) {
        case IAtom.N -> nitrogen(atom, orders);
        case IAtom.P -> phosphorus(atom, orders);
        case IAtom.Cl, IAtom.Br, IAtom.I -> halogen(atom, orders);
        default -> {}
      }
    }
  }

  /// With five bonds: the first double bond to oxygen, or triple bond to nitrogen, gives way.
  private static void nitrogen(IAtom atom, int orders) {
    if (orders != 5) {
      return;
    }
    for (IBond bond : atom.bonds()) {
      IAtom other = bond.getOther(atom);
      boolean oxide = other.getAtomicNumber() == IAtom.O && bond.getOrder() == IBond.Order.DOUBLE;
      boolean azide = other.getAtomicNumber() == IAtom.N && bond.getOrder() == IBond.Order.TRIPLE;
      if (other.getFormalCharge() == 0 && (oxide || azide)) {
        bond.setOrder(oxide ? IBond.Order.SINGLE : IBond.Order.DOUBLE);
        atom.setFormalCharge(1);
        other.setFormalCharge(-1);
        return;
      }
    }
  }

  /// With three neighbours, one of them an oxygen and another a carbon or nitrogen, each by a
  /// double bond.
  private static void phosphorus(IAtom atom, int orders) {
    if (orders != 5 || atom.getBondCount() != 3) {
      return;
    }
    List<IBond> doubles = bonds(atom, IBond.Order.DOUBLE);
    boolean ylide =
        doubles.stream()
            .map(bond -> bond.getOther(atom))
            .anyMatch(
                other ->
                    (other.getAtomicNumber() == IAtom.C || other.getAtomicNumber() == IAtom.N)
                        && other.getBondCount() >= 2);
    if (!ylide) {
      return;
    }
    for (IBond bond : doubles) {
      IAtom other = bond.getOther(atom);
      if (other.getAtomicNumber() == IAtom.O && other.getFormalCharge() == 0) {
        bond.setOrder(IBond.Order.SINGLE);
        atom.setFormalCharge(1);
        other.setFormalCharge(-1);
        return;
      }
    }
  }

  /// Among oxygens alone: each double bond becomes a charge.
  private static void halogen(IAtom atom, int orders) {
    if (orders != 3 && orders != 5 && orders != 7) {
      return;
    }
    for (IBond bond : atom.bonds()) {
      if (bond.getOther(atom).getAtomicNumber() != IAtom.O) {
        return;
      }
    }
    List<IBond> doubles = bonds(atom, IBond.Order.DOUBLE);
    for (IBond bond : doubles) {
      bond.setOrder(IBond.Order.SINGLE);
      bond.getOther(atom).setFormalCharge(-1);
    }
    atom.setFormalCharge(doubles.size());
  }

  private static List<IBond> bonds(IAtom atom, IBond.Order order) {
    return StreamSupport.stream(atom.bonds().spliterator(), false)
        .filter(bond -> bond.getOrder() == order)
        .toList();
  }
}
