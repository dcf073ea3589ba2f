package dev.tessera.cli.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.molecules.MoleBertFeatures;
import dev.tessera.molecules.MolecularGraph;
import dev.tessera.molecules.Smiles;
import dev.tessera.sequence.Molecule;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Molecules in a text, a SMILES a line, a name behind it left out. The one class that knows the
/// module `molecules`.
///
/// @param molecules that of each line
record SmilesFile(Path file, List<MolecularGraph> molecules) {
  /// @throws FormatException if a line is no SMILES: names it
  static SmilesFile read(Path file) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw new FormatException(file + ": expected a SMILES a line, found no line");
    }
    return new SmilesFile(file, each(file, lines, SmilesFile::molecule));
  }

  private static MolecularGraph molecule(String line) {
    if (line.isBlank()) {
      throw new IllegalArgumentException("expected a SMILES, found an empty line");
    }
    return Smiles.read(line);
  }

  /// Applies a function to each line, and says in which one it failed.
  private static <T, R> List<R> each(Path file, List<T> lines, Function<T, R> function)
      throws FormatException {
    List<R> results = new ArrayList<>();
    for (T line : lines) {
      try {
        results.add(function.apply(line));
      } catch (IllegalArgumentException e) {
        throw new FormatException(
            "%s, line %d: %s".formatted(file, results.size() + 1, e.getMessage()), e);
      }
    }
    return results;
  }

  /// What a function makes of each molecule.
  ///
  /// @throws FormatException if it refuses one: names the line
  <R> List<R> map(Function<Molecule, R> function) throws FormatException {
    return each(file, molecules, graph -> function.apply(graph.molecule()));
  }

  /// Where the atoms of each molecule begin among those of all, and where the last one's end.
  TokenIds offsets() {
    int[] offsets = new int[molecules.size() + 1];
    for (int i = 0; i < molecules.size(); i++) {
      offsets[i + 1] = Math.addExact(offsets[i], molecules.get(i).molecule().atoms());
    }
    return TokenIds.of(offsets);
  }

  /// What Mole-BERT's network takes, all molecules as one graph: `x`, `edge_index`, `edge_attr`.
  ///
  /// @throws FormatException if the network does not know a bond: names the line
  Made moleBertInputs() throws FormatException {
    List<MoleBertFeatures> features = each(file, molecules, MoleBertFeatures::of);
    TokenIds bonds = Shapes.stacked(features.stream().map(MoleBertFeatures::bonds).toList(), 2);
    int edges = Math.toIntExact(bonds.rows());
    int[] pairs = new int[Math.multiplyExact(2, edges)];
    int at = 0;
    int firstAtom = 0;
    for (MoleBertFeatures molecule : features) {
      for (long edge = 0; edge < molecule.edges().size(); edge++, at++) {
        pairs[at] = firstAtom + molecule.edges().source(edge);
        pairs[edges + at] = firstAtom + molecule.edges().target(edge);
      }
      firstAtom += (int) molecule.atoms().rows();
    }
    return Made.of("x", Shapes.stacked(features.stream().map(MoleBertFeatures::atoms).toList(), 2))
        .with("edge_index", Tensor.of(TokenIds.of(pairs), 2, edges))
        .with("edge_attr", bonds)
        .with("offsets", offsets());
  }
}
