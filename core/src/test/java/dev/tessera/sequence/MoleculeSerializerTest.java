package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.sequence.BondVocabulary.Kind;
import dev.tessera.sequence.Molecule.Bond;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoleculeSerializerTest {
  private static final BondVocabulary BONDS =
      BondVocabulary.of(
          Map.of(Kind.of(6, 6, 1), 119, Kind.of(8, 6, 1), 120, Kind.of(6, 6, 1.5), 121));

  private static final MoleculeSerializer SERIALIZER = new MoleculeSerializer(BONDS);

  @Test
  void ethanol() {
    Molecule molecule =
        Molecule.of(new int[] {6, 6, 8}, List.of(new Bond(0, 1, 1), new Bond(1, 2, 1)));
    MoleculeSequence sequence = SERIALIZER.write(molecule);
    assertThat(sequence.ids()).containsExactly(7, 120, 7, 121, 9);
    assertThat(sequence.begins()).containsExactly(0, 0, 1, 1, 2);
    assertThat(sequence.ends()).containsExactly(0, 1, 1, 2, 2);
    assertThat(sequence.atoms()).containsExactly(0, -1, 1, -1, 2);
    assertThat(SERIALIZER.read(sequence)).hasToString("Molecule[C C O, 2 bonds]");
  }

  @Test
  void cyclopropane() {
    Molecule molecule =
        Molecule.of(
            new int[] {6, 6, 6}, List.of(new Bond(0, 1, 1), new Bond(1, 2, 1), new Bond(2, 0, 1)));
    MoleculeSequence sequence = SERIALIZER.write(molecule);
    assertThat(sequence.ids()).containsExactly(7, 120, 7, 120, 7, 120);
    assertThat(sequence.begins()).containsExactly(0, 0, 1, 1, 2, 0);
    assertThat(sequence.ends()).containsExactly(0, 1, 1, 2, 2, 2);
    assertThat(SERIALIZER.read(sequence).bonds())
        .containsExactly(new Bond(0, 1, 1), new Bond(1, 2, 1), new Bond(0, 2, 1));
  }

  @Test
  void anyMoleculeComesBackButForItsNumbering() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Molecule molecule = molecule(random, 1 + random.nextInt(40));
      MoleculeSequence sequence = SERIALIZER.write(molecule);
      Molecule back = SERIALIZER.read(sequence);
      List<Integer> order = new ArrayList<>();
      for (int atom : sequence.atoms()) {
        if (atom >= 0) {
          order.add(atom);
        }
      }
      assertThat(back.atoms()).as("seed %d", seed).isEqualTo(order.size());
      assertThat(back.bonds()).as("seed %d", seed).hasSameSizeAs(molecule.bonds());
      for (int i = 0; i < back.bonds().size(); i++) {
        Bond bond = molecule.bonds().get(i);
        Bond expected =
            new Bond(
                order.indexOf(Math.min(bond.begin(), bond.end())),
                order.indexOf(Math.max(bond.begin(), bond.end())),
                bond.type());
        assertThat(back.bonds().get(i)).as("seed %d", seed).isEqualTo(expected);
      }
      for (int i = 0; i < order.size(); i++) {
        assertThat(back.atomicNumber(i)).isEqualTo(molecule.atomicNumber(order.get(i)));
      }
    }
  }

  /// Carbons with up to twice as many bonds.
  private static Molecule molecule(Random random, int atoms) {
    int[] atomicNumbers = new int[atoms];
    Arrays.fill(atomicNumbers, 6);
    List<Bond> bonds = new ArrayList<>();
    List<Long> joined = new ArrayList<>();
    for (int i = 0; i < 2 * atoms; i++) {
      int begin = random.nextInt(atoms);
      int end = random.nextInt(atoms);
      long pair = Math.min(begin, end) * 1000L + Math.max(begin, end);
      if (begin != end && !joined.contains(pair)) {
        joined.add(pair);
        bonds.add(new Bond(begin, end, random.nextBoolean() ? 1 : 1.5));
      }
    }
    return Molecule.of(atomicNumbers, bonds);
  }

  @Test
  void anUnknownBondIsRefusedByName() {
    Molecule molecule =
        Molecule.of(new int[] {6, 54, 6}, List.of(new Bond(0, 2, 1.5), new Bond(1, 0, 2)));
    assertThatThrownBy(() -> SERIALIZER.write(molecule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "bond 1 (atoms 1 and 0) is C-Xe of type 2.0, which is none of the 3 kinds of the"
                + " vocabulary");
  }

  @Test
  void aMoleculeHasAtMost128AtomsWithBonds() {
    assertThat(SERIALIZER.write(chain(128)).length()).isEqualTo(255);
    assertThatThrownBy(() -> SERIALIZER.write(chain(129)))
        .hasMessage("the molecule has 129 atoms with bonds, a sequence has at most 128");
    int[] isolated = new int[300];
    Arrays.fill(isolated, 6);
    assertThat(SERIALIZER.write(Molecule.of(isolated, List.of(new Bond(7, 3, 1)))).ids())
        .containsExactly(7, 120, 7);
  }

  private static Molecule chain(int atoms) {
    int[] carbons = new int[atoms];
    Arrays.fill(carbons, 6);
    List<Bond> bonds = new ArrayList<>();
    for (int i = 1; i < atoms; i++) {
      bonds.add(new Bond(i - 1, i, 1));
    }
    return Molecule.of(carbons, bonds);
  }

  @Test
  void whatIsMalformedIsNamedWithItsPlace() {
    assertMalformed(
        "position 1: expected an atom (2 to 119) or one of the 3 bonds, found id 1",
        new int[] {7, 1},
        new int[2],
        new int[2]);
    assertMalformed(
        "position 2: expected the next atom at the places (1, 1), found (0, 1)",
        new int[] {7, 120, 7},
        new int[] {0, 0, 0},
        new int[] {0, 1, 1});
    assertMalformed(
        "position 1: expected a bond of two of the 2 atoms, found atoms 0 and 2",
        new int[] {7, 120, 7},
        new int[] {0, 0, 1},
        new int[] {0, 2, 1});
    assertMalformed(
        "position 1: expected C-O of type 1.0, found C-C of type 1.0, atoms 0 and 1",
        new int[] {7, 121, 7},
        new int[] {0, 0, 1},
        new int[] {0, 1, 1});
    assertMalformed(
        "position 3: expected a bond of atoms without one, found atoms 1 and 0, joined at position"
            + " 1",
        new int[] {7, 120, 7, 120},
        new int[] {0, 0, 1, 1},
        new int[] {0, 1, 1, 0});
    int[] tooMany = new int[129];
    Arrays.fill(tooMany, 7);
    int[] places = new int[129];
    Arrays.setAll(places, i -> i);
    assertMalformed(
        "position 128: expected at most 128 atoms, found another", tooMany, places, places);
    assertThatThrownBy(() -> SERIALIZER.read(new int[2], new int[1], new int[2]))
        .hasMessage("there are 2 ids, 1 begins and 2 ends");
  }

  private static void assertMalformed(String message, int[] ids, int[] begins, int[] ends) {
    assertThatExceptionOfType(MalformedSequenceException.class)
        .isThrownBy(() -> SERIALIZER.read(ids, begins, ends))
        .withMessage(message);
  }

  @Test
  void moleculesAndVocabulariesAreChecked() {
    assertThatThrownBy(() -> Molecule.of(new int[] {6, 119}, List.of()))
        .hasMessage("atom 1 has the atomic number 119, which is outside [1, 118]");
    assertThatThrownBy(() -> Molecule.of(new int[] {6}, List.of(new Bond(0, 1, 1))))
        .hasMessage("bond 0 joins the atoms 0 and 1, the atoms are [0, 1)");
    assertThatThrownBy(() -> Molecule.of(new int[] {6}, List.of(new Bond(0, 0, 1))))
        .hasMessage("bond 0 joins atom 0 with itself");
    assertThatThrownBy(
            () -> Molecule.of(new int[] {6, 6}, List.of(new Bond(0, 1, 1), new Bond(1, 0, 2))))
        .hasMessage("bond 1 joins the atoms 1 and 0, which another one joins already");
    assertThatThrownBy(() -> BondVocabulary.of(Map.of(Kind.of(6, 6, 1), 118)))
        .hasMessage("the bond C-C of type 1.0 has the value 118, bonds begin with 119");
    assertThatThrownBy(
            () -> BondVocabulary.of(Map.of(Kind.of(6, 6, 1), 119, Kind.of(6, 7, 1), 119)))
        .hasMessageEndingWith("have the same value 119");
    assertThatThrownBy(() -> new Kind(8, 6, 1)).hasMessageEndingWith("not 8 and 6");
    assertThat(BONDS.kind(120)).contains(Kind.of(6, 8, 1));
    assertThat(BONDS.value(Kind.of(6, 8, 2))).isEmpty();
  }
}
