package dev.tessera.molecules;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against RDKit (`rdkit.tsv`, by `make_fixtures.py`), and by hand.
final class SmilesTest {
  /// A line of the fixture.
  record Expected(String smiles, String atoms, String bonds, String comment) {
    @Override
    public String toString() {
      return comment + ": " + smiles;
    }
  }

  static Stream<Expected> rdkit() throws IOException {
    try (InputStream in = SmilesTest.class.getResourceAsStream("rdkit.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .map(fields -> new Expected(fields[0], fields[1], fields[2], fields[3]));
    }
  }

  static Stream<Expected> accepted() throws IOException {
    return rdkit().filter(expected -> !expected.atoms.equals("-"));
  }

  static Stream<Expected> refused() throws IOException {
    return rdkit().filter(expected -> expected.atoms.equals("-"));
  }

  private static String atoms(MolecularGraph graph) {
    return IntStream.range(0, graph.molecule().atoms())
        .mapToObj(i -> graph.molecule().atomicNumber(i) + ":" + graph.chirality(i).ordinal())
        .collect(joining(" "));
  }

  private static String bonds(MolecularGraph graph) {
    return IntStream.range(0, graph.molecule().bonds().size())
        .mapToObj(
            i -> {
              Molecule.Bond bond = graph.molecule().bonds().get(i);
              return "%d-%d:%s:%d"
                  .formatted(bond.begin(), bond.end(), bond.type(), graph.direction(i).ordinal());
            })
        .collect(joining(" "));
  }

  @Test
  void theFixtureHasBothKinds() throws IOException {
    assertThat(accepted().count()).isGreaterThan(120);
    assertThat(refused().count()).isGreaterThan(5);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void asRdkitReadsIt(Expected expected) {
    MolecularGraph graph = Smiles.read(expected.smiles);

    assertThat(atoms(graph)).isEqualTo(expected.atoms);
    assertThat(bonds(graph)).isEqualTo(expected.bonds);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatRdkitRefusesIsRefused(Expected expected) {
    assertThatThrownBy(() -> Smiles.read(expected.smiles))
        .isInstanceOf(MalformedSmilesException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "C(C | 2 | Unclosed branch detected",
        "C1CC | 3 | Unclosed ring detected",
        "C)C | 1 | Closing of an unopened branch",
        "CX | 1 | unexpected character",
        "C==C | 2 | Multiple bonds specified",
        "C= | 2 | expected an atom behind '=', found the end",
        "C. | 2 | expected an atom behind '.', found the end",
        "C(=)C | 3 | expected an atom behind '=', found the end of the branch",
        "C()C | 2 | expected a branch, found an empty one",
        "C1C1 | 3 | already connected",
        "CC(C)(C)(C)C | 1 | C with charge 0 has 5 bonds, it can have at most 4",
        "C[NH4+] | 1 | N with charge 1 has 5 bonds, it can have at most 4",
        "C* | 1 | expected an element, found none",
        "c1cccc1 | -1 | a valid kekulé structure could not be assigned",
      })
  void malformedSmilesAreRefusedWithThePlace(String smiles, int position, String reason) {
    assertThatThrownBy(() -> Smiles.read(smiles))
        .isInstanceOfSatisfying(
            MalformedSmilesException.class, e -> assertThat(e.position()).isEqualTo(position))
        .hasMessageStartingWith("SMILES '" + smiles + "'")
        .hasMessageContaining(position < 0 ? "'" : ", character " + position + ": ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CCO", " CCO ", "CCO ethanol", "CCO\tethanol"})
  void aNameBehindIsLeftOut(String smiles) {
    assertThat(Smiles.read(smiles)).hasToString("MolecularGraph[C C O, 2 bonds]");
  }

  @Test
  void anEmptyStringIsNoAtoms() {
    assertThat(Smiles.read("").molecule().atoms()).isZero();
  }

  @Test
  void featuresOfMoleBertGoBothWays() {
    MoleBertFeatures features = MoleBertFeatures.of(Smiles.read("F/C=C\\F"));

    assertThat(features.atoms().toArray()).containsExactly(8, 0, 5, 0, 5, 0, 8, 0);
    assertThat(
            IntStream.range(0, 6)
                .mapToObj(i -> features.edges().source(i) + ">" + features.edges().target(i)))
        .containsExactly("0>1", "1>0", "1>2", "2>1", "2>3", "3>2");
    assertThat(features.bonds().toArray()).containsExactly(0, 1, 0, 1, 1, 0, 1, 0, 0, 2, 0, 2);
  }

  @Test
  void featuresOfMoleBertByTheOrderOfItsLists() {
    MoleBertFeatures ring = MoleBertFeatures.of(Smiles.read("c1ccccc1"));
    MoleBertFeatures nitrile = MoleBertFeatures.of(Smiles.read("CC#N"));
    MoleBertFeatures alanine = MoleBertFeatures.of(Smiles.read("N[C@@H](C)C(=O)O"));
    MoleBertFeatures methane = MoleBertFeatures.of(Smiles.read("C"));

    assertThat(ring.bonds().rows()).isEqualTo(12);
    assertThat(ring.bonds().get(11, 0)).isEqualTo(3);
    assertThat(nitrile.bonds().get(2, 0)).isEqualTo(2);
    assertThat(alanine.atoms().toArray()).containsExactly(6, 0, 5, 1, 5, 0, 5, 0, 7, 0, 7, 0);
    assertThat(methane.edges().size()).isZero();
  }

  @Test
  void moleBertRefusesAQuadrupleBond() {
    MolecularGraph graph = Smiles.read("[Re]$[Re]");

    assertThatThrownBy(() -> MoleBertFeatures.of(graph))
        .hasMessage("bond 0 (atoms 0 and 1) has the type 4.0, Mole-BERT knows 1, 2, 3 and 1.5");
  }

  private static final MoleculeSerializer SERIALIZER =
      new MoleculeSerializer(
          BondVocabulary.of(
              Map.of(
                  BondVocabulary.Kind.of(6, 6, 1), 119,
                  BondVocabulary.Kind.of(6, 8, 1), 120,
                  BondVocabulary.Kind.of(6, 6, 1.5), 121)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CCO | 7 120 7 121 9 | 0 0 1 1 2 | 0 1 1 2 2",
        "C1CC1 | 7 120 7 120 7 120 | 0 0 1 1 2 0 | 0 1 1 2 2 2",
        "C1=CC=CC=C1 | 7 122 7 122 7 122 7 122 7 122 7 122 | 0 0 1 1 2 2 3 3 4 4 5 0 | 0 1 1 2 2 3"
            + " 3 4 4 5 5 5",
      })
  void sequencesOfGraphsGpt(String smiles, String ids, String begins, String ends) {
    MoleculeSequence sequence = SERIALIZER.write(Smiles.read(smiles).molecule());

    assertThat(spaced(sequence.ids())).isEqualTo(ids);
    assertThat(spaced(sequence.begins())).isEqualTo(begins);
    assertThat(spaced(sequence.ends())).isEqualTo(ends);
  }

  private static String spaced(int[] values) {
    return IntStream.of(values).mapToObj(String::valueOf).collect(joining(" "));
  }

  @Test
  void graphsGptRefusesAnUnknownBond() {
    Molecule molecule = Smiles.read("CCN").molecule();

    assertThatThrownBy(() -> SERIALIZER.write(molecule))
        .hasMessageContaining("bond 1 (atoms 1 and 2) is C-N of type 1.0")
        .hasMessageContaining("none of the 3 kinds");
  }

  @Test
  void graphsGptTakesAtMost128Atoms() {
    assertThat(SERIALIZER.write(Smiles.read("C".repeat(128)).molecule()).length()).isEqualTo(255);

    Molecule molecule = Smiles.read("C".repeat(129)).molecule();
    assertThatThrownBy(() -> SERIALIZER.write(molecule))
        .hasMessage("the molecule has 129 atoms with bonds, a sequence has at most 128");
  }
}
