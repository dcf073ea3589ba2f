package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.List;

/// How the embeddings of images or graphs get among those of text: rows of a table, one an id, with
/// rows of features inserted or put over some of them.
///
/// | splice | where the features go | systems |
/// |---|---|---|
/// | [#expand] | each placeholder gives way to all rows of the next feature | LLaVA, LLaGA |
/// | [#overwriteRuns] | over the ids between a begin and an end marker | GraphGPT |
/// | [#overwriteFrom] | over every id that is at least `base` | TEA-GLM |
/// | [#prefix] | before all ids | BLIP-2 |
/// | [#overwriteHead] | over the first ids | GraphTranslator |
///
/// Immutable and thread-safe.
public abstract sealed class Splice
    permits ExpandSplice, HeadSplice, PrefixSplice, RunSplice, ThresholdSplice {
  /// The placeholder of LLaVA (`<image>`) and LLaGA (`<graph>`): no row of a table.
  public static final int PLACEHOLDER = -200;

  Splice() {}

  /// Each id `placeholder` gives way to the rows of one feature, the first to the first, so that
  /// the sequence gets longer.
  public static Splice expand(int placeholder) {
    return new ExpandSplice(placeholder);
  }

  /// The ids strictly between `begin` and the next `end` are as many as the next feature has rows,
  /// which take their place; the markers stay.
  public static Splice overwriteRuns(int begin, int end) {
    return new RunSplice(begin, end);
  }

  /// The ids of at least `base` are as many as the features have rows together, which take their
  /// place one after the other.
  public static Splice overwriteFrom(int base) {
    return new ThresholdSplice(base);
  }

  /// The rows of all features come first, then the ids.
  public static Splice prefix() {
    return new PrefixSplice();
  }

  /// The rows of all features take the place of as many ids at the beginning.
  public static Splice overwriteHead() {
    return new HeadSplice();
  }

  /// Says where the rows of a sequence come from.
  ///
  /// @throws IllegalArgumentException if ids and features do not fit: says how many of each
  abstract void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan);

  /// The embeddings of a sequence, with no labels.
  ///
  /// @param ids without pads
  /// @param table the embeddings of ids, `[ids x dim]`
  /// @param features each `[n x dim]`, in the order of their places
  /// @throws IllegalArgumentException if an id that is not replaced is no row of the table, the
  ///   columns of table and features differ, or ids and features do not fit
  public EmbeddedSequence embed(int[] ids, FloatMatrix table, List<FloatMatrix> features) {
    return embed(ids, Labels.none(ids.length), table, features);
  }

  /// The embeddings of a sequence and its labels; inserted rows get [Labels#IGNORED].
  ///
  /// @param ids without pads
  /// @param labels what is to be learned at each id
  /// @param table the embeddings of ids, `[ids x dim]`
  /// @param features each `[n x dim]`, in the order of their places
  /// @throws IllegalArgumentException as the other one; also if there are not as many labels as ids
  public EmbeddedSequence embed(
      int[] ids, int[] labels, FloatMatrix table, List<FloatMatrix> features) {
    if (labels.length != ids.length) {
      throw new IllegalArgumentException(
          "there are %d ids and %d labels".formatted(ids.length, labels.length));
    }
    for (int i = 0; i < features.size(); i++) {
      if (features.get(i).columns() != table.columns()) {
        throw new IllegalArgumentException(
            "feature %d has %d columns, the embedding table has %d"
                .formatted(i, features.get(i).columns(), table.columns()));
      }
    }
    SplicePlan plan = new SplicePlan();
    plan(ids, features, plan);
    return plan.embed(ids, labels, table, features);
  }

  /// The number of rows of all features.
  static long rows(List<FloatMatrix> features) {
    return features.stream().mapToLong(FloatMatrix::rows).sum();
  }

  /// How often `id` is among the ids.
  static long count(int[] ids, int id) {
    return Arrays.stream(ids).filter(other -> other == id).count();
  }
}
