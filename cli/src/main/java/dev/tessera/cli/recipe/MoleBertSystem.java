package dev.tessera.cli.recipe;

import dev.tessera.recipe.MoleBert;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Mole-BERT's tokens of atoms, with the elements of the atoms from arrays or from SMILES.
final class MoleBertSystem {
  private static final String ATOMS = "atoms";
  private static final String IDS = "ids";
  private static final Slot OFFSETS =
      Slot.ids(
          "offsets", "[b + 1]", "where the atoms of each molecule begin, and the last one's end");

  private MoleBertSystem() {}

  static Recipe moleBert() {
    Slot atoms = Slot.floats(ATOMS, "[n x 300]", "what the graph network gives");
    return Recipe.named(
            "mole-bert",
            MoleBert.class,
            "Mole-BERT: each atom as one of 512 tokens that know its surroundings",
            "ICLR 2023; junxia97/Mole-BERT at 2feff8a")
        .sizes("n - 10")
        .weights("embeddings.weight [512 x 300]")
        .with(
            Setting.choice(
                "lookup",
                "The nearest codeword of the atom's group, or the place of the greatest element.",
                "paper",
                "released"))
        .encode(
            List.of(atoms, Slot.ids("types", "[n]", "of each atom, its atomic number less 1", 9)),
            List.of(Slot.ids(IDS, "[n]", "the tokens", 512)),
            run -> Made.of(IDS, model(run).encode(run.matrix(ATOMS), run.ids("types"))))
        .encode(
            List.of(atoms, Slot.molecules()),
            List.of(Slot.ids(IDS, "[n]", "the tokens", 512), OFFSETS),
            MoleBertSystem::encodeSmiles)
        .encode(
            List.of(Slot.molecules()),
            List.of(
                Slot.ids("x", "[n x 2]", "what the graph network takes: type and chirality"),
                Slot.ids("edge_index", "[2 x e]", "of all molecules, counted through"),
                Slot.ids("edge_attr", "[e x 2]", "type and direction"),
                OFFSETS),
            run -> run.molecules().moleBertInputs())
        .decode(
            List.of(Slot.ids(IDS, "[n]", "tokens", 512)),
            List.of(Slot.floats("codewords", "[n x 300]", "the codewords")),
            run -> Made.of("codewords", model(run).decode(run.ids(IDS))))
        .differs(
            "The paper takes the nearest codeword among those of the atom's element, and so does"
                + " `vqvae.py`; the released `pretrain.py` takes the place of the greatest of the"
                + " 300 elements for an id: `--lookup`. Ranges are half-open: 377, 433, 488 and 511"
                + " are never given.")
        .build();
  }

  private static MoleBert model(RecipeRun run) throws IOException {
    MoleBert.Lookup lookup =
        MoleBert.Lookup.valueOf(run.setting("lookup").toUpperCase(Locale.ROOT));
    return run.once(MoleBert.class, () -> MoleBert.of(run.tessera(), run.weights(), lookup));
  }

  private static Made encodeSmiles(RecipeRun run) throws IOException {
    SmilesFile smiles = run.molecules();
    FloatMatrix atoms = run.matrix(ATOMS);
    TokenIds types = Shapes.stacked(smiles.map(MoleBert::atomTypes), 1);
    if (types.rows() != atoms.rows()) {
      throw new IllegalArgumentException(
          "the molecules of %s have %d atoms, %s has %d rows"
              .formatted(smiles.file(), types.rows(), ATOMS, atoms.rows()));
    }
    return Made.of(IDS, model(run).encode(atoms, types)).with("offsets", smiles.offsets());
  }
}
