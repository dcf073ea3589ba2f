package dev.tessera.text;

/// Turns ids into text where that is more than their bytes, one behind the other. Immutable.
interface TokenDecoder {
  /// The text of `ids[from .. to)`, all of which are tokens.
  String decode(int[] ids, int from, int to);
}
