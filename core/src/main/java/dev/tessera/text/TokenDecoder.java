package dev.tessera.text;

/// Turns ids into text where that is more than their bytes, one behind the other. Immutable.
interface TokenDecoder {
  /// The text of `ids[from .. to)`, all of which are tokens.
  ///
  /// @param begins whether the whole text begins with them; if not, some of it came before
  String decode(int[] ids, int from, int to, boolean begins);
}
