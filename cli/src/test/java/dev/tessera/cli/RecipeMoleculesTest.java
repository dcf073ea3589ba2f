package dev.tessera.cli;

import static dev.tessera.cli.RecipeFolder.run;
import static dev.tessera.cli.RecipeFolder.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Npz;
import dev.tessera.io.Safetensors;
import dev.tessera.io.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mole-BERT and GraphsGPT on files of SMILES.
final class RecipeMoleculesTest {
  @TempDir private Path folder;
  private RecipeFolder runs;

  @BeforeEach
  void makeFolder() throws IOException {
    runs = RecipeFolder.in(folder);
  }

  private static int[] ids(TensorFile file, String name) throws IOException {
    return file.tensor(name).ids().toArray();
  }

  @Test
  void theElementsOfMoleBertsAtomsComeFromSmiles() throws IOException {
    Path files = runs.example("mole-bert");
    Path weights = files.resolve("weights.safetensors");
    Path atoms = files.resolve("atoms.npy");
    Path smiles = runs.write("molecules.smi", "CCO ethanol", "c1ccccc1\tbenzene", "N");
    Path ids = runs.output("ids.npz");
    succeeded("mole-bert", "--weights", weights, "--input", atoms, smiles, "--output", ids);

    int[] types = {5, 5, 7, 5, 5, 5, 5, 5, 5, 6};
    Path array = folder.resolve("numbers.npy");
    Npy.write(array, dev.tessera.io.Tensor.of(dev.tessera.tensor.TokenIds.of(types), 10));
    Path expected = runs.output("expected.npy");
    succeeded("mole-bert", "--weights", weights, "--input", atoms, array, "--output", expected);
    assertThat(ids(Npz.open(ids), "ids")).isEqualTo(Vectors.readIds(expected));
    assertThat(ids(Npz.open(ids), "offsets")).containsExactly(0, 3, 9, 10);
  }

  /// Type and chirality, both ways of each bond, type and direction: as PyTorch Geometric has a
  /// batch.
  @Test
  void whatMoleBertsNetworkTakesIsWrittenWithoutWeights() throws IOException {
    Path smiles = runs.write("molecules.smiles", "N", "C=O");
    Path graph = runs.output("graph.npz");
    CommandRun made = succeeded("mole-bert", "--input", smiles, "--output", graph);

    assertThat(made.err()).contains("x [3, 2], edge_index [2, 2], edge_attr [2, 2], offsets [3]");
    TensorFile file = Npz.open(graph);
    assertThat(ids(file, "x")).containsExactly(6, 0, 5, 0, 7, 0);
    assertThat(ids(file, "edge_index")).containsExactly(1, 2, 2, 1);
    assertThat(ids(file, "edge_attr")).containsExactly(1, 0, 1, 0);
    assertThat(ids(file, "offsets")).containsExactly(0, 1, 3);
  }

  @Test
  void moleculesOfGraphsGptArePaddedAndReadBack() throws IOException {
    Path files = runs.example("graphsgpt");
    Path weights = files.resolve("weights.safetensors");
    Path bonds = files.resolve("bonds.pkl");
    Path smiles = runs.write("molecules.smi", "CCO ethanol", "C1CC1 cyclopropane");
    Path made = runs.output("made.safetensors");
    succeeded("graphsgpt", "--weights", weights, "--input", bonds, smiles, "--output", made);

    TensorFile file = Safetensors.open(made);
    assertThat(ids(file, "ids")).containsExactly(7, 120, 7, 121, 9, 0, 7, 120, 7, 120, 7, 120);
    assertThat(ids(file, "begins")).containsExactly(0, 0, 1, 1, 2, 0, 0, 0, 1, 1, 2, 0);
    assertThat(ids(file, "ends")).containsExactly(0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 2);
    assertThat(ids(file, "lengths")).containsExactly(5, 6);
    assertThat(file.tensor("embeddings").shape()).containsExactly(2, 14, 16);

    Path single = runs.output("single.safetensors"); // ethanol as arrays
    succeeded(
        "graphsgpt",
        "--weights",
        weights,
        "--input",
        bonds,
        files.resolve("atoms.npy"),
        files.resolve("joined.npy"),
        "--output",
        single);
    float[] one = Safetensors.open(single).tensor("embeddings").floats().toArray();
    float[] all = file.tensor("embeddings").flattenTrailing().floats().toArray();
    assertThat(one).hasSize(13 * 16);
    assertThat(all).startsWith(one);
    for (int i = one.length; i < 14 * 16; i++) {
      assertThat(all[i]).isZero();
    }

    Path back = runs.output("back.npz");
    succeeded(
        "graphsgpt",
        "--decode",
        "--input",
        bonds,
        made + ":ids",
        made + ":begins",
        made + ":ends",
        "--output",
        back);
    TensorFile read = Npz.open(back);
    assertThat(ids(read, "atoms")).containsExactly(6, 6, 8, 6, 6, 6);
    assertThat(ids(read, "offsets")).containsExactly(0, 3, 6);
    assertThat(read.tensor("joined").floats().toArray())
        .containsExactly(0, 1, 1, 1, 2, 1, 3, 4, 1, 4, 5, 1, 3, 5, 1);
  }

  @Test
  void theMoleculeAtFaultIsNamedByItsLine() throws IOException {
    Path moleBert = runs.example("mole-bert");
    Path atoms = moleBert.resolve("atoms.npy");
    Path weights = moleBert.resolve("weights.safetensors");
    Path ids = runs.output("ids.npz");
    Path branch = runs.write("branch.smi", "CCO ethanol", "C(C none");
    runs.assertFailed(
        run("mole-bert", "--input", branch, "--output", ids), 1, branch + ", line 2: SMILES 'C(C'");
    Path gap = runs.write("gap.smi", "CCO", "", "C");
    runs.assertFailed(
        run("mole-bert", "--input", gap, "--output", ids),
        1,
        "gap.smi, line 2: expected a SMILES, found an empty line");
    Path empty = runs.write("empty.smi");
    runs.assertFailed(
        run("mole-bert", "--input", empty, "--output", ids),
        1,
        "empty.smi: expected a SMILES a line, found no line");
    Path two = runs.write("two.smi", "CCO", "CC");
    runs.assertFailed(
        run("mole-bert", "--weights", weights, "--input", atoms, two, "--output", ids),
        1,
        "the molecules of " + two + " have 5 atoms, atoms has 10 rows");
    runs.assertFailed(
        run("mole-bert", "--input", atoms, "--output", ids),
        2,
        "mole-bert takes --input for atoms, float32 [n x 300]; types, integers [n], or for atoms,"
            + " float32 [n x 300]; molecules, or for molecules; found 1");

    Path graphsGpt = runs.example("graphsgpt");
    Path bonds = graphsGpt.resolve("bonds.pkl");
    Path arrays = graphsGpt.resolve("weights.safetensors");
    Path unknown = runs.write("unknown.smi", "CCO", "CN methylamine");
    runs.assertFailed(
        run("graphsgpt", "--weights", arrays, "--input", bonds, unknown, "--output", ids),
        1,
        "unknown.smi, line 2: bond 0 (atoms 0 and 1) is",
        "none of the 3 kinds of the vocabulary");
    Path lone = runs.write("lone.smi", "C methane");
    runs.assertFailed(
        run("graphsgpt", "--weights", arrays, "--input", bonds, lone, "--output", ids),
        1,
        "lone.smi, line 1: expected bonds, without which nothing of a molecule is written");
  }
}
