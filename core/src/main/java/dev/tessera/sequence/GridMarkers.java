package dev.tessera.sequence;

/// The names of the special tokens around the codes of a grid.
///
/// @param begin before all else
/// @param grid between the size in text and the first code
/// @param endOfRow behind every row, the last one included
/// @param endOfFrame behind the last row of a frame
/// @param end behind the last frame
public record GridMarkers(
    String begin, String grid, String endOfRow, String endOfFrame, String end) {
  /// Those of Emu3.
  public static final GridMarkers EMU3 =
      new GridMarkers(
          "<|image start|>", "<|image token|>", "<|extra_200|>", "<|extra_201|>", "<|image end|>");
}
