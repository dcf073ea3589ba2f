package dev.tessera;

import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.Normalization;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.BackendReport;
import dev.tessera.kernel.Backends;
import dev.tessera.nn.Attention;
import dev.tessera.nn.Linear;
import dev.tessera.nn.QFormer;
import dev.tessera.nn.QFormerOptions;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeTrainer;
import dev.tessera.text.BpeTrainerOptions;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.Corpus;
import dev.tessera.text.LearnedBpe;
import dev.tessera.text.LearnedSentencePieces;
import dev.tessera.text.SentencePieceTrainer;
import dev.tessera.text.SentencePieceTrainerOptions;
import dev.tessera.text.TextOptions;
import dev.tessera.vq.ArgmaxQuantizer;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.EmaCodebook;
import dev.tessera.vq.EmaOptions;
import dev.tessera.vq.KMeans;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.LearnedCodebook;
import dev.tessera.vq.MultiHeadQuantizer;
import dev.tessera.vq.NanPolicy;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
import dev.tessera.vq.SoftQuantizer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way in: opens backends, hands out operations over them, closes them. Thread-safe.
///
/// ```java
/// try (Tessera tessera = Tessera.open()) {
///   Quantizer quantizer = tessera.quantizer(Codebook.load(Path.of("codebook.npy")));
///   TokenIds ids = quantizer.encode(vectors); // [n x dim] -> [n x 1]
/// }
/// ```
///
/// Under `auto` each call goes to the backend that is expected to finish first; whichever that is,
/// the ids are the same. What was found and chosen is logged once, at INFO, by the logger
/// `dev.tessera`, and can be asked with [#report()].
public final class Tessera implements AutoCloseable {
  private final Backends backends;

  private Tessera(Backends backends) {
    this.backends = backends;
  }

  /// Opens every backend that is available, with a thread a processor.
  public static Tessera open() {
    return open(Backends.AUTO);
  }

  /// Opens one backend by name, or all for `auto`, with a thread a processor.
  ///
  /// @param backend `auto`, `scalar`, `simd` or `opencl`
  /// @throws IllegalArgumentException if no backend has that name
  /// @throws dev.tessera.kernel.KernelException if that backend is unavailable; says why, and what
  ///   helps
  public static Tessera open(String backend) {
    return open(backend, BackendOptions.defaults());
  }

  /// As [#open(String)], with a number of threads.
  public static Tessera open(String backend, BackendOptions options) {
    return new Tessera(Backends.open(backend, options));
  }

  /// A quantizer by squared Euclidean distance.
  public Quantizer quantizer(Codebook codebook) {
    return quantizer(codebook, QuantizerOptions.L2);
  }

  /// A quantizer by another metric, over some codes only, or with another rule for NaN.
  public Quantizer quantizer(Codebook codebook, QuantizerOptions options) {
    return Quantizer.of(backends, codebook, options);
  }

  /// A quantizer that looks up the residual of each level in the next: `[n x dim] -> [n x levels]`.
  ///
  /// @param levels the codebooks, first level first
  public ResidualQuantizer residual(List<Codebook> levels, QuantizerOptions options) {
    return ResidualQuantizer.of(backends, levels, options);
  }

  /// A quantizer with a codebook for each head: `[n x heads * dim] -> [n x heads]`.
  ///
  /// @param heads the codebooks, first head first; the same object for heads that share one
  public MultiHeadQuantizer multiHead(List<Codebook> heads, QuantizerOptions options) {
    return MultiHeadQuantizer.of(backends, heads, options);
  }

  /// A quantizer of logits: the id of the greatest, by rows or by channels.
  public ArgmaxQuantizer argmax(NanPolicy nanPolicy) {
    return ArgmaxQuantizer.of(backends, nanPolicy);
  }

