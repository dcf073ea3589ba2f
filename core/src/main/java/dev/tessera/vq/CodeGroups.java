package dev.tessera.vq;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Named parts of a codebook, each a half-open range of codes, and which vectors look up in which:
/// those whose key (an atom's type, say) has a group get that one, all others the one that is named
/// for the rest. Codes between the groups are never given. Immutable.
///
/// ```java
/// CodeGroups atoms = // Mole-BERT's, by x0 = atomic number - 1
///     CodeGroups.forTheRest("others", 489, 511).with("C", 0, 377, 5).with("N", 378, 433, 6);
/// TokenIds ids = quantizer.encode(features, atoms.ranges(types));
/// ```
public final class CodeGroups {
  /// A part of a codebook.
  ///
  /// @param name what it is called
  /// @param low its first code
  /// @param high one past its last code
  public record Group(String name, int low, int high) {
    /// @throws IllegalArgumentException if the range is empty or begins below 0
    public Group {
      if (low < 0 || low >= high) {
        throw new IllegalArgumentException(
            "the group %s has the range [%d, %d), which is empty or begins below 0"
                .formatted(name, low, high));
      }
    }
  }

  private final Group rest;
  private final List<Group> groups;
  private final Map<Integer, Group> byKey;

  private CodeGroups(Group rest, List<Group> groups, Map<Integer, Group> byKey) {
    this.rest = rest;
    this.groups = List.copyOf(groups);
    this.byKey = Map.copyOf(byKey);
  }

  /// Groups with this one for all keys.
  ///
  /// @throws IllegalArgumentException if the range is empty or begins below 0
  public static CodeGroups forTheRest(String name, int low, int high) {
    Group rest = new Group(name, low, high);
    return new CodeGroups(rest, List.of(rest), Map.of());
  }

  /// These groups, and another one for some keys.
  ///
  /// @throws IllegalArgumentException if the range is empty, overlaps another group's or begins
  ///   below 0, the name is taken, a key has a group, or there is no key
  public CodeGroups with(String name, int low, int high, int... keys) {
    Group added = new Group(name, low, high);
    if (keys.length == 0) {
      throw new IllegalArgumentException("the group " + name + " needs at least 1 key");
    }
    for (Group other : groups) {
      if (other.name.equals(name)) {
        throw new IllegalArgumentException("there are two groups called " + name);
      }
      if (low < other.high && other.low < high) {
        throw new IllegalArgumentException(
            "the group %s has the range [%d, %d), which overlaps [%d, %d) of %s"
                .formatted(name, low, high, other.low, other.high, other.name));
      }
    }
    List<Group> all = new ArrayList<>(groups);
    all.add(added);
    Map<Integer, Group> keyed = new HashMap<>(byKey);
    for (int key : keys) {
      Group other = keyed.put(key, added);
      if (other != null) {
        throw new IllegalArgumentException(
            "the key %d belongs to %s and to %s".formatted(key, other.name, name));
      }
    }
    return new CodeGroups(rest, all, keyed);
  }

  /// The groups, that for the rest first.
  public List<Group> groups() {
    return groups;
  }

  /// The group of a key.
  public Group of(int key) {
    return byKey.getOrDefault(key, rest);
  }

  /// The group that a code belongs to; none for a code between them.
  public Optional<Group> containing(int code) {
    return groups.stream().filter(group -> group.low <= code && code < group.high).findFirst();
  }

  /// The range of each row by its key: `[n x 1] -> n` ranges.
  ///
  /// @throws IllegalArgumentException if there is another number of columns
  public CodeRanges ranges(TokenIds keys) {
    if (keys.columns() != 1) {
      throw new IllegalArgumentException("keys have 1 column, not " + keys.columns());
    }
    TokenIds bounds = TokenIds.allocate(keys.rows(), 2);
    for (long row = 0; row < keys.rows(); row++) {
      Group group = of(keys.get(row));
      bounds.set(row, 0, group.low);
      bounds.set(row, 1, group.high);
    }
    return CodeRanges.of(bounds);
  }
}
