package dev.tessera.text;

/// The ids of the beginning of a text, and how much of it they stand for.
///
/// @param ids the ids
/// @param bytes how many bytes of the text's UTF-8 they cover
/// @param chars how many UTF-16 units of the text they cover
/// @param isWhole whether that is all of the text
@SuppressWarnings("ArrayRecordComponent") // made to be taken apart
public record TextPrefix(int[] ids, long bytes, long chars, boolean isWhole) {}
