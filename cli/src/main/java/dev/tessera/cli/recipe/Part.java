package dev.tessera.cli.recipe;

import dev.tessera.io.TensorLocation;

/// A part of a mixed sequence.
///
/// @param place among all parts, counted from 0
/// @param kind such as `text` or `image`
/// @param value a text, or a file
public record Part(int place, String kind, String value) {
  /// The kind of a text.
  public static final String TEXT = "text";

  /// The kind of an image.
  public static final String IMAGE = "image";

  /// The kind of a node, which any word stands for.
  public static final String NODE = "node";

  /// Whether the value is a file.
  public boolean isFile() {
    return !kind.equals(TEXT) && !kind.equals(NODE);
  }

  /// Whether the value is a file of an image, and not that of a tensor.
  boolean isImageFile() {
    if (!kind.equals(IMAGE)) {
      return false;
    }
    try {
      TensorLocation _ = TensorLocation.parse(value);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }
}
