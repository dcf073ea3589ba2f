package dev.tessera.text;

import dev.tessera.internal.bpe.training.PairFilter;
import dev.tessera.internal.bpe.training.PairOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The pieces of a SentencePiece-style vocabulary that is being learned: characters, from the most
/// frequent to the rarest, then what was made of them; with what may be made and what comes first.
final class SentencePieces implements PairFilter, PairOrder {
  private static final int SPACE = 0x2581;
  private static final int LONG_VOWEL_SOUND = 0x30FC;

  /// What the joints of a piece ask of a piece.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Piece(
      byte[] bytes,
      int characters,
      boolean spacesOnly,
      boolean beginsWithSpace,
      Character.@Nullable UnicodeScript first,
      Character.@Nullable UnicodeScript last,
      boolean digit) {}

  private final SentencePieceTrainerOptions options;
  private final List<Piece> pieces = new ArrayList<>();
  private final Map<Integer, Integer> characterIds = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  /// @param characters the characters that get pieces, from the most frequent to the rarest
  SentencePieces(SentencePieceTrainerOptions options, int[] characters) {
    this.options = options;
    for (int character : characters) {
      characterIds.put(character, pieces.size());
      boolean space = character == SPACE;
      Character.@Nullable UnicodeScript script = space ? null : script(character);
      pieces.add(
          new Piece(
              Character.toString(character).getBytes(StandardCharsets.UTF_8),
              1,
              space,
              space,
              script,
              script,
              character >= '0' && character <= '9'));
    }
  }

  /// The script that pieces keep to; none for what takes that of its neighbours.
  private static Character.@Nullable UnicodeScript script(int character) {
    Character.UnicodeScript script = Character.UnicodeScript.of(character);
    return switch (script) {
      case HIRAGANA, KATAKANA -> Character.UnicodeScript.HAN;
      case INHERITED -> null;
      case UNKNOWN -> Character.UnicodeScript.COMMON;
      default -> character == LONG_VOWEL_SOUND ? Character.UnicodeScript.HAN : script;
    };
  }

  /// The id of a character, or -1.
  int characterId(int character) {
    return characterIds.getOrDefault(character, -1);
  }

  int size() {
    return pieces.size();
  }

  byte[] bytes(int id) {
    return pieces.get(id).bytes();
  }

  @Override
  public boolean allows(int left, int right) {
    Piece first = pieces.get(left);
    Piece second = pieces.get(right);
    if (first.characters() + second.characters() > options.longestPiece()) {
      return false;
    }
    if (second.beginsWithSpace()
        && !(options.whitespacePieces() && first.spacesOnly() && second.spacesOnly())) {
      return false;
    }
    if (first.spacesOnly() && first.characters() > 1 && !second.spacesOnly()) {
      return false;
    }
    if (options.splitDigits() && (first.digit() || second.digit())) {
      return false;
    }
    return !options.splitScripts()
        || first.last() == null
        || second.first() == null
        || first.last() == second.first();
  }

  /// Shorter pieces first, equally long ones by their characters.
  @Override
  public boolean before(long key, long other) {
    int left = (int) (key >>> 32);
    int right = (int) key;
    int otherLeft = (int) (other >>> 32);
    int otherRight = (int) other;
    int characters = pieces.get(left).characters() + pieces.get(right).characters();
    int otherCharacters = pieces.get(otherLeft).characters() + pieces.get(otherRight).characters();
    if (characters != otherCharacters) {
      return characters < otherCharacters;
    }
    int order = compare(bytes(left), bytes(right), bytes(otherLeft), bytes(otherRight));
    return order != 0 ? order < 0 : key < other;
  }

  /// Compares `first` with `second` behind it to `other` with `last` behind it.
  private static int compare(byte[] first, byte[] second, byte[] other, byte[] last) {
    int length = first.length + second.length;
    int otherLength = other.length + last.length;
    for (int i = 0; i < Math.min(length, otherLength); i++) {
      byte mine = i < first.length ? first[i] : second[i - first.length];
      byte theirs = i < other.length ? other[i] : last[i - other.length];
      if (mine != theirs) {
        return Byte.compareUnsigned(mine, theirs);
      }
    }
    return Integer.compare(length, otherLength);
  }

  private byte[] joined(int left, int right) {
    byte[] first = pieces.get(left).bytes();
    byte[] second = pieces.get(right).bytes();
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /// Makes a piece of two.
  ///
  /// @return its id, or -1 if there is such a piece
  int merge(int left, int right) {
    Piece first = pieces.get(left);
    Piece second = pieces.get(right);
    byte[] bytes = joined(left, right);
    if (!known.add(new String(bytes, StandardCharsets.UTF_8))) {
      return -1;
    }
    pieces.add(
        new Piece(
            bytes,
            first.characters() + second.characters(),
            first.spacesOnly() && second.spacesOnly(),
            first.beginsWithSpace(),
            first.first() == null ? second.first() : first.first(),
            second.last() == null ? first.last() : second.last(),
            first.digit() || second.digit()));
    return pieces.size() - 1;
  }
}
