package dev.tessera.text;

/// A text's ids, and which part of the text each stands for.
///
/// Tokens lie one behind the other in the text's UTF-8. One that covers only part of a character
/// counts, in UTF-16 units, from where that character begins, or to where it ends: so neighbours
/// that share a character overlap there.
///
/// @param ids `[n]`
/// @param byteEnds `[n]`, where each token ends in the text's UTF-8; it begins where the one before
///   ends
/// @param charStarts `[n]`, where each token begins in the text, in UTF-16 units
/// @param charEnds `[n]`, where each token ends in the text, in UTF-16 units
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record EncodedText(int[] ids, int[] byteEnds, int[] charStarts, int[] charEnds) {
  /// Where token `i` begins in the text's UTF-8.
  public int byteStart(int i) {
    return i == 0 ? 0 : byteEnds[i - 1];
  }
}
