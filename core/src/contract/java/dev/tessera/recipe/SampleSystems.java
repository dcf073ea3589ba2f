package dev.tessera.recipe;

import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.sequence.BondVocabulary;
import dev.tessera.sequence.BondVocabulary.Kind;
import dev.tessera.sequence.Molecule;
import dev.tessera.sequence.Molecule.Bond;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import java.util.List;
import java.util.Map;

/// Weights of systems, and inputs, that several tests take.
final class SampleSystems {
  private SampleSystems() {}

  static HashedTensors seed() {
    HashedTensors weights =
        new HashedTensors("seed.")
            .withQFormer(32, 24, 48, 20)
            .withNorm("ln_vision", 20)
            .withLayer("encode_task_layer.0", 24, 24)
            .withLayer("encode_task_layer.2", 24, 32)
            .with("quantize.embedding.weight", 8192, 32)
            .withLayer("decode_task_layer.0", 32, 32)
            .withLayer("decode_task_layer.2", 32, 24)
            .with("pos_embed_image", 1, 32, 24)
            .withPlainLayer("image_down.0", 24, 8)
            .withPlainLayer("image_down.2", 8, 6)
            .withPlainLayer("image_down.4", 6, 4)
            .withLayer("distill_image_proj", 128, 16);
    for (int i = 0; i < 2; i++) {
      String block = "blocks_image." + i + ".";
      weights
          .withNorm(block + "norm1", 24)
          .withLayer(block + "attn.qkv", 24, 72)
          .withLayer(block + "attn.proj", 24, 24)
          .withNorm(block + "norm2", 24)
          .withLayer(block + "mlp.fc1", 24, 96)
          .withLayer(block + "mlp.fc2", 96, 24);
    }
    return weights;
  }

  static HashedTensors emu3() {
    return new HashedTensors("emu3.").with("quantize.embedding.weight", 32768, 4);
  }

  static HashedTensors moVqgan() {
    return new HashedTensors("movq.")
        .with("quantize.embedding.weight", 16384, 4)
        .with("quant_conv.weight", 4, 4, 1, 1)
        .with("quant_conv.bias", 4)
        .with("post_quant_conv.weight", 4, 4, 1, 1)
        .with("post_quant_conv.bias", 4);
  }

  static HashedTensors moleBert() {
    return new HashedTensors("mole.").with("embeddings.weight", 512, 300);
  }

  static HashedTensors dallE() {
    return new HashedTensors("dalle.")
        .with("blocks.input.w", 128, 8192, 1, 1)
        .with("blocks.input.b", 128);
  }

  static HashedTensors blip2() {
    return new HashedTensors("blip2.")
        .withQFormer(4, 24, 48, 20)
        .withNorm("ln_vision", 20)
        .withLayer("opt_proj", 24, 10);
  }

  static HashedTensors teaGlm() {
    return new HashedTensors("teaglm.").withLayer("graph_projector.0", 16, 24);
  }

  /// Three hops of 6 features, 20 codewords of 8 columns each.
  static HashedTensors gqtByHop() {
    HashedTensors weights = new HashedTensors("gqth.");
    for (int hop = 0; hop < 3; hop++) {
      weights
          .withLayer("encoder." + hop + ".1", 6, 10)
          .withLayer("encoder." + hop + ".3", 10, 8)
          .with("quantizer." + hop + "._codebook.embed", 1, 20, 8);
    }
    return weights;
  }

  /// Two layers of a network, 12 and 9 columns wide.
  static HashedTensors nodeId() {
    HashedTensors weights = new HashedTensors("nodeid.");
    for (int level = 0; level < 3; level++) {
      weights
          .with("vqs.0.vq_layers." + level + "._codebook.embed", 1, 16, 12)
          .with("vqs.1.vq_layers." + level + "._codebook.embed", 1, 16, 9);
    }
    return weights;
  }

  static HashedTensors graphsGpt() {
    return new HashedTensors("graphs.")
        .with("embed_tokens.weight", 212, 16)
        .withNorm("embed_tokens.norm", 16)
        .with("embed_identifier.weight", 2, 16)
        .withNorm("embed_identifier.norm", 16)
        .with("embed_fingerprint.weight", 1, 16)
        .withNorm("embed_fingerprint.norm", 16)
        .with("embed_fingerprint_position.weight", 8, 16)
        .withNorm("embed_fingerprint_position.norm", 16)
        .with("embed_graph_position.learnable_orthonormal_features.weight", 128, 128)
        .with("embed_graph_position.graph_position_proj.weight", 16, 256)
        .withNorm("embed_graph_position.norm", 16);
  }

  static MoleculeSequence ethanol() {
    BondVocabulary bonds = BondVocabulary.of(Map.of(Kind.of(6, 6, 1), 119, Kind.of(6, 8, 1), 120));
    return new MoleculeSerializer(bonds)
        .write(Molecule.of(new int[] {6, 6, 8}, List.of(new Bond(0, 1, 1), new Bond(1, 2, 1))));
  }

  /// The star 0-1, 0-2, 1-3.
  static Graph star() {
    return Graph.of(EdgeList.of(new int[] {0, 0, 1}, new int[] {1, 2, 3}), GraphOptions.UNDIRECTED);
  }
}
