package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.List;

/// A fixed number of codes between two markers: an image in SEED is `<img>`, 32 codes in the order
/// of its queries, `</img>`; several images, or the frames of a video, are a group each. Immutable
/// and thread-safe.
public final class CodeGroup {
  private final UnifiedVocabulary vocabulary;
  private final IdRange codes;
  private final int count;
  private final IdRange begin;
  private final IdRange end;

  /// @param vocabulary what the ids are
  /// @param codes the range of the codes
  /// @param count how many codes a group has, at least 1
  /// @param begin the special token before them
  /// @param end the special token behind them
  /// @throws IllegalArgumentException if the vocabulary lacks one of them
  public CodeGroup(
      UnifiedVocabulary vocabulary, String codes, int count, String begin, String end) {
    if (count < 1 || count > Integer.MAX_VALUE - 2) {
      throw new IllegalArgumentException("a group has at least 1 code, not " + count);
    }
    this.vocabulary = vocabulary;
    this.codes = vocabulary.range(codes);
    this.count = count;
    this.begin = vocabulary.special(begin);
    this.end = vocabulary.special(end);
  }

  /// How many ids a group has, the markers included.
  public int length() {
    return count + 2;
  }

  /// The groups of `codes [n x count]`, one a row, one behind the other.
  ///
  /// @throws IllegalArgumentException if there are other columns than codes in a group, or a code
  ///   is outside its range; names its row and column
  public int[] write(TokenIds codes) {
    if (codes.columns() != count) {
      throw new IllegalArgumentException(
          "a group of %s has %d codes, not %d"
              .formatted(this.codes.name(), count, codes.columns()));
    }
    int[] inner = this.codes.ids(codes);
    int[] ids = new int[Math.multiplyExact((int) codes.rows(), length())];
    for (int group = 0; group < codes.rows(); group++) {
      int at = group * length();
      ids[at] = begin.first();
      System.arraycopy(inner, group * count, ids, at + 1, count);
      ids[at + 1 + count] = end.first();
    }
    return ids;
  }

  /// The codes of the group that begins at position `from`.
  ///
  /// @return `[1 x count]`
  /// @throws MalformedSequenceException if it is not a marker, exactly as many codes, and a marker:
  ///   names the first place
  public TokenIds read(int[] ids, int from) {
    return TokenIds.of(read(new SequenceReader(vocabulary, ids, from)), 1, count);
  }

  private int[] read(SequenceReader reader) {
    reader.take(begin, begin.name());
    int[] group = new int[count];
    for (int i = 0; i < count; i++) {
      if (!reader.isAt(codes)) {
        throw reader.refuse("code %d of %d of %s".formatted(i + 1, count, codes.name()));
      }
      group[i] = reader.take(codes, codes.name());
    }
    reader.take(end, "%s behind %d codes".formatted(end.name(), count));
    return group;
  }

  /// The codes of all groups of a sequence, with whatever else between them.
  ///
  /// @return `[groups x count]`
  /// @throws MalformedSequenceException if a group is not as it must be, or one of its codes or
  ///   markers stands outside of any: names the first place
  public TokenIds readAll(int[] ids) {
    SequenceReader reader = new SequenceReader(vocabulary, ids, 0);
    List<int[]> groups = new ArrayList<>();
    while (!reader.atEnd()) {
      if (reader.isAt(begin)) {
        groups.add(read(reader));
      } else if (reader.isAt(codes) || reader.isAt(end)) {
        throw reader.refuse(begin.name() + " before what belongs to a group");
      } else {
        reader.skip();
      }
    }
    TokenIds all = TokenIds.allocate(groups.size(), count);
    for (int group = 0; group < groups.size(); group++) {
      for (int i = 0; i < count; i++) {
        all.set(group, i, groups.get(group)[i]);
      }
    }
    return all;
  }

  /// As in `<img>, 32 x image [32000, 40192), </img>`.
  @Override
  public String toString() {
    return "%s, %d x %s, %s".formatted(begin.name(), count, codes, end.name());
  }
}
