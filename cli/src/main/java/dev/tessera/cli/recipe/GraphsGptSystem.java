package dev.tessera.cli.recipe;

import dev.tessera.recipe.GraphsGpt;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// GraphsGPT's sequences of atoms and bonds, of a molecule in arrays or of those of SMILES.
final class GraphsGptSystem {
  private static final String ATOMS = "atoms";
  private static final String BONDS = "bonds";
  private static final String JOINED = "joined";
  private static final String IDS = "ids";
  private static final String BEGINS = "begins";
  private static final String ENDS = "ends";
  private static final String EMBEDDINGS = "embeddings";
  private static final String OFFSETS = "offsets";
  private static final String BEGINS_MEANING = "the place where each begins";
  private static final String ENDS_MEANING = "the place where each ends";

  private GraphsGptSystem() {}

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
                        JOINED,
                        "[m x 3]",
                        "of each bond one atom, the other one, and 1, 1.5, 2 or 3")
                    .inExample(0, 1, 1, 1, 2, 1)),
            List.of(
                Slot.ids(IDS, "[t]", "atoms and bonds"),
                Slot.ids(BEGINS, "[t]", BEGINS_MEANING),
                Slot.ids(ENDS, "[t]", ENDS_MEANING),
                Slot.floats(EMBEDDINGS, "[rows x hidden]", "what the encoder takes")),
            GraphsGptSystem::encode)
        .encode(
            List.of(Slot.bonds(), Slot.molecules()),
            List.of(
                Slot.ids(IDS, "[b x t]", "atoms and bonds of each molecule; pads 0"),
                Slot.ids(BEGINS, "[b x t]", BEGINS_MEANING + "; pads 0"),
                Slot.ids(ENDS, "[b x t]", ENDS_MEANING + "; pads 0"),
                Slot.ids("lengths", "[b]", "tokens of each molecule, without pads"),
                Slot.floats(EMBEDDINGS, "[b x rows x hidden]", "what the encoder takes; pads 0")),
            GraphsGptSystem::encodeSmiles)
        .decode(
            List.of(
                Slot.bonds(),
                Slot.ids(IDS, "[b x t]", "atoms and bonds, of several molecules or of one"),
                Slot.ids(BEGINS, "[b x t]", BEGINS_MEANING),
                Slot.ids(ENDS, "[b x t]", ENDS_MEANING)),
            List.of(
                Slot.ids(ATOMS, "[n]", "the atomic number of each atom"),
                Slot.floats(JOINED, "[m x 3]", "of each bond one atom, the other one, its type"),
                Slot.ids(
                    OFFSETS,
                    "[b + 1]",
                    "where the atoms of each molecule begin, and the last one's end")),
            GraphsGptSystem::decode)
        .differs(
            "The released encoder deals the rows of its table of places out at random, also when it"
                + " is not trained. The command takes rows 0, 1, 2 and so on, so that a molecule"
                + " has the same embeddings in every run; `GraphsGpt.embed` takes any.")
        .build();
  }

  private static MoleculeSerializer serializer(RecipeRun run) throws IOException {
    return new MoleculeSerializer(BondVocabulary.read(run.path(BONDS)));
  }

  private static FloatMatrix embed(RecipeRun run, MoleculeSequence sequence) throws IOException {
    GraphsGpt graphsGpt =
        run.once(
            GraphsGpt.class, () -> GraphsGpt.of(run.tessera(), run.weights().under("encoder.")));
    int[] rows = IntStream.range(0, MoleculeSerializer.MOST_ATOMS).toArray();
    return graphsGpt.embed(sequence, run.integer("graph-words"), rows);
  }

  private static Made encode(RecipeRun run) throws IOException {
    int[] atoms = run.ids(ATOMS).toArray();
    FloatMatrix joined = run.matrix(JOINED);
    List<Molecule.Bond> bonds = new ArrayList<>();
    for (long row = 0; row < joined.rows(); row++) {
      bonds.add(
          new Molecule.Bond(
              (int) joined.get(row, 0), (int) joined.get(row, 1), joined.get(row, 2)));
    }
    MoleculeSequence sequence = serializer(run).write(Molecule.of(atoms, bonds));
    return Made.of(IDS, TokenIds.of(sequence.ids()))
        .with(BEGINS, TokenIds.of(sequence.begins()))
        .with(ENDS, TokenIds.of(sequence.ends()))
        .with(EMBEDDINGS, embed(run, sequence));
  }

  private static Made encodeSmiles(RecipeRun run) throws IOException {
    MoleculeSerializer serializer = serializer(run);
    List<MoleculeSequence> sequences =
        run.molecules().map(molecule -> written(serializer, molecule));
    int longest = sequences.stream().mapToInt(MoleculeSequence::length).max().orElseThrow();
    FloatTensor embeddings = null;
    for (int i = 0; i < sequences.size(); i++) {
      FloatMatrix one = embed(run, sequences.get(i));
      if (embeddings == null) {
        long rows = run.integer("graph-words") + (long) longest;
        embeddings = FloatTensor.allocate(sequences.size(), rows, one.columns());
      }
      FloatMatrix target = embeddings.atFirst(i);
      for (long row = 0; row < one.rows(); row++) {
        one.copyRow(row, target, row);
      }
    }
    int[] lengths = sequences.stream().mapToInt(MoleculeSequence::length).toArray();
    Made made =
        Made.of(IDS, padded(sequences, longest, MoleculeSequence::ids))
            .with(BEGINS, padded(sequences, longest, MoleculeSequence::begins))
            .with(ENDS, padded(sequences, longest, MoleculeSequence::ends))
            .with("lengths", TokenIds.of(lengths));
    return embeddings == null ? made : made.with(EMBEDDINGS, embeddings);
  }

  private static MoleculeSequence written(MoleculeSerializer serializer, Molecule molecule) {
    if (molecule.bonds().isEmpty()) {
      throw new IllegalArgumentException(
          "expected bonds, without which nothing of a molecule is written, found " + molecule);
    }
    return serializer.write(molecule);
  }

  private static TokenIds padded(
      List<MoleculeSequence> sequences, int longest, Function<MoleculeSequence, int[]> row) {
    int[] all = new int[Math.multiplyExact(sequences.size(), longest)];
    for (int i = 0; i < sequences.size(); i++) {
      int[] elements = row.apply(sequences.get(i));
      System.arraycopy(elements, 0, all, i * longest, elements.length);
    }
    return TokenIds.of(all, sequences.size(), longest);
  }

  private static Made decode(RecipeRun run) throws IOException {
    return DecodedMolecules.of(
            serializer(run), run.idRows(IDS), run.idRows(BEGINS), run.idRows(ENDS))
        .made(ATOMS, JOINED, OFFSETS);
  }
}
