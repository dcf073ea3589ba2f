package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.CodeOffsets;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.MultiHeadQuantizer;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// How GQT comes from a node to its codes: level by level by what a graph encoder gives for it, or
/// hop by hop by its propagated features.
sealed interface GqtCodes extends AutoCloseable {
  /// `[n x any] -> [n x codes]`.
  TokenIds encode(FloatMatrix nodes);

  /// `[n x codes] -> [n x any]`.
  FloatMatrix decode(TokenIds codes);

  /// One vocabulary for all codes.
  CodeOffsets offsets();

  /// The codebook of each code.
  List<Codebook> codebooks();

  @Override
  void close();

  /// Each level looks up what the ones before it have left.
  record Levels(ResidualQuantizer quantizer) implements GqtCodes {
    @Override
    public TokenIds encode(FloatMatrix nodes) {
      return quantizer.encode(nodes);
    }

    @Override
    public FloatMatrix decode(TokenIds codes) {
      return quantizer.decode(codes);
    }

    @Override
    public CodeOffsets offsets() {
      return quantizer.offsets();
    }

    @Override
    public List<Codebook> codebooks() {
      return quantizer.levels();
    }

    @Override
    public void close() {
      quantizer.close();
    }
  }

  /// Each hop has two layers and a codebook of its own: `encoder.H.{1,3}.{weight,bias}` with ReLU
  /// between them, and `quantizer.H._codebook.embed [1 x K x d]`, by squared distance.
  record Hops(List<Mlp> encoders, MultiHeadQuantizer quantizer) implements GqtCodes {
    static Hops of(Tessera tessera, Weights weights) throws IOException {
      List<Mlp> encoders = new ArrayList<>();
      List<Codebook> codebooks = new ArrayList<>();
      do {
        int hop = encoders.size();
        Weights encoder = weights.under("encoder." + hop + ".");
        encoders.add(
            Mlp.of(
                Projectors.layer(tessera, encoder, "1", Activation.RELU),
                Projectors.layer(tessera, encoder, "3", Activation.NONE)));
        codebooks.add(Codebooks.single(weights.under("quantizer." + hop + ".")));
        check(hop, encoders, codebooks);
      } while (weights.has("encoder." + encoders.size() + ".1.weight"));
      return new Hops(List.copyOf(encoders), tessera.multiHead(codebooks, QuantizerOptions.L2));
    }

    private static void check(int hop, List<Mlp> encoders, List<Codebook> codebooks)
        throws FormatException {
      Mlp encoder = encoders.get(hop);
      int features = encoders.getFirst().inputs();
      int dim = codebooks.getFirst().dim();
      if (encoder.inputs() != features
          || encoder.outputs() != dim
          || codebooks.get(hop).dim() != dim) {
        throw new FormatException(
            "hop %d: expected layers from %d to %d columns and codewords of %d, found layers from %d to %d and codewords of %d"
                .formatted(
                    hop,
                    features,
                    dim,
                    dim,
                    encoder.inputs(),
                    encoder.outputs(),
                    codebooks.get(hop).dim()));
      }
    }

    @Override
    public TokenIds encode(FloatMatrix nodes) {
      int features = encoders.getFirst().inputs();
      int dim = encoders.getFirst().outputs();
      if (nodes.columns() != encoders.size() * features) {
        throw new IllegalArgumentException(
            "the nodes have %d columns, %d hops of %d features need %d"
                .formatted(nodes.columns(), encoders.size(), features, encoders.size() * features));
      }
      FloatMatrix encoded = FloatMatrix.allocate(nodes.rows(), encoders.size() * dim);
      for (int hop = 0; hop < encoders.size(); hop++) {
        FloatMatrix seen = nodes.sliceColumns(hop * features, (hop + 1) * features);
        FloatMatrix rows = encoders.get(hop).apply(seen);
        FloatMatrix part = encoded.sliceColumns(hop * dim, (hop + 1) * dim);
        for (long row = 0; row < rows.rows(); row++) {
          rows.copyRow(row, part, row);
        }
      }
      return quantizer.encode(encoded);
    }

    @Override
    public FloatMatrix decode(TokenIds codes) {
      return quantizer.decode(codes);
    }

    @Override
    public CodeOffsets offsets() {
      return quantizer.offsets();
    }

    @Override
    public List<Codebook> codebooks() {
      return quantizer.heads();
    }

    @Override
    public void close() {
      encoders.forEach(Mlp::close);
      quantizer.close();
    }
  }
}
