/// Vector quantization: codebooks; quantizers that turn vectors into ids and back, by the nearest
/// codeword, level by level, head by head, by the greatest logit, softly, or without a codebook;
/// and codebook learning, by k-means and by moving averages.
@NullMarked
package dev.tessera.vq;

import org.jspecify.annotations.NullMarked;
