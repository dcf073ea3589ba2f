package dev.tessera.text;

/// All that normalizing does to text: spaces become U+2581, and one may be put before the text. So
/// text can be encoded as it comes, a space taken for what it becomes.
///
/// @param addedFirst whether a space is put before text at the very beginning
/// @param addedBehindToken whether one is put before text that follows an added token
/// @param repairs whether each byte that is not part of a character becomes U+FFFD
record EscapedSpaces(boolean addedFirst, boolean addedBehindToken, boolean repairs) {}
