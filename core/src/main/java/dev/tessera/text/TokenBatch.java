package dev.tessera.text;

import dev.tessera.tensor.TokenIds;

/// The ids of many texts, one behind the other.
///
/// @param ids `[n x 1]`
/// @param offsets `[texts + 1]`: the ids of text `i` are those from `offsets[i]` to `offsets[i +
///   1]`
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record TokenBatch(TokenIds ids, long[] offsets) {
  /// The number of texts.
  public int texts() {
    return offsets.length - 1;
  }

  /// The ids of one text.
  public int[] get(int text) {
    return ids.slice(offsets[text], offsets[text + 1]).toArray();
  }
}