  /// A quantizer that says how much a vector belongs to every codeword.
  ///
  /// @param temperature what scores are divided by before the softmax
  public SoftQuantizer soft(Codebook codebook, QuantizerOptions options, double temperature) {
    return SoftQuantizer.of(backends, codebook, options, temperature);
  }

  /// Learns a codebook from `[n x dim]` by k-means.
  ///
  /// @throws IllegalArgumentException as [KMeans#learn] does
  public LearnedCodebook learn(FloatMatrix vectors, KMeansOptions options) {
    return learn(vectors, options, (iteration, changedRows) -> {});
  }

  /// As [#learn(FloatMatrix, KMeansOptions)], with word of each step.
  public LearnedCodebook learn(
      FloatMatrix vectors, KMeansOptions options, KMeans.Listener listener) {
    return KMeans.learn(backends, vectors, options, listener);
  }

  /// Begins to train a codebook by moving averages, with what k-means finds in the first vectors.
  ///
  /// @throws IllegalArgumentException as [KMeans#learn] does
  public EmaCodebook train(FloatMatrix vectors, KMeansOptions first, EmaOptions options) {
    return EmaCodebook.learn(backends, vectors, first, options);
  }

  /// A tokenizer: text to token ids and back.
  public BpeTokenizer text(BpeVocabulary vocabulary) {
    return text(vocabulary, TextOptions.DEFAULT);
  }

  /// A tokenizer with another bound on its memory.
  public BpeTokenizer text(BpeVocabulary vocabulary, TextOptions options) {
    return BpeTokenizer.of(backends, vocabulary, options);
  }

  /// Learns a byte-level byte-pair encoding from a corpus.
  ///
  /// @throws IOException if the corpus cannot be read
  public LearnedBpe learn(Corpus corpus, BpeTrainerOptions options, BpeTrainer.Listener listener)
      throws IOException {
    return BpeTrainer.train(backends, corpus, options, listener);
  }

  /// Learns a byte-pair encoding as SentencePiece does.
  ///
  /// @throws IOException if the corpus cannot be read
  public LearnedSentencePieces learn(
      Corpus corpus, SentencePieceTrainerOptions options, BpeTrainer.Listener listener)
      throws IOException {
    return SentencePieceTrainer.train(backends, corpus, options, listener);
  }

  /// Hop tokens of a graph: `[X, AX, A^2 X, ...]` for each node.
  ///
  /// @param normalization what `A` is, as in `Normalization.SYMMETRIC.withSelfLoops()`
  public HopAggregator hops(Graph graph, Normalization normalization) {
    return HopAggregator.of(backends, graph, normalization);
  }

  /// A linear layer: `[n x in] -> activation(x W^T + b) [n x out]`.
  ///
  /// @param weight `[out x in]`, not copied
  /// @param bias `[1 x out]`, not copied; null for none
  public Linear linear(FloatMatrix weight, @Nullable FloatMatrix bias, Activation activation) {
    return Linear.of(backends, weight, bias, activation);
  }

  /// The linear layer of `name.weight [outputs x inputs]` and `name.bias [outputs]`.
  ///
  /// @throws IOException if one of them is missing or has another shape
  public Linear linear(Weights weights, String name, int inputs, int outputs, Activation activation)
      throws IOException {
    return weights.linear(backends, name, inputs, outputs, activation);
  }

  /// Attention with so many heads.
  public Attention attention(int heads) {
    return Attention.of(backends, heads);
  }

  /// A Q-Former by the published names of its weights.
  ///
  /// @throws IOException if a tensor is missing or has another shape; says which was expected
  public QFormer qformer(Weights weights, QFormerOptions options) throws IOException {
    return QFormer.of(backends, weights, options);
  }

  /// Which backends were found, which serve, and why the others do not.
  public BackendReport report() {
    return backends.report();
  }

  /// Closes the backends, and with them every operation that was handed out. Waits for calls in
  /// flight; closing twice does nothing.
  @Override
  public void close() {
    backends.close();
  }
}
