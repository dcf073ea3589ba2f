/// Neural layers around the tokenizers: linear layers with fused activations, norms, attention, and
/// the Q-Former composed of them. Inference only; float32 within the stated bounds, not bit for
/// bit.
@NullMarked
package dev.tessera.nn;

import org.jspecify.annotations.NullMarked;
