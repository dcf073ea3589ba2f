package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.BatchPadding;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.PaddedEmbeddings;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// LLaVA 1, 1.5 and 1.6: the patches of an image as rows among the embeddings of text (Liu et al.,
/// arXiv 2304.08485). Follows `haotian-liu/LLaVA` at commit c121f04.
///
/// CLIP ViT-L/14 delivers the last hidden state but one, a row for the class and one for each
/// patch, in raster order: `[1 + 576 x 1024]` at 336 pixels. The class is left out, a linear layer
/// (1) or two with the exact GELU between (1.5) bring patches to the language model's width, and
/// they take the place of the id -200. Nothing is discrete, so there is no way back. [LlavaTiles]
/// puts the tiles of 1.6 together. Thread-safe.
///
/// ```java
/// try (Llava llava = Llava.of(tessera, Weights.of(TensorFile.open(Path.of("mm_projector.bin"))))) {
///   FloatMatrix image = llava.project(Llava.patches(hidden)); // [577 x 1024] -> [576 x 4096]
///   int[] ids = text.prompt("USER: <image>\nWhat is this? ASSISTANT:", "<image>", Splice.PLACEHOLDER);
///   EmbeddedSequence sequence = Llava.embed(ids, embeddings, List.of(image));
/// }
/// ```
public final class Llava implements AutoCloseable {
  private static final Splice SPLICE = Splice.expand(Splice.PLACEHOLDER);

  private final Mlp projector;

  private Llava(Mlp projector) {
    this.projector = projector;
  }

  /// The projector `model.mm_projector.{weight,bias}`, or `model.mm_projector.{0,2,...}` (a file
  /// `mm_projector.bin`).
  ///
  /// @throws IOException if there is none, or a layer does not fit the one before it
  public static Llava of(Tessera tessera, Weights weights) throws IOException {
    return new Llava(Projectors.of(tessera, weights, "model.mm_projector"));
  }

  /// The patches without the row of the class: `[1 + n x d] -> [n x d]`, a view.
  public static FloatMatrix patches(FloatMatrix hidden) {
    return hidden.slice(1, hidden.rows());
  }

  /// The columns of the language model.
  public int width() {
    return projector.outputs();
  }

  /// Patches in the language model's width: `[n x 1024] -> [n x width]`.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public FloatMatrix project(FloatMatrix patches) {
    return projector.apply(patches);
  }

  /// The embeddings of a prompt, each id -200 replaced by the rows of the next image.
  ///
  /// @param ids without pads
  /// @param embeddings the language model's, `[ids x width]`
  /// @param images projected
  /// @throws IllegalArgumentException if there are not as many images as placeholders; says how
  ///   many
  public static EmbeddedSequence embed(
      int[] ids, FloatMatrix embeddings, List<FloatMatrix> images) {
    return SPLICE.embed(ids, embeddings, images);
  }

  /// A batch. A sample without a placeholder takes an image, too, and leaves it out, as the
  /// released code does: its data sets give such samples an empty picture.
  ///
  /// @param samples ids, without pads
  /// @param labels of the ids
  /// @param images projected, of all samples in their order
  /// @param padding right in training, left in generation; cut at the model's greatest length
  /// @throws IllegalArgumentException if there are not as many images as the samples take; says how
  ///   many
  public static PaddedEmbeddings assemble(
      List<int[]> samples,
      List<int[]> labels,
      FloatMatrix embeddings,
      List<FloatMatrix> images,
      BatchPadding padding) {
    if (labels.size() != samples.size()) {
      throw new IllegalArgumentException(
          "there are %d samples and labels of %d".formatted(samples.size(), labels.size()));
    }
    int taken = samples.stream().mapToInt(ids -> Math.max(1, placeholders(ids))).sum();
    if (taken != images.size()) {
      throw new IllegalArgumentException(
          "the samples take %d images (one at least each), there are %d"
              .formatted(taken, images.size()));
    }
    List<EmbeddedSequence> sequences = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < samples.size(); i++) {
      int places = placeholders(samples.get(i));
      List<FloatMatrix> own = images.subList(next, next + places);
      sequences.add(SPLICE.embed(samples.get(i), labels.get(i), embeddings, own));
      next += Math.max(1, places);
    }
    return padding.pad(sequences);
  }

  private static int placeholders(int[] ids) {
    return (int) Arrays.stream(ids).filter(id -> id == Splice.PLACEHOLDER).count();
  }

  /// Frees what the backends allocated for the projector.
  @Override
  public void close() {
    projector.close();
  }
}
