package dev.tessera.cli.recipe;

/// A part of a mixed sequence.
///
/// @param place among all parts, counted from 0
/// @param kind such as `text` or `image`
/// @param value a text, or a file
public record Part(int place, String kind, String value) {}
