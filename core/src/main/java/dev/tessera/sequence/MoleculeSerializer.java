package dev.tessera.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Molecules as sequences of atoms and bonds, and back, as GraphsGPT has them (Gao et al., "A Graph
/// is Worth K Words", 2024).
///
/// Bonds are written in their order, each from the end whose atom has the lower index: that atom,
/// if it was not written yet, then the bond, then the other atom, if it was not. Atoms without
/// bonds are lost. Immutable and thread-safe.
public final class MoleculeSerializer {
  /// The most atoms, and so places, that GraphsGPT knows.
  public static final int MOST_ATOMS = 128;

  /// What is added to atomic numbers and the values of bonds: id 0 is the pad, 1 begins a sequence.
  private static final int ID_SHIFT = 1;

  private final BondVocabulary bonds;

  /// A serializer for molecules with these kinds of bonds.
  public MoleculeSerializer(BondVocabulary bonds) {
    this.bonds = bonds;
  }

  /// The sequence of a molecule.
  ///
  /// @throws IllegalArgumentException if the vocabulary lacks one of its bonds, or more than
  ///   [#MOST_ATOMS] atoms have any: names it, or says how many
  public MoleculeSequence write(Molecule molecule) {
    int[] places = new int[molecule.atoms()];
    Arrays.fill(places, -1);
    int written = 0;
    Tokens tokens = new Tokens(molecule.bonds().size() + molecule.atoms());
    for (int i = 0; i < molecule.bonds().size(); i++) {
      Molecule.Bond bond = molecule.bonds().get(i);
      int lower = Math.min(bond.begin(), bond.end());
      int upper = Math.max(bond.begin(), bond.end());
      if (places[lower] < 0) {
        places[lower] = written++;
        tokens.atom(molecule, lower, places[lower]);
      }
      boolean isNew = places[upper] < 0;
      if (isNew) {
        places[upper] = written++; // before the bond, which names it
      }
      tokens.bond(value(molecule, i, bond), places[lower], places[upper]);
      if (isNew) {
        tokens.atom(molecule, upper, places[upper]);
      }
    }
    if (written > MOST_ATOMS) {
      throw new IllegalArgumentException(
          "the molecule has %d atoms with bonds, a sequence has at most %d"
              .formatted(written, MOST_ATOMS));
    }
    return tokens.sequence();
  }

  private int value(Molecule molecule, int index, Molecule.Bond bond) {
    BondVocabulary.Kind kind =
        BondVocabulary.Kind.of(
            molecule.atomicNumber(bond.begin()), molecule.atomicNumber(bond.end()), bond.type());
    return bonds
        .value(kind)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "bond %d (atoms %d and %d) is %s, which is none of the %d kinds of the vocabulary"
                        .formatted(index, bond.begin(), bond.end(), kind, bonds.size())));
  }

  /// The molecule of a sequence; its atoms are numbered as they come.
  ///
  /// @param ids without pads and without a token that begins or ends the sequence
  /// @param begins as in [MoleculeSequence]
  /// @param ends as in [MoleculeSequence]
  /// @throws MalformedSequenceException if an id is neither an atom nor a bond, an atom does not
  ///   have the next place, or a bond joins atoms that never come or are of other elements: names
  ///   the first place
  public Molecule read(int[] ids, int[] begins, int[] ends) {
    if (begins.length != ids.length || ends.length != ids.length) {
      throw new IllegalArgumentException(
          "there are %d ids, %d begins and %d ends"
              .formatted(ids.length, begins.length, ends.length));
    }
    int[] atomicNumbers = atoms(ids, begins, ends);
    List<Molecule.Bond> joined = new ArrayList<>();
    Map<Long, Integer> joinedAt = new HashMap<>();
    for (int at = 0; at < ids.length; at++) {
      int value = ids[at] - ID_SHIFT;
      if (value > Elements.MOST) {
        BondVocabulary.Kind kind = bonds.kind(value).orElseThrow();
        int lower = Math.min(begins[at], ends[at]);
        int upper = Math.max(begins[at], ends[at]);
        String places = "atoms %d and %d".formatted(begins[at], ends[at]);
        if (lower < 0 || lower == upper || upper >= atomicNumbers.length) {
          throw new MalformedSequenceException(
              at, "a bond of two of the %d atoms".formatted(atomicNumbers.length), places);
        }
        BondVocabulary.Kind found =
            BondVocabulary.Kind.of(atomicNumbers[lower], atomicNumbers[upper], kind.type());
        if (!found.equals(kind)) {
          throw new MalformedSequenceException(at, kind.toString(), found + ", " + places);
        }
        Integer before = joinedAt.put(((long) lower << 32) | upper, at);
        if (before != null) {
          throw new MalformedSequenceException(
              at, "a bond of atoms without one", places + ", joined at position " + before);
        }
        joined.add(new Molecule.Bond(begins[at], ends[at], kind.type()));
      }
    }
    return Molecule.of(atomicNumbers, joined);
  }

  /// The molecule of a sequence; its atoms are numbered as they come.
  ///
  /// @throws MalformedSequenceException as the other one
  public Molecule read(MoleculeSequence sequence) {
    return read(sequence.ids(), sequence.begins(), sequence.ends());
  }

  private int[] atoms(int[] ids, int[] begins, int[] ends) {
    int[] atomicNumbers = new int[Math.min(ids.length, MOST_ATOMS)];
    int count = 0;
    for (int at = 0; at < ids.length; at++) {
      int value = ids[at] - ID_SHIFT;
      if (value >= 1 && value <= Elements.MOST) {
        if (count == MOST_ATOMS) {
          throw new MalformedSequenceException(at, "at most " + MOST_ATOMS + " atoms", "another");
        }
        if (begins[at] != count || ends[at] != count) {
          throw new MalformedSequenceException(
              at,
              "the next atom at the places (%d, %d)".formatted(count, count),
              "(%d, %d)".formatted(begins[at], ends[at]));
        }
        atomicNumbers[count++] = value;
      } else if (bonds.kind(value).isEmpty()) {
        throw new MalformedSequenceException(
            at,
            "an atom (2 to %d) or one of the %d bonds"
                .formatted(Elements.MOST + ID_SHIFT, bonds.size()),
            "id " + ids[at]);
      }
    }
    return Arrays.copyOf(atomicNumbers, count);
  }

  /// The tokens so far.
  private static final class Tokens {
    private final int[] ids;
    private final int[] atoms;
    private final int[] begins;
    private final int[] ends;
    private int count;

    Tokens(int most) {
      ids = new int[most];
      atoms = new int[most];
      begins = new int[most];
      ends = new int[most];
    }

    void atom(Molecule molecule, int atom, int place) {
      add(molecule.atomicNumber(atom), atom, place, place);
    }

    void bond(int value, int begin, int end) {
      add(value, -1, begin, end);
    }

    private void add(int value, int atom, int begin, int end) {
      ids[count] = value + ID_SHIFT;
      atoms[count] = atom;
      begins[count] = begin;
      ends[count] = end;
      count++;
    }

    MoleculeSequence sequence() {
      return new MoleculeSequence(
          Arrays.copyOf(ids, count),
          Arrays.copyOf(atoms, count),
          Arrays.copyOf(begins, count),
          Arrays.copyOf(ends, count));
    }
  }
}
