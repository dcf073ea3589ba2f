package dev.tessera.molecules;

import dev.tessera.graph.EdgeList;
import dev.tessera.sequence.Molecule;
import dev.tessera.tensor.TokenIds;
import java.util.List;

/// What Mole-BERT's network takes (`mol_to_graph_data_obj_simple` of `junxia97/Mole-BERT` at commit
/// 2feff8a).
///
/// @param atoms `[atoms x 2]`: the atomic number less 1, and the [Chirality], 0 to 3
/// @param edges each bond twice, one behind the other: from its begin to its end, and back
/// @param bonds `[2 * bonds x 2]`, a row an edge: the type (0 single, 1 double, 2 triple, 3
///   aromatic) and the [BondDirection], 0 to 2, the same for both ways
public record MoleBertFeatures(TokenIds atoms, EdgeList edges, TokenIds bonds) {
  /// The types of bonds in the order of their indices.
  private static final List<Double> TYPES = List.of(1.0, 2.0, 3.0, 1.5);

  /// Chiralities in the order of their indices.
  private static final List<Chirality> CHIRALITIES =
      List.of(Chirality.NONE, Chirality.CLOCKWISE, Chirality.COUNTERCLOCKWISE, Chirality.OTHER);

  /// Directions of bonds in the order of their indices.
  private static final List<BondDirection> DIRECTIONS =
      List.of(BondDirection.NONE, BondDirection.UP, BondDirection.DOWN);

  /// The features of a molecule.
  ///
  /// @throws IllegalArgumentException if a bond has a type that the network does not know: names it
  public static MoleBertFeatures of(MolecularGraph graph) {
    Molecule molecule = graph.molecule();
    TokenIds atoms = TokenIds.allocate(molecule.atoms(), 2);
    for (int atom = 0; atom < molecule.atoms(); atom++) {
      atoms.set(atom, 0, molecule.atomicNumber(atom) - 1);
      atoms.set(atom, 1, CHIRALITIES.indexOf(graph.chirality(atom)));
    }
    int edges = 2 * molecule.bonds().size();
    int[] sources = new int[edges];
    int[] targets = new int[edges];
    TokenIds bonds = TokenIds.allocate(edges, 2);
    for (int edge = 0; edge < edges; edge++) {
      Molecule.Bond bond = molecule.bonds().get(edge / 2);
      boolean back = edge % 2 == 1;
      sources[edge] = back ? bond.end() : bond.begin();
      targets[edge] = back ? bond.begin() : bond.end();
      bonds.set(edge, 0, type(bond, edge / 2));
      bonds.set(edge, 1, DIRECTIONS.indexOf(graph.direction(edge / 2)));
    }
    return new MoleBertFeatures(atoms, EdgeList.of(sources, targets), bonds);
  }

  private static int type(Molecule.Bond bond, int index) {
    int type = TYPES.indexOf(bond.type());
    if (type < 0) {
      throw new IllegalArgumentException(
          "bond %d (atoms %d and %d) has the type %s, Mole-BERT knows 1, 2, 3 and 1.5"
              .formatted(index, bond.begin(), bond.end(), bond.type()));
    }
    return type;
  }
}
