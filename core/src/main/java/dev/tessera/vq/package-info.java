/// Vector quantization: codebooks, quantizers that turn vectors into the ids of their nearest
/// codewords and back, and codebook learning.
@NullMarked
package dev.tessera.vq;

import org.jspecify.annotations.NullMarked;
