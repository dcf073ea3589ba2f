package dev.tessera.cli.recipe;

import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Molecules that were read back from GraphsGPT's sequences, as arrays.
record DecodedMolecules(List<Molecule> molecules) {
  /// Reads a molecule a row.
  ///
  /// @param ids `[b x t]`, pads of 0 behind
  /// @param begins as wide
  /// @param ends as wide
  /// @throws IllegalArgumentException if a row is none: names it, and the first place
  static DecodedMolecules of(
      MoleculeSerializer serializer, TokenIds ids, TokenIds begins, TokenIds ends) {
    List<Molecule> molecules = new ArrayList<>();
    for (long row = 0; row < ids.rows(); row++) {
      int[] tokens = ids.slice(row, row + 1).toArray();
      int length = tokens.length;
      while (length > 0 && tokens[length - 1] == 0) {
        length--;
      }
      try {
        molecules.add(
            serializer.read(
                Arrays.copyOf(tokens, length),
                Arrays.copyOf(begins.slice(row, row + 1).toArray(), length),
                Arrays.copyOf(ends.slice(row, row + 1).toArray(), length)));
      } catch (IllegalArgumentException e) {
        throw ids.rows() == 1
            ? e
            : new IllegalArgumentException("molecule " + (row + 1) + ", " + e.getMessage(), e);
      }
    }
    return new DecodedMolecules(molecules);
  }

  /// Atoms and bonds of all, counted through, and where those of each begin.
  Made made(String atomsName, String joinedName, String offsetsName) {
    int[] offsets = new int[molecules.size() + 1];
    int bondCount = 0;
    for (int i = 0; i < molecules.size(); i++) {
      offsets[i + 1] = offsets[i] + molecules.get(i).atoms();
      bondCount += molecules.get(i).bonds().size();
    }
    TokenIds atoms = TokenIds.allocate(offsets[molecules.size()]);
    FloatMatrix joined = FloatMatrix.allocate(bondCount, 3);
    int row = 0;
    for (int i = 0; i < molecules.size(); i++) {
      Molecule molecule = molecules.get(i);
      for (int atom = 0; atom < molecule.atoms(); atom++) {
        atoms.set(offsets[i] + (long) atom, 0, molecule.atomicNumber(atom));
      }
      for (Molecule.Bond bond : molecule.bonds()) {
        joined.set(row, 0, offsets[i] + bond.begin());
        joined.set(row, 1, offsets[i] + bond.end());
        joined.set(row++, 2, (float) bond.type());
      }
    }
    return Made.of(atomsName, atoms)
        .with(joinedName, joined)
        .with(offsetsName, TokenIds.of(offsets));
  }
}
