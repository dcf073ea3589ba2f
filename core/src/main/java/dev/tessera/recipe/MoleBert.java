package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.Molecule;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.CodeGroups;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.NanPolicy;
import dev.tessera.vq.Quantizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/// Mole-BERT: each atom of a molecule as one of 512 tokens that know its surroundings (Xia et al.,
/// ICLR 2023). Follows `junxia97/Mole-BERT` at commit 2feff8a.
///
/// A graph network delivers `[atoms x 300]`; the nearest codeword by squared distance among those
/// of the atom's group: carbon has the codes 0 to 376, nitrogen 378 to 432, oxygen 434 to 487, all
/// other elements 489 to 510. The ranges are half-open in the code, so that 377, 433, 488 and 511
/// are never given. Thread-safe.
public final class MoleBert implements AutoCloseable {
  private static final int CODES = 512;
  private static final int DIM = 300;

  /// The groups by an atom's type, its atomic number less 1.
  private static final CodeGroups GROUPS =
      CodeGroups.forTheRest("others", 489, 511)
          .with("carbon", 0, 377, 5)
          .with("nitrogen", 378, 433, 6)
          .with("oxygen", 434, 488, 7);

  /// Which ids atoms get.
  public enum Lookup {
    /// The nearest codeword of the atom's group, as the paper has it and `vqvae.py` trains it.
    PAPER,

    /// The place of the greatest of the 300 elements, 0 to 299, without a codebook: what the
    /// released `pretrain.py` takes for ids.
    RELEASED
  }

  private final Tessera tessera;
  private final Quantizer quantizer;
  private final Lookup lookup;

  private MoleBert(Tessera tessera, Quantizer quantizer, Lookup lookup) {
    this.tessera = tessera;
    this.quantizer = quantizer;
    this.lookup = lookup;
  }

  /// A tokenizer by the codebook `embeddings.weight [512 x 300]` (`vqquantizer.pth`).
  ///
  /// @throws IOException if there is none, or it has another shape
  public static MoleBert of(Tessera tessera, Weights weights, Lookup lookup) throws IOException {
    Codebook codebook = Codebook.of(weights.matrix("embeddings.weight", CODES, DIM));
    return new MoleBert(tessera, tessera.quantizer(codebook), lookup);
  }

  /// The codes of each group.
  public static CodeGroups groups() {
    return GROUPS;
  }

  /// The types of a molecule's atoms, `[atoms x 1]`: each one's atomic number less 1.
  public static TokenIds atomTypes(Molecule molecule) {
    TokenIds types = TokenIds.allocate(molecule.atoms());
    for (int atom = 0; atom < molecule.atoms(); atom++) {
      types.set(atom, 0, molecule.atomicNumber(atom) - 1);
    }
    return types;
  }

  /// The tokens of atoms: `[atoms x 300], [atoms x 1] -> [atoms x 1]`.
  ///
  /// @param types of each atom, its atomic number less 1; [Lookup#RELEASED] does not look at them
  /// @throws IllegalArgumentException if the atoms do not have 300 columns, or there are not as
  ///   many types
  public TokenIds encode(FloatMatrix atoms, TokenIds types) {
    if (types.rows() != atoms.rows()) {
      throw new IllegalArgumentException(
          "there are %d atoms and %d types".formatted(atoms.rows(), types.rows()));
    }
    return lookup == Lookup.PAPER
        ? quantizer.encode(atoms, GROUPS.ranges(types))
        : tessera.argmax(NanPolicy.ERROR).encode(atoms);
  }

  /// The codewords of tokens: `[atoms x 1] -> [atoms x 300]`.
  ///
  /// @throws IllegalArgumentException if an id is outside the codebook
  public FloatMatrix decode(TokenIds ids) {
    return quantizer.decode(ids);
  }

  /// How many of a molecule's atoms are masked for the model to guess: `(int) (atoms * rate + 1)`.
  /// The paper's rates are 0.15 and 0.3.
  public static int maskedAtoms(int atoms, double rate) {
    return (int) (atoms * rate + 1);
  }

  /// The atoms of a molecule that are masked, all different, in the order in which they were drawn.
  /// The type of each becomes 119 for the network, its chirality 0, and its bonds the type 5.
  ///
  /// @param atoms how many the molecule has
  /// @param rate see [#maskedAtoms]
  /// @throws IllegalArgumentException if more atoms would be masked than there are
  public static int[] mask(int atoms, double rate, long seed) {
    int count = maskedAtoms(atoms, rate);
    if (count > atoms) {
      throw new IllegalArgumentException(
          "%d of a molecule's %d atoms cannot be masked".formatted(count, atoms));
    }
    int[] drawn = new int[atoms];
    Arrays.setAll(drawn, atom -> atom);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(atoms - i);
      int atom = drawn[other];
      drawn[other] = drawn[i];
      drawn[i] = atom;
    }
    return Arrays.copyOf(drawn, count);
  }

  /// Frees what the backends allocated for the codebook.
  @Override
  public void close() {
    quantizer.close();
  }
}
