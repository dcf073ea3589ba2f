package dev.tessera.molecules;

import dev.tessera.sequence.Molecule;
import java.util.List;

/// A molecule with what its atoms and bonds say beyond elements and types. Immutable and
/// thread-safe.
public final class MolecularGraph {
  private final Molecule molecule;
  private final List<Chirality> chiralities;
  private final List<BondDirection> directions;

  MolecularGraph(Molecule molecule, List<Chirality> chiralities, List<BondDirection> directions) {
    this.molecule = molecule;
    this.chiralities = List.copyOf(chiralities);
    this.directions = List.copyOf(directions);
  }

  /// Atoms and bonds: what a [dev.tessera.sequence.MoleculeSerializer] writes for GraphsGPT, and a
  /// Mole-BERT recipe takes atom types from.
  public Molecule molecule() {
    return molecule;
  }

  /// How the neighbours of an atom lie around it.
  public Chirality chirality(int atom) {
    return chiralities.get(atom);
  }

  /// Which way a bond points from the atom that it begins with.
  public BondDirection direction(int bond) {
    return directions.get(bond);
  }

  /// As in `MolecularGraph[C C O, 2 bonds]`.
  @Override
  public String toString() {
    return molecule.toString().replaceFirst("Molecule", "MolecularGraph");
  }
}
