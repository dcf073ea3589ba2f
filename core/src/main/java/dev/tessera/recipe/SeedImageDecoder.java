package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// From codewords to the embedding of an image, as SEED does it: two linear layers with tanh
/// between, positions, blocks of a vision transformer, a [SeedPooling], and a linear layer.
final class SeedImageDecoder implements AutoCloseable {
  private static final int TOKENS = Seed.TOKENS_PER_IMAGE;
  private static final int CODE_DIM = 32;

  private final Mlp up;
  private final FloatMatrix positions;
  private final List<VisionBlock> blocks;
  private final SeedPooling pooling;
  private final Linear projection;

  private SeedImageDecoder(
      Mlp up,
      FloatMatrix positions,
      List<VisionBlock> blocks,
      SeedPooling pooling,
      Linear projection) {
    this.up = up;
    this.positions = positions;
    this.blocks = blocks;
    this.pooling = pooling;
    this.projection = projection;
  }

  /// @param width columns of a token inside
  static SeedImageDecoder of(Tessera tessera, Weights weights, int width) throws IOException {
    List<VisionBlock> blocks = new ArrayList<>();
    for (int i = 0; weights.has("blocks_image." + i + ".norm1.weight"); i++) {
      blocks.add(VisionBlock.of(tessera, weights.under("blocks_image." + i + "."), width));
    }
    Mlp up =
        Mlp.of(
            Projectors.layer(tessera, weights, "decode_task_layer.0", Activation.TANH),
            tessera.linear(weights, "decode_task_layer.2", CODE_DIM, width, Activation.NONE));
    return new SeedImageDecoder(
        up,
        weights.matrix("pos_embed_image", TOKENS, width),
        blocks,
        SeedPooling.of(tessera, weights, width),
        Projectors.layer(tessera, weights, "distill_image_proj", Activation.NONE));
  }

  /// `[n * 32 x 32] -> [n x 1024]`.
  FloatMatrix apply(FloatMatrix codewords) {
    long images = codewords.rows() / TOKENS;
    FloatMatrix rows = up.apply(codewords);
    int width = rows.columns();
    for (long row = 0; row < rows.rows(); row++) {
      for (int i = 0; i < width; i++) {
        rows.set(row, i, rows.get(row, i) + positions.get(row % TOKENS, i));
      }
    }
    FloatTensor batch = FloatTensor.of(rows.segment(), images, TOKENS, width);
    for (VisionBlock block : blocks) {
      batch = block.apply(batch);
    }
    return projection.apply(pooling.apply(batch));
  }

  @Override
  public void close() {
    up.close();
    blocks.forEach(VisionBlock::close);
    pooling.close();
    projection.close();
  }
}
