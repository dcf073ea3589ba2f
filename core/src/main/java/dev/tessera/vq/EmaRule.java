package dev.tessera.vq;

import dev.tessera.kernel.Metric;

/// How a codeword follows the vectors that go to it: the moving averages of lucidrains'
/// vector-quantize-pytorch, and so of GQT, VQGraph, NodeID and taming's EMAVectorQuantizer.
///
/// With `count_k` the members of code k in a batch of n vectors, `sum_k` their sum, `lerp(a, b, w)
/// = a
/// + w (b - a)` and w = 1 - decay, all rules take `n_k <- lerp(n_k, count_k, w)`.
public enum EmaRule {
  /// `m_k <- lerp(m_k, sum_k, w)`, `e_k = m_k / n~_k`, where `n~_k = (n_k + eps) / (sum n + K eps)
  /// sum n` keeps codes without members from dividing by 0.
  L2(Metric.L2),

  /// As [#L2] over normalised vectors, and e_k is normalised.
  COSINE(Metric.COSINE),

  /// The older cosine rule, of VQGraph and NodeID: `e_k <- lerp(e_k, unit_k, w)`, where `unit_k` is
  /// the normalised mean of the normalised members, or, as in their released code, the normalised
  /// e_k itself where there are none. Codewords are not normalised.
  COSINE_MEAN(Metric.COSINE);

  private final Metric metric;

  EmaRule(Metric metric) {
    this.metric = metric;
  }

  /// What the vectors' codes are to be looked up by.
  public Metric metric() {
    return metric;
  }
}
