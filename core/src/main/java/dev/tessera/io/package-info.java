/// Tensor files: `.npy`, `.npz`, `.safetensors` and PyTorch's checkpoints, memory-mapped, and
/// outputs that appear whole or not at all.
///
/// [dev.tessera.io.TensorLocation] opens any of them by name; [dev.tessera.io.Tensor] is what comes
/// back: a described array over the mapped bytes, to be read as vectors or as ids. A reader checks
/// the header, the product of the shape, each offset and each length before it allocates or hands
/// out a byte, and reports what it finds as a [dev.tessera.io.FormatException].
@NullMarked
package dev.tessera.io;

import org.jspecify.annotations.NullMarked;
