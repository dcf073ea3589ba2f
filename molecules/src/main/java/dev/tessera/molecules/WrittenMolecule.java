package dev.tessera.molecules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a parsed molecule no longer tells of its SMILES: where its atoms stand, in which order its
/// bonds do, and how these point.
///
/// Bonds come in the order of RDKit: first each atom's bond to the one it is written behind, atom
/// by atom, then those that close rings, by the number of the ring, from the atom that closes it,
/// or from the one that opens it where the kind of bond is written there.
///
/// @param positions the character that each atom begins with
/// @param heads the atoms that are written behind no other
/// @param marks the atom of each digit that opens or closes a ring
/// @param bonds in their order
record WrittenMolecule(
    List<Integer> positions, List<Integer> heads, List<Integer> marks, List<WrittenBond> bonds) {
  private static final int NO_ATOM = -1;
  private static final char NO_SYMBOL = 0;

  /// Reads a SMILES that a parser has found to be one; what it does not see to is checked here.
  ///
  /// @throws MalformedSmilesException if a bond leads nowhere, or a branch is empty
  static WrittenMolecule of(String smiles) {
    return new Scan(smiles).read();
  }

  /// How many rings are opened or closed at an atom.
  int ringMarks(int atom) {
    return Collections.frequency(marks, atom);
  }

  private record Opening(int atom, char symbol) {}

  private static final class Scan {
    private final String smiles;
    private final List<Integer> positions = new ArrayList<>();
    private final List<Integer> heads = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final List<WrittenBond> chains = new ArrayList<>();
    private final TreeMap<Integer, List<WrittenBond>> rings = new TreeMap<>();
    private final Map<Integer, Opening> open = new HashMap<>();
    private final Deque<Integer> branches = new ArrayDeque<>();
    private int at;
    private int previous = NO_ATOM;
    private char symbol = NO_SYMBOL;

    Scan(String smiles) {
      this.smiles = smiles;
    }

    WrittenMolecule read() {
      while (at < smiles.length()) {
        char c = smiles.charAt(at);
        switch (c) {
          case '(' -> branch();
          case ')' -> {
            complete("the end of the branch");
            previous = branches.pop();
            at++;
          }
          case '.' -> {
            previous = NO_ATOM;
            symbol = c;
            at++;
          }
          case '-', '=', '#', '$', ':', '/', '\\' -> {
            symbol = c;
            at++;
          }
          case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '%' -> ring();
          default -> atom(c);
        }
      }
      complete("the end");
      List<WrittenBond> bonds = new ArrayList<>(chains);
      rings.values().forEach(bonds::addAll);
      return new WrittenMolecule(positions, heads, marks, bonds);
    }

    private void complete(String found) {
      if (symbol != NO_SYMBOL) {
        throw new MalformedSmilesException(
            smiles, at, "expected an atom behind '%c', found %s".formatted(symbol, found));
      }
    }

    private void branch() {
      branches.push(previous);
      at++;
      if (at < smiles.length() && smiles.charAt(at) == ')') {
        throw new MalformedSmilesException(smiles, at, "expected a branch, found an empty one");
      }
    }

    private void atom(char c) {
      int atom = positions.size();
      positions.add(at);
      if (previous == NO_ATOM) {
        heads.add(atom);
      } else {
        chains.add(new WrittenBond(previous, atom, direction(symbol)));
      }
      previous = atom;
      symbol = NO_SYMBOL;
      if (c == '[') {
        at = smiles.indexOf(']', at) + 1;
      } else {
        at += smiles.startsWith("Cl", at) || smiles.startsWith("Br", at) ? 2 : 1;
      }
    }

    private void ring() {
      int number = ringNumber();
      marks.add(previous);
      @Nullable Opening opening = open.remove(number);
      if (opening == null) {
        open.put(number, new Opening(previous, symbol));
      } else {
        rings.computeIfAbsent(number, n -> new ArrayList<>()).add(closed(opening));
      }
      symbol = NO_SYMBOL;
    }

    private WrittenBond closed(Opening opening) {
      BondDirection here = direction(symbol);
      BondDirection there = direction(opening.symbol).reversed();
      BondDirection direction = here == BondDirection.NONE ? there : here;
      boolean fromOpening = opening.symbol != NO_SYMBOL && there == BondDirection.NONE;
      return fromOpening
          ? new WrittenBond(opening.atom, previous, direction.reversed())
          : new WrittenBond(previous, opening.atom, direction);
    }

    /// `7`, `%12` or `%(123)`.
    private int ringNumber() {
      int from = at;
      if (smiles.charAt(at) != '%') {
        at++;
        return Integer.parseInt(smiles, from, at, 10);
      }
      if (smiles.startsWith("(", at + 1)) {
        at = smiles.indexOf(')', at) + 1;
        return Integer.parseInt(smiles, from + 2, at - 1, 10);
      }
      at += 3;
      return Integer.parseInt(smiles, from + 1, at, 10);
    }

    private static BondDirection direction(char symbol) {
      return switch (symbol) {
        case '/' -> BondDirection.UP;
        case '\\' -> BondDirection.DOWN;
        default -> BondDirection.NONE;
      };
    }
  }
}
