package dev.tessera.nn;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelReport;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The querying transformer of BLIP-2 (Li et al., arXiv 2301.12597): a few learned queries look at
/// the output of a frozen encoder and become as many rows for a language model. A BERT body without
/// positions or words: per layer attention among the queries, in every other layer attention to the
/// encoder's output, and a feed-forward part with the exact GELU, each followed by a norm of the
/// sum. The same class serves SEED's tokenizer (a causal mask among the queries) and
/// GraphTranslator (the encoder gives one row a node).
///
/// Weights go by LAVIS' names:
///
/// | name | shape |
/// |---|---|
/// | `query_tokens` | `[1 x q x d]` |
/// | `Qformer.bert.embeddings.LayerNorm.{weight,bias}` | `[d]` |
/// | `Qformer.bert.encoder.layer.N.attention.self.{query,key,value}.{weight,bias}` | `[d x d]`, `[d]` |
/// | `....attention.output.{dense,LayerNorm}.{weight,bias}` | |
/// | `....crossattention.self.{query,key,value}`, `....crossattention.output.{dense,LayerNorm}` | keys and values `[d x e]` |
/// | `....intermediate_query.dense`, `....output_query.{dense,LayerNorm}` | `[inner x d]`, `[d x inner]` |
///
/// What the encoder gives goes through BLIP-2's `ln_vision` first, a [LayerNorm] with eps 1e-5 that
/// is not part of this class; nor is the projection to the language model's width, a [Linear].
/// Thread-safe.
public final class QFormer implements AutoCloseable {
  /// Images that go through all layers together: as many as fill tiles of rows.
  private static final int MOST_IMAGES = 8;

  private static final String LAYER = "encoder.layer.";
  private static final Pattern LAYER_NUMBER = Pattern.compile("(\\d{1,4})\\.");

  private final QFormerOptions options;
  private final FloatMatrix tokens;
  private final LayerNorm embeddingNorm;
  private final List<QFormerLayer> layers;
  private final int encoderWidth;
  private final AtomicReference<@Nullable QFormerScratch> idle = new AtomicReference<>();

  private QFormer(
      QFormerOptions options,
      FloatMatrix tokens,
      LayerNorm embeddingNorm,
      List<QFormerLayer> layers,
      int encoderWidth) {
    this.options = options;
    this.tokens = tokens;
    this.embeddingNorm = embeddingNorm;
    this.layers = layers;
    this.encoderWidth = encoderWidth;
  }

  /// A Q-Former over opened backends. The weights are not copied: they must neither change nor go
  /// while it is used.
  ///
  /// @throws IOException if a tensor is missing or has another shape than the others ask for; says
  ///   which was expected
  public static QFormer of(Backends backends, Weights weights, QFormerOptions options)
      throws IOException {
    long[] shape = weights.tensor("query_tokens").shape();
    int last = shape.length - 1;
    int width = last < 0 ? 0 : Math.toIntExact(shape[last]);
    FloatMatrix tokens = weights.matrix("query_tokens", last < 1 ? 1 : shape[last - 1], width);
    Weights body = weights.under(options.prefix());
    LayerNorm norm = body.layerNorm("embeddings.LayerNorm", width, options.eps());
    int encoderWidth = body.matrix(name(0) + "crossattention.self.key.weight").columns();
    Attention attention = Attention.of(backends, options.heads());
    List<QFormerLayer> layers = new ArrayList<>();
    boolean complete = false;
    try {
      for (int i = 0; i < layers(body); i++) {
        boolean looks = i % options.crossAttentionEvery() == 0;
        layers.add(
            new QFormerLayer(
                backends,
                body.under(name(i)),
                attention,
                width,
                looks ? encoderWidth : 0,
                options.eps()));
      }
      complete = true;
    } finally {
      if (!complete) {
        layers.forEach(QFormerLayer::close);
      }
    }
    return new QFormer(options, tokens, norm, List.copyOf(layers), encoderWidth);
  }

  /// One more than the highest layer that a name speaks of, so that one that lacks is missed.
  private static int layers(Weights body) {
    return body.under(LAYER).names().stream()
        .map(LAYER_NUMBER::matcher)
        .filter(Matcher::lookingAt)
        .mapToInt(number -> Integer.parseInt(number.group(1)) + 1)
        .max()
        .orElse(1);
  }

