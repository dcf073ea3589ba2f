package dev.tessera.kernel;

/// An opened backend: takes operands and offers kernels for them. Thread-safe.
///
/// The prepared kernel is the shape of all hot paths: the operand is given once and packed lazily,
/// on the first call; then batches stream through it. A backend declines what it does not serve,
/// and the next one is asked.
public interface Backend extends AutoCloseable {
  /// The provider's name.
  String name();

  /// Offers a kernel that finds the nearest codewords of points in `operand`.
  Offer<NearestKernel> nearest(NearestOperand operand);

  /// Offers a kernel that gives points several ids: the levels of a residual quantizer or the heads
  /// of a multi-head one.
  default Offer<CompositeKernel> composite(CompositeOperand operand) {
    return new Offer.Declined<>(name() + " has no kernel for residual and multi-head codes");
  }

  /// Offers a kernel that takes the steps of k-means. Where none does, the nearest-codeword kernel
  /// assigns and the host averages, with the same result.
  default Offer<LloydKernel> lloyd(LloydOperand operand) {
    return new Offer.Declined<>(name() + " has no k-means kernel");
  }

  /// Offers a kernel that cuts text into pieces by `pattern`.
  default Offer<SplitKernel> split(SplitPattern pattern) {
    return new Offer.Declined<>(name() + " does not split text");
  }

  /// Offers what looks pieces of text up in a table of those that came before, for one thread: a
  /// new one each time.
  default Offer<PieceProbe> probe() {
    return new Offer.Declined<>(name() + " does not look up pieces of text");
  }

  /// Offers a kernel that merges pieces of text by `operand`'s ranks.
  default Offer<MergeKernel> merge(MergeOperand operand) {
    return new Offer.Declined<>(name() + " has no BPE merge kernel");
  }

  /// Offers a kernel that aggregates node features over the edges of `operand`.
  default Offer<HopKernel> hop(HopOperand operand) {
    return new Offer.Declined<>(name() + " has no hop aggregation kernel");
  }

  /// Offers a kernel that applies the linear layer `operand`.
  default Offer<LinearKernel> linear(LinearOperand operand) {
    return new Offer.Declined<>(name() + " has no kernel for linear layers");
  }

  /// Ends the backend's threads and frees its memory. Kernels that it offered cannot be used
  /// afterwards. Waits for calls in flight; closing twice does nothing.
  @Override
  void close();
}
