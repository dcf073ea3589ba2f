package dev.tessera.text;

/// A text's ids, and which part of the text each stands for.
///
/// Mostly tokens lie one behind the other in the text's UTF-8. Where a normalizer, or a rule on
/// white space, has changed the text, a token stands for what it was made of: neighbours may share
/// that, or leave out what became nothing; one that was only added stands for nothing. A token that
/// covers only part of a character counts, in UTF-16 units, from where that character begins, or to
/// where it ends.
///
/// @param ids `[n]`
/// @param byteStarts `[n]`, where each token begins in the text's UTF-8
/// @param byteEnds `[n]`, where each token ends in the text's UTF-8
/// @param charStarts `[n]`, where each token begins in the text, in UTF-16 units
/// @param charEnds `[n]`, where each token ends in the text, in UTF-16 units
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record EncodedText(
    int[] ids, int[] byteStarts, int[] byteEnds, int[] charStarts, int[] charEnds) {
  /// Where token `i` begins in the text's UTF-8.
  public int byteStart(int i) {
    return byteStarts[i];
  }
}
