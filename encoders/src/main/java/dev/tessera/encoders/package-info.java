/// From the bytes of an image to what a recipe takes, in one call: a [Preprocessing] as a published
/// system has it, and an [OnnxEncoder] around its network, exported to an ONNX file.
///
/// ```java
/// try (OnnxEncoder encoder = OnnxEncoder.open(Path.of("vision.onnx"), Preprocessing.emu3())) {
///   TokenIds ids = encoder.encode(Files.readAllBytes(picture), emu3::encode);
/// }
/// ```
@NullMarked
package dev.tessera.encoders;

import org.jspecify.annotations.NullMarked;
