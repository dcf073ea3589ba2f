package dev.tessera.nn;

/// What the weights of a [QFormer] do not say.
///
/// @param heads attention heads; 12 in BERT-base
/// @param crossAttentionEvery layers 0, so many, twice so many and on look at the encoder's output;
///   2 in BLIP-2
/// @param eps of all norms; 1e-12 in BERT
/// @param causal whether a query sees only itself and those before it, as in SEED's tokenizer
/// @param prefix what stands in front of the names of the body's tensors
public record QFormerOptions(
    int heads, int crossAttentionEvery, double eps, boolean causal, String prefix) {
  /// As in BLIP-2 and GraphTranslator.
  public static final QFormerOptions BLIP2 =
      new QFormerOptions(12, 2, 1e-12, false, "Qformer.bert.");

  /// As in SEED's tokenizer: BLIP-2's with a causal mask among the queries.
  public static final QFormerOptions SEED = BLIP2.withCausal(true);

  /// @throws IllegalArgumentException if there is not at least one head, the distance of
  ///   cross-attention layers is not at least 1, or eps not above 0
  public QFormerOptions {
    if (heads < 1 || crossAttentionEvery < 1) {
      throw new IllegalArgumentException(
          "heads and distances of cross-attention layers are at least 1, not %d and %d"
              .formatted(heads, crossAttentionEvery));
    }
    LayerNorm.checkEps(eps);
  }

  /// With or without the causal mask.
  public QFormerOptions withCausal(boolean newCausal) {
    return new QFormerOptions(heads, crossAttentionEvery, eps, newCausal, prefix);
  }

  /// With another number of heads.
  public QFormerOptions withHeads(int newHeads) {
    return new QFormerOptions(newHeads, crossAttentionEvery, eps, causal, prefix);
  }

  /// With another prefix.
  public QFormerOptions withPrefix(String newPrefix) {
    return new QFormerOptions(heads, crossAttentionEvery, eps, causal, newPrefix);
  }
}
