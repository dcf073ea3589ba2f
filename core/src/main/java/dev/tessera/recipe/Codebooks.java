package dev.tessera.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Codebooks as lucidrains' vector quantizers store them: `_codebook.embed [heads x K x d]`, with
/// one head where none are asked for; the levels of a residual one in a list, as `layers.0.`,
/// `layers.1.` and so on.
final class Codebooks {
  private static final String EMBED = "_codebook.embed";

  private Codebooks() {}

  /// The codebook of each head.
  ///
  /// @throws IOException if there is no such tensor, or it has neither three axes nor two
  static List<Codebook> heads(Weights weights) throws IOException {
    long[] shape = weights.tensor(EMBED).shape();
    if (shape.length == 2) { // of before there were heads
      return List.of(Codebook.of(weights.matrix(EMBED)));
    }
    if (shape.length != 3) {
      throw new FormatException(
          "%s: expected the shape [heads x K x d], found %s"
              .formatted(weights.tensor(EMBED).source(), Arrays.toString(shape)));
    }
    FloatMatrix flat = weights.tensor(EMBED).flattenTrailing().floats();
    FloatTensor all = FloatTensor.of(flat.segment(), shape[0], shape[1], Math.toIntExact(shape[2]));
    List<Codebook> heads = new ArrayList<>();
    for (long head = 0; head < shape[0]; head++) {
      heads.add(Codebook.of(all.atFirst(head)));
    }
    return heads;
  }

  /// The one codebook of a quantizer without heads.
  ///
  /// @throws IOException if there is none, or more than one
  static Codebook single(Weights weights) throws IOException {
    List<Codebook> heads = heads(weights);
    if (heads.size() != 1) {
      throw new FormatException(
          "%s: expected one codebook, found %d"
              .formatted(weights.tensor(EMBED).source(), heads.size()));
    }
    return heads.getFirst();
  }

  /// The codebooks of a residual quantizer, first level first.
  ///
  /// @param list what stands before the number of a level, as in `layers.`
  /// @throws IOException if there is none
  static List<Codebook> levels(Weights weights, String list) throws IOException {
    List<Codebook> levels = new ArrayList<>();
    do {
      levels.add(single(weights.under(list + levels.size() + ".")));
    } while (weights.has(list + levels.size() + "." + EMBED));
    return levels;
  }
}
