package dev.tessera.text;

/// What serves a tokenizer's calls.
///
/// @param splitting which backend cuts text into pieces, in words
/// @param merging what turns pieces into ids, in words
/// @param sharedBytes memory of the tables that all threads share, in bytes
/// @param threadBytes memory that each thread that encodes at the same time takes, in bytes
/// @param prepareNanos how long the tables took to pack, in nanoseconds
public record TokenizerReport(
    String splitting, String merging, long sharedBytes, long threadBytes, long prepareNanos) {}
