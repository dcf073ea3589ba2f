package dev.tessera.cli.recipe;

import dev.tessera.recipe.GraphsGpt;
import dev.tessera.recipe.MoleBert;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Systems for molecules.
final class MoleculeSystems {
  private static final String ATOMS = "atoms";
  private static final String BONDS = "bonds";
  private static final String IDS = "ids";

  private MoleculeSystems() {}

  static Recipe moleBert() {
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
            List.of(
                Slot.floats(ATOMS, "[n x 300]", "what the graph network gives"),
                Slot.ids("types", "[n]", "of each atom, its atomic number less 1", 9)),
            List.of(Slot.ids(IDS, "[n]", "the tokens", 512)),
            run -> {
              try (MoleBert moleBert = moleBert(run)) {
                return Made.of(IDS, moleBert.encode(run.matrix(ATOMS), run.ids("types")));
              }
            })
        .decode(
            List.of(Slot.ids(IDS, "[n]", "tokens", 512)),
            List.of(Slot.floats("codewords", "[n x 300]", "the codewords")),
            run -> {
              try (MoleBert moleBert = moleBert(run)) {
                return Made.of("codewords", moleBert.decode(run.ids(IDS)));
              }
            })
        .differs(
            "The paper takes the nearest codeword among those of the atom's element, and so does"
                + " `vqvae.py`; the released `pretrain.py` takes the place of the greatest of the"
                + " 300 elements for an id: `--lookup`. Ranges are half-open: 377, 433, 488 and 511"
                + " are never given.")
        .build();
  }

  private static MoleBert moleBert(RecipeRun run) throws IOException {
    return MoleBert.of(
        run.tessera(),
        run.weights(),
        MoleBert.Lookup.valueOf(run.setting("lookup").toUpperCase(Locale.ROOT)));
  }

  static Recipe graphsGpt() {
    return Recipe.named(
            "graphsgpt",
            GraphsGpt.class,
            "GraphsGPT: a molecule as a sequence of atoms and bonds",
            "arXiv 2402.02464; A4Bio/GraphsGPT at 8d7db77")
        .sizes("n - 3, m - 2, t - 5, rows - 13, hidden 512 16, types 212 212, words 8 8")
        .weights(
            """
            encoder.embed_tokens.weight [types x hidden]
            encoder.embed_tokens.norm.weight [hidden]
            encoder.embed_tokens.norm.bias [hidden]
            encoder.embed_identifier.weight [2 x hidden]
            encoder.embed_identifier.norm.weight [hidden]
            encoder.embed_identifier.norm.bias [hidden]
            encoder.embed_fingerprint.weight [1 x hidden]
            encoder.embed_fingerprint.norm.weight [hidden]
            encoder.embed_fingerprint.norm.bias [hidden]
            encoder.embed_fingerprint_position.weight [words x hidden]
            encoder.embed_fingerprint_position.norm.weight [hidden]
            encoder.embed_fingerprint_position.norm.bias [hidden]
            encoder.embed_graph_position.learnable_orthonormal_features.weight [128 x 128]
            encoder.embed_graph_position.graph_position_proj.weight [hidden x 256]
            encoder.embed_graph_position.norm.weight [hidden]
            encoder.embed_graph_position.norm.bias [hidden]
            """)
        .with(Setting.integer("graph-words", 8, "How many rows stand before the tokens."))
        .encode(
            List.of(
                Slot.bonds(),
                Slot.ids(ATOMS, "[n]", "the atomic number of each atom").inExample(6, 6, 8),
                Slot.floats(
                        "joined",
                        "[m x 3]",
                        "of each bond one atom, the other one, and 1, 1.5, 2 or 3")
                    .inExample(0, 1, 1, 1, 2, 1)),
            List.of(
                Slot.ids(IDS, "[t]", "atoms and bonds"),
                Slot.ids("begins", "[t]", "the place where each begins"),
                Slot.ids("ends", "[t]", "the place where each ends"),
                Slot.floats("embeddings", "[rows x hidden]", "what the encoder takes")),
            MoleculeSystems::graphsGptEncode)
        .decode(
            List.of(
                Slot.bonds(),
                Slot.ids(IDS, "[t]", "atoms and bonds"),
                Slot.ids("begins", "[t]", "the place where each begins"),
                Slot.ids("ends", "[t]", "the place where each ends")),
            List.of(
                Slot.ids(ATOMS, "[n]", "the atomic number of each atom"),
                Slot.floats("joined", "[m x 3]", "of each bond one atom, the other one, its type")),
            MoleculeSystems::graphsGptDecode)
        .differs(
            "The released encoder deals the rows of its table of places out at random, also when it"
                + " is not trained. The command takes rows 0, 1, 2 and so on, so that a molecule"
                + " has the same embeddings in every run; `GraphsGpt.embed` takes any.")
        .build();
  }

  private static Made graphsGptEncode(RecipeRun run) throws IOException {
    MoleculeSerializer serializer = new MoleculeSerializer(BondVocabulary.read(run.path(BONDS)));
    int[] atoms = run.ids(ATOMS).toArray();
    FloatMatrix joined = run.matrix("joined");
    List<Molecule.Bond> bonds = new ArrayList<>();
    for (long row = 0; row < joined.rows(); row++) {
      bonds.add(
          new Molecule.Bond(
              (int) joined.get(row, 0), (int) joined.get(row, 1), joined.get(row, 2)));
    }
    MoleculeSequence sequence = serializer.write(Molecule.of(atoms, bonds));
    int[] rows = IntStream.range(0, MoleculeSerializer.MOST_ATOMS).toArray();
    try (GraphsGpt graphsGpt = GraphsGpt.of(run.tessera(), run.weights().under("encoder."))) {
      return Made.of(IDS, TokenIds.of(sequence.ids()))
          .with("begins", TokenIds.of(sequence.begins()))
          .with("ends", TokenIds.of(sequence.ends()))
          .with("embeddings", graphsGpt.embed(sequence, run.integer("graph-words"), rows));
    }
  }

  private static Made graphsGptDecode(RecipeRun run) throws IOException {
    Molecule molecule =
        new MoleculeSerializer(BondVocabulary.read(run.path(BONDS)))
            .read(run.ids(IDS).toArray(), run.ids("begins").toArray(), run.ids("ends").toArray());
    TokenIds atoms = TokenIds.allocate(molecule.atoms());
    for (int i = 0; i < molecule.atoms(); i++) {
      atoms.set(i, 0, molecule.atomicNumber(i));
    }
    FloatMatrix joined = FloatMatrix.allocate(molecule.bonds().size(), 3);
    for (int i = 0; i < molecule.bonds().size(); i++) {
      Molecule.Bond bond = molecule.bonds().get(i);
      joined.set(i, 0, bond.begin());
      joined.set(i, 1, bond.end());
      joined.set(i, 2, (float) bond.type());
    }
    return Made.of(ATOMS, atoms).with("joined", joined);
  }
}
