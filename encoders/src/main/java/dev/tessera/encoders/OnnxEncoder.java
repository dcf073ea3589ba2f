package dev.tessera.encoders;

import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/// The network of an ONNX file that turns an image into what a recipe takes, run by ONNX Runtime on
/// the processor. Thread-safe until it is closed.
///
/// The input is float32, `[1 x 3 x height x width]`, or `[1 x frames x 3 x height x width]`, where
/// the image is repeated frame by frame; axes may be free. The output is float32. Of its axes
/// leading ones of size 1 are left out until three remain, and put in front if there are fewer: `[1
/// x 4 x h x w]` gives `[4 x h x w]` (Emu3), `[1 x 257 x 1408]` stays (SEED, BLIP-2; LLaVA takes
/// `atFirst(0)` of it).
///
/// Encoders are exported from PyTorch once, by `torch.onnx.export`.
public final class OnnxEncoder implements AutoCloseable {
  private final OnnxNetwork network;
  private final Preprocessing preprocessing;

  private OnnxEncoder(OnnxNetwork network, Preprocessing preprocessing) {
    this.network = network;
    this.preprocessing = preprocessing;
  }

  /// The network of a file with one input and one output.
  ///
  /// @throws IOException as the other one
  public static OnnxEncoder open(Path file, Preprocessing preprocessing) throws IOException {
    return open(file, preprocessing, OnnxOptions.DEFAULT);
  }

  /// The network of a file.
  ///
  /// @throws IOException if the file is no ONNX model, lacks an input or output of that name, or
  ///   these do not have the type and shape that an encoder's have, or the input another size than
  ///   the preprocessing gives: says what was expected and what was found
  /// @throws IllegalStateException if ONNX Runtime is not there: says which dependency to add
  public static OnnxEncoder open(Path file, Preprocessing preprocessing, OnnxOptions options)
      throws IOException {
    OnnxNetwork network;
    try {
      network = OnnxNetwork.open(file, options);
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "ONNX Runtime cannot be loaded (%s); add com.microsoft.onnxruntime:onnxruntime, version 1.29 or later, for this platform"
              .formatted(e),
          e);
    }
    try {
      network.checkSize(preprocessing.fixedSize());
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
    return new OnnxEncoder(network, preprocessing);
  }

  /// What the network makes of the bytes of an image file.
  ///
  /// @throws IOException if they are no image: says what they are
  /// @throws IllegalArgumentException if the preprocessing, or the network, takes no image of this
  ///   size: says which it takes
  public FloatTensor encode(byte[] image) throws IOException {
    return encode(RgbImage.decode(image));
  }

  /// What the network makes of an image.
  ///
  /// @throws IllegalArgumentException as the other one
  public FloatTensor encode(RgbImage image) {
    return network.run(preprocessing.apply(image));
  }

  /// What a recipe makes of the bytes of an image file, as in `encoder.encode(bytes,
  /// emu3::encode)`.
  ///
  /// @throws IOException as the other one
  public <T> T encode(byte[] image, Function<? super FloatTensor, T> recipe) throws IOException {
    return recipe.apply(encode(image));
  }

  /// What the network makes of an image that is prepared already, `[3 x height x width]`.
  ///
  /// @throws IllegalArgumentException if the network takes no image of this shape: says which it
  ///   takes
  public FloatTensor run(FloatTensor pixels) {
    return network.run(pixels);
  }

  /// The file, its input and its output, as in `vision.onnx: pixels [1 x 3 x h x w] -> latents [1 x
  /// 4 x h x w]`.
  @Override
  public String toString() {
    return network.toString();
  }

  /// Frees the network.
  @Override
  public void close() {
    network.close();
  }
}