  private static String name(int layer) {
    return LAYER + layer + ".";
  }

  /// What it was made with.
  public QFormerOptions options() {
    return options;
  }

  /// The number of queries, and of rows that an image becomes.
  public int queries() {
    return (int) tokens.rows();
  }

  /// The number of columns of those rows.
  public int width() {
    return tokens.columns();
  }

  /// The number of columns that the encoder must give.
  public int encoderWidth() {
    return encoderWidth;
  }

  /// The number of layers.
  public int layers() {
    return layers.size();
  }

  /// The last hidden state for one image: `[m x e] -> [q x d]`, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if there is no row, or it has other columns
  public FloatMatrix apply(FloatMatrix encoded) {
    FloatMatrix packed = encoded.packed();
    return apply(FloatTensor.of(packed.segment(), 1, packed.rows(), packed.columns())).atFirst(0);
  }

  /// The last hidden states for a batch: `[b x m x e] -> [b x q x d]`, in new memory outside the
  /// heap. In BLIP-2 `[b x 257 x 1408] -> [b x 32 x 768]`, in GraphTranslator `[b x 1 x 768] -> [b
  /// x 32 x 768]`.
  ///
  /// @throws IllegalArgumentException if an image has no row, or rows have other columns
  public FloatTensor apply(FloatTensor encoded) {
    return apply(encoded, tokens);
  }

  /// As [#apply(FloatTensor)], with queries `[q x d]` of the caller's own in place of the learned
  /// ones.
  ///
  /// @throws IllegalArgumentException if the queries, too, have other columns
  public FloatTensor apply(FloatTensor encoded, FloatMatrix queries) {
    if (encoded.second() < 1 || encoded.third() != encoderWidth) {
      throw new IllegalArgumentException(
          "expected the encoder's output [b x m x %d], m at least 1, found %s"
              .formatted(encoderWidth, encoded));
    }
    FloatMatrix embedded = embeddingNorm.apply(queries);
    FloatTensor result = FloatTensor.allocate(encoded.first(), queries.rows(), width());
    QFormerScratch found = idle.getAndSet(null);
    QFormerScratch scratch = found == null ? new QFormerScratch() : found;
    for (long from = 0; from < encoded.first(); from += MOST_IMAGES) {
      long count = Math.min(MOST_IMAGES, encoded.first() - from);
      run(encoded, from, count, embedded, scratch, result);
    }
    idle.set(scratch);
    return result;
  }

  private void run(
      FloatTensor encoded,
      long from,
      long count,
      FloatMatrix embedded,
      QFormerScratch scratch,
      FloatTensor result) {
    FloatMatrix seen = scratch.encoded.of(count * encoded.second(), encoderWidth);
    FloatMatrix hidden = scratch.hidden.of(count * embedded.rows(), width());
    for (long image = 0; image < count; image++) {
      copy(encoded.atFirst(from + image), seen, image * encoded.second());
      copy(embedded, hidden, image * embedded.rows());
    }
    AttentionMask mask = options.causal() ? AttentionMask.CAUSAL : AttentionMask.NONE;
    for (QFormerLayer layer : layers) {
      layer.apply(count, hidden, seen, mask, scratch);
    }
    for (long image = 0; image < count; image++) {
      long begin = image * embedded.rows();
      copy(hidden.slice(begin, begin + embedded.rows()), result.atFirst(from + image), 0);
    }
  }

  private static void copy(FloatMatrix from, FloatMatrix to, long row) {
    for (long i = 0; i < from.rows(); i++) {
      from.copyRow(i, to, row + i);
    }
  }

  /// Packs the weights now for every backend, instead of on the first call.
  public void prepare() {
    linears().values().forEach(Linear::prepare);
  }

  /// Which backends served each linear layer, by the names of its weights without `.weight`.
  public Map<String, KernelReport> report() {
    Map<String, KernelReport> reports = new LinkedHashMap<>();
    linears().forEach((name, linear) -> reports.put(options.prefix() + name, linear.report()));
    return reports;
  }

  private Map<String, Linear> linears() {
    Map<String, Linear> linears = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).collect(name(i), linears);
    }
    return linears;
  }

  /// Frees what the backends allocated for its layers. Closing twice does nothing.
  @Override
  public void close() {
    layers.forEach(QFormerLayer::close);
  }
}
