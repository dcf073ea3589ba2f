package dev.tessera.cli.recipe;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A vision encoder in an ONNX file.
///
/// @param output the name of the output to take; null for the only one
/// @param threads that share an operation
public record EncoderFile(Path file, @Nullable String output, int threads) {}
