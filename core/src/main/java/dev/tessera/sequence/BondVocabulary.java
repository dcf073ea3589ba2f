package dev.tessera.sequence;

import dev.tessera.io.FormatException;
import dev.tessera.io.Pickle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kinds of bonds that a model knows, each with a value: by the elements of both ends and the
/// type. As in GraphsGPT, values begin with 119, behind those of the elements, 1 to 118. Immutable
/// and thread-safe.
public final class BondVocabulary {
  /// The least value of a bond.
  public static final int FIRST_VALUE = 119;

  /// A kind of bond.
  ///
  /// @param lower the lower atomic number of the two ends
  /// @param upper the higher one, or the same
  /// @param type 1 for a single bond, 2 for a double and 3 for a triple one, 1.5 where aromatic
  public record Kind(int lower, int upper, double type) {
    /// Checks that these are elements in their order.
    public Kind {
      if (lower < 1 || lower > upper || upper > Elements.MOST) {
        throw new IllegalArgumentException(
            "a bond has two atomic numbers in [1, %d], the lower first, not %d and %d"
                .formatted(Elements.MOST, lower, upper));
      }
    }

    /// The kind of a bond between two elements, in either order.
    public static Kind of(int one, int other, double type) {
      return new Kind(Math.min(one, other), Math.max(one, other), type);
    }

    /// As in `C-O of type 1.5`.
    @Override
    public String toString() {
      return "%s-%s of type %s".formatted(Elements.symbol(lower), Elements.symbol(upper), type);
    }
  }

  private final Map<Kind, Integer> values;
  private final Map<Integer, Kind> kinds = new HashMap<>();

  private BondVocabulary(Map<Kind, Integer> values) {
    this.values = values;
  }

  /// A vocabulary of these kinds.
  ///
  /// @throws IllegalArgumentException if a value is below [#FIRST_VALUE], or two kinds share one
  public static BondVocabulary of(Map<Kind, Integer> values) {
    BondVocabulary vocabulary = new BondVocabulary(new LinkedHashMap<>(values));
    values.forEach(
        (kind, value) -> {
          if (value < FIRST_VALUE || value == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                "the bond %s has the value %d, bonds begin with %d"
                    .formatted(kind, value, FIRST_VALUE));
          }
          Kind other = vocabulary.kinds.put(value, kind);
          if (other != null) {
            throw new IllegalArgumentException(
                "the bonds %s and %s have the same value %d".formatted(other, kind, value));
          }
        });
    return vocabulary;
  }

  /// Reads GraphsGPT's `bond_dict.pkl`: a dict of `(lower, upper, type): value`.
  ///
  /// @throws FormatException if it is no such dict; names what stood there
  public static BondVocabulary read(Path file) throws IOException {
    if (!(Pickle.read(file) instanceof Map<?, ?> dict)) {
      throw new FormatException(file + ": expected a dict of bonds, found another value");
    }
    Map<Kind, Integer> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      if (!(entry.getKey() instanceof List<?> key
          && key.size() == 3
          && key.get(0) instanceof Long lower
          && key.get(1) instanceof Long upper
          && key.get(2) instanceof Number type
          && entry.getValue() instanceof Long value)) {
        throw new FormatException(
            "%s: expected (atomic number, atomic number, bond type): value, found entry %d of"
                    .formatted(file, values.size())
                + " another kind");
      }
      try {
        values.put(
            new Kind(Math.toIntExact(lower), Math.toIntExact(upper), type.doubleValue()),
            Math.toIntExact(value));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new FormatException(
            "%s: expected elements and an int32 value, found that %s"
                .formatted(file, e.getMessage()),
            e);
      }
    }
    try {
      return of(values);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s: expected a value for each bond, found that %s".formatted(file, e.getMessage()), e);
    }
  }

  /// The number of kinds.
  public int size() {
    return values.size();
  }

  /// The value of a kind, if it is known.
  public Optional<Integer> value(Kind kind) {
    return Optional.ofNullable(values.get(kind));
  }

  /// The kind that has a value, if one has it.
  public Optional<Kind> kind(int value) {
    return Optional.ofNullable(kinds.get(value));
  }

  /// How many kinds there are.
  @Override
  public String toString() {
    return "BondVocabulary[" + size() + " kinds]";
  }
}
