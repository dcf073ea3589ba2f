package dev.tessera.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The ids of a model that reads and writes more than text: ranges of codes, each for one modality,
/// and special tokens with names. Ids and (modality, code) are turned into each other both ways.
/// Immutable and thread-safe.
///
/// ```java
/// UnifiedVocabulary vocabulary =
///     UnifiedVocabulary.builder()
///         .text(32000).special("<s>", 1).special("</s>", 2)
///         .append("image", 8192) // 32000 to 40191
///         .appendSpecial("<img>").appendSpecial("</img>")
///         .build();
/// vocabulary.id("image", 5); // 32005
/// vocabulary.token(32005); // code 5 of image
/// ```
///
/// Ranges share no id. A special token may be one of the tokens of text, as `<s>` is in Llama's
/// vocabulary, but no code of another range; its name counts first. Ids between ranges that belong
/// to nothing are allowed, and are no tokens.
public final class UnifiedVocabulary {
  /// The name of the range that holds the tokens of text.
  public static final String TEXT = "text";

  private final IdRange[] ranges;
  private final Map<String, Integer> specials;
  private final Map<Integer, String> specialNames = new HashMap<>();

  private UnifiedVocabulary(List<IdRange> ranges, Map<String, Integer> specials) {
    this.ranges = ranges.toArray(IdRange[]::new);
    Arrays.sort(this.ranges, Comparator.comparingInt(IdRange::first));
    this.specials = new LinkedHashMap<>(specials);
    specials.forEach((name, id) -> specialNames.put(id, name));
  }

  /// A vocabulary without ids, to be added to.
  public static Builder builder() {
    return new Builder();
  }

  /// One more than the greatest id.
  public int size() {
    int end = ranges.length == 0 ? 0 : ranges[ranges.length - 1].end();
    for (int id : specials.values()) {
      end = Math.max(end, id + 1);
    }
    return end;
  }

  /// The ranges, by their ids.
  public List<IdRange> ranges() {
    return List.of(ranges);
  }

  /// The special tokens and their ids, in the order in which they were named.
  public Map<String, Integer> specials() {
    return new LinkedHashMap<>(specials);
  }

  /// The range of that name.
  ///
  /// @throws IllegalArgumentException if there is none: lists those that there are
  public IdRange range(String name) {
    for (IdRange range : ranges) {
      if (range.name().equals(name)) {
        return range;
      }
    }
    throw new IllegalArgumentException(
        "the vocabulary has no range %s; it has %s".formatted(name, Arrays.toString(ranges)));
  }

  /// The special token of that name, as a range of one id.
  ///
  /// @throws IllegalArgumentException if there is none: lists those that there are
  public IdRange special(String name) {
    Integer id = specials.get(name);
    if (id == null) {
      throw new IllegalArgumentException(
          "the vocabulary has no special token %s; it has %s".formatted(name, specials.keySet()));
    }
    return IdRange.single(name, id);
  }

  /// The id of a code.
  ///
  /// @throws IllegalArgumentException if there is no such range, or no such code in it
  public int id(String range, int code) {
    return range(range).id(code);
  }

  /// What an id means, if it means anything.
  public Optional<VocabularyToken> find(int id) {
    String special = specialNames.get(id);
    if (special != null) {
      return Optional.of(new VocabularyToken.Special(special));
    }
    for (IdRange range : ranges) {
      if (range.contains(id)) {
        return Optional.of(new VocabularyToken.Code(range.name(), id - range.first()));
      }
    }
    return Optional.empty();
  }

  /// What an id means.
  ///
  /// @throws IllegalArgumentException if the id is no token
  public VocabularyToken token(int id) {
    return find(id)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the id %d is no token; there are %s and the special tokens %s"
                        .formatted(id, Arrays.toString(ranges), specials)));
  }

  /// An id with its meaning, for messages, as in `code 5 of image (id 32005)`.
  public String describe(int id) {
    return find(id).map(Object::toString).orElse("no token") + " (id " + id + ")";
  }

  /// The ranges and how many special tokens there are.
  @Override
  public String toString() {
    return "UnifiedVocabulary[%d ids, %s, %d special tokens]"
        .formatted(size(), Arrays.toString(ranges), specials.size());
  }

  /// Collects ranges and special tokens. Not thread-safe.
  public static final class Builder {
    private final List<IdRange> ranges = new ArrayList<>();
    private final Map<String, Integer> specials = new LinkedHashMap<>();

    private Builder() {}

    /// The tokens of text: the range [#TEXT], from id 0 on.
    public Builder text(int size) {
      return range(TEXT, 0, size);
    }

    /// A range from the id `first` on.
    public Builder range(String name, int first, int size) {
      ranges.add(new IdRange(name, first, size));
      return this;
    }

    /// A range behind the greatest id so far.
    public Builder append(String name, int size) {
      return range(name, end(), size);
    }

    /// A special token.
    ///
    /// @throws IllegalArgumentException if there is one of that name
    public Builder special(String name, int id) {
      if (id < 0 || id == Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "the special token %s has an id in [0, %d), not %d"
                .formatted(name, Integer.MAX_VALUE, id));
      }
      if (specials.putIfAbsent(name, id) != null) {
        throw new IllegalArgumentException("there are two special tokens " + name);
      }
      return this;
    }

    /// Special tokens by their names.
    public Builder specials(Map<String, Integer> named) {
      named.forEach(this::special);
      return this;
    }

    /// A special token behind the greatest id so far.
    public Builder appendSpecial(String name) {
      return special(name, end());
    }

    private int end() {
      int end = 0;
      for (IdRange range : ranges) {
        end = Math.max(end, range.end());
      }
      for (int id : specials.values()) {
        end = Math.max(end, id + 1);
      }
      return end;
    }

    /// The vocabulary.
    ///
    /// @throws IllegalArgumentException if two ranges share an id or a name, two special tokens
    ///   share an id, or a special token is a code of another range than the text's: names both
    public UnifiedVocabulary build() {
      for (int i = 0; i < ranges.size(); i++) {
        for (int j = 0; j < i; j++) {
          checkApart(ranges.get(j), ranges.get(i));
        }
      }
      Map<Integer, String> names = new HashMap<>();
      specials.forEach(
          (name, id) -> {
            String other = names.put(id, name);
            if (other != null) {
              throw new IllegalArgumentException(
                  "the special tokens %s and %s have the same id %d".formatted(other, name, id));
            }
            for (IdRange range : ranges) {
              if (range.contains(id) && !range.name().equals(TEXT)) {
                throw new IllegalArgumentException(
                    "the special token %s has the id %d, which is a code of %s"
                        .formatted(name, id, range));
              }
            }
          });
      return new UnifiedVocabulary(ranges, specials);
    }

    private static void checkApart(IdRange one, IdRange other) {
      if (one.name().equals(other.name())) {
        throw new IllegalArgumentException("there are two ranges " + one.name());
      }
      if (one.overlaps(other)) {
        throw new IllegalArgumentException("the ranges %s and %s overlap".formatted(one, other));
      }
    }
  }
}
