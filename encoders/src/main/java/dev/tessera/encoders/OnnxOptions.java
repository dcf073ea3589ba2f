package dev.tessera.encoders;

import org.jspecify.annotations.Nullable;

/// Which input and output of an ONNX file are meant, and how it is run.
///
/// @param input the name of the input that takes the image; null for the only one
/// @param output the name of the output; null for the only one
/// @param frames how often the image is repeated, where the input has an axis for frames
/// @param threads that share an operation; 0 leaves it to ONNX Runtime, which takes a thread a core
public record OnnxOptions(
    @Nullable String input, @Nullable String output, int frames, int threads) {
  /// The only input and output, four frames, as Emu3 has them, threads as ONNX Runtime likes.
  public static final OnnxOptions DEFAULT = new OnnxOptions(null, null, 4, 0);

  /// Checks both numbers.
  public OnnxOptions {
    if (frames < 1 || threads < 0) {
      throw new IllegalArgumentException(
          "frames are at least 1 and threads at least 0, not %d and %d".formatted(frames, threads));
    }
  }

  /// The same with an input by name.
  public OnnxOptions withInput(String name) {
    return new OnnxOptions(name, output, frames, threads);
  }

  /// The same with an output by name.
  public OnnxOptions withOutput(String name) {
    return new OnnxOptions(input, name, frames, threads);
  }

  /// The same with another number of frames.
  public OnnxOptions withFrames(int count) {
    return new OnnxOptions(input, output, count, threads);
  }

  /// The same with another number of threads.
  public OnnxOptions withThreads(int count) {
    return new OnnxOptions(input, output, frames, count);
  }
}
