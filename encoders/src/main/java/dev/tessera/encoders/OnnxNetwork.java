package dev.tessera.encoders;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tessera.io.FormatException;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A session of ONNX Runtime with one input, an image, and one output. The classes of ONNX Runtime
/// are named here and in [OnnxPort] alone.
final class OnnxNetwork implements AutoCloseable {
  private static final int CHANNELS = 3;
  private static final int IMAGE_AXES = 4;
  private static final int VIDEO_AXES = 5;
  private static final int TENSOR_AXES = 3;

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OnnxPort input;
  private final OnnxPort output;
  private final int frames;

  private OnnxNetwork(
      Path file,
      OrtEnvironment environment,
      OrtSession session,
      OnnxPort input,
      OnnxPort output,
      int frames) {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.input = input;
    this.output = output;
    this.frames = frames;
  }

  static OnnxNetwork open(Path file, OnnxOptions options) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setIntraOpNumThreads(options.threads());
      OrtSession session = environment.createSession(file.toString(), settings);
      try {
        return checked(file, environment, session, options);
      } catch (IOException | OrtException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new FormatException(
          "%s: expected an ONNX model, found that %s".formatted(file, e.getMessage()), e);
    }
  }

  private static OnnxNetwork checked(
      Path file, OrtEnvironment environment, OrtSession session, OnnxOptions options)
      throws IOException, OrtException {
    String name = file.toString();
    OnnxPort input = OnnxPort.of(name, "input", session.getInputInfo(), options.input());
    OnnxPort output = OnnxPort.of(name, "output", session.getOutputInfo(), options.output());
    OnnxNetwork network =
        new OnnxNetwork(file, environment, session, input, output, options.frames());
    if (session.getInputInfo().size() > 1) {
      throw new FormatException(
          "%s: expected the input %s alone, found %s"
              .formatted(file, input.name(), String.join(", ", session.getInputNames())));
    }
    int axes = input.shape().length;
    if (axes < IMAGE_AXES
        || !input.takes(network.shape(input.shape()[axes - 2], input.shape()[axes - 1]))) {
      throw new FormatException(
          "%s: expected an input [1 x 3 x height x width], or [1 x %d x 3 x height x width], found %s"
              .formatted(file, options.frames(), input));
    }
    return network;
  }

  /// The shape of the input for an image.
  private long[] shape(long height, long width) {
    return input.shape().length == VIDEO_AXES
        ? new long[] {1, frames, CHANNELS, height, width}
        : new long[] {1, CHANNELS, height, width};
  }

  /// Checks that images of a size are taken.
  ///
  /// @throws FormatException if they are not: names both
  void checkSize(Optional<ImageSize> size) throws FormatException {
    if (size.isPresent()) {
      long[] shape = shape(size.get().height(), size.get().width());
      if (!input.takes(shape)) {
        throw new FormatException(
            "%s: expected an input that takes %s, which the preprocessing gives, found %s"
                .formatted(file, OnnxPort.shown(shape), input));
      }
    }
  }

  FloatTensor run(FloatTensor pixels) {
    if (pixels.first() != CHANNELS || !pixels.isPacked()) {
      throw new IllegalArgumentException(
          "expected a packed image [3 x height x width], found " + pixels);
    }
    long[] shape = shape(pixels.second(), pixels.third());
    if (!input.takes(shape)) {
      throw new IllegalArgumentException(
          "%s takes %s, not %s".formatted(file, input, OnnxPort.shown(shape)));
    }
    try (OnnxTensor image = OnnxTensor.createTensor(environment, buffer(pixels), shape);
        OrtSession.Result result =
            session.run(Map.of(input.name(), image), Set.of(output.name()))) {
      return tensor((OnnxTensor) result.get(0));
    } catch (OrtException e) {
      throw new IllegalStateException(
          "%s failed on %s: %s".formatted(file, OnnxPort.shown(shape), e.getMessage()), e);
    }
  }

  /// The image in memory that ONNX Runtime reads without a copy, once a frame.
  private FloatBuffer buffer(FloatTensor pixels) {
    int repeated = input.shape().length == VIDEO_AXES ? frames : 1;
    long bytes = pixels.elements() * Float.BYTES;
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(bytes * repeated)).order(ByteOrder.nativeOrder());
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    for (int frame = 0; frame < repeated; frame++) {
      MemorySegment.copy(pixels.segment(), 0, segment, frame * bytes, bytes);
    }
    return buffer.asFloatBuffer();
  }

  private FloatTensor tensor(OnnxTensor result) {
    long[] shape = result.getInfo().getShape();
    int leading = 0;
    while (shape.length - leading > TENSOR_AXES && shape[leading] == 1) {
      leading++;
    }
    int axes = shape.length - leading;
    if (axes > TENSOR_AXES || axes < 1) {
      throw new IllegalStateException(
          "%s: expected an output of one to three axes, but for leading ones of size 1, found %s"
              .formatted(file, OnnxPort.shown(shape)));
    }
    FloatTensor tensor =
        FloatTensor.allocate(
            axes < 3 ? 1 : shape[leading],
            axes < 2 ? 1 : shape[shape.length - 2],
            Math.toIntExact(shape[shape.length - 1]));
    tensor.segment().copyFrom(MemorySegment.ofBuffer(result.getFloatBuffer()));
    return tensor;
  }

  @Override
  public String toString() {
    return "%s: %s -> %s".formatted(file, input, output);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("%s: cannot be closed".formatted(file), e);
    }
  }
}
