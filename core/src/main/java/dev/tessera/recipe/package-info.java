/// A recipe for each published system: from what its encoder delivers, or from raw text, molecules
/// and graphs, to the ids or the embeddings that the official code would have, and back.
///
/// Each class says which code it follows (repository and commit), takes weights by their published
/// names ([dev.tessera.nn.Weights] over a `.safetensors`, `.npz` or PyTorch file), and is built
/// from the public API alone, so that it doubles as a description of its system. Encoders and
/// decoders of images, and language models, are run elsewhere; what stands between them is here.
/// Where published code and paper differ, an option names both.
@NullMarked
package dev.tessera.recipe;

import org.jspecify.annotations.NullMarked;
