package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Chooses a search for each call: a tree where there are few dimensions and its boxes exclude
/// much, else a screen of all codewords; the definition alone where there is next to nothing to do.
/// Makes each when it is first chosen.
final class SimdNearestKernel implements NearestKernel {
  /// Codebooks of at most so many elements are not worth a vector: a point costs 60 ns or more in
  /// any other search.
  private static final long SMALL_CODEBOOK_ELEMENTS = 64;

  /// The definition serves the first so many rows: packing costs as much.
  private static final long UNPREPARED_ROWS = 16;

  /// Rows that a tree searches to be judged.
  private static final int TREE_SAMPLE_ROWS = 64;

  /// Calls with fewer rows go to the tree unjudged.
  private static final int JUDGED_CALL_ROWS = 16 * TREE_SAMPLE_ROWS;

  /// A tree is judged again after so many rows: other data may suit it better, or worse.
  private static final long JUDGEMENT_ROWS = 1 << 20;

  /// What explicit preparing prepares for.
  private static final long MANY_ROWS = 1 << 30;

  private final NearestOperand operand;
  private final WorkerPool pool;
  private final VectorPace screenPace;
  private final VectorPace treePace;
  private final PreparedSearch definition;
  private @Nullable PreparedSearch flat;
  private @Nullable PreparedSearch guided;
  private @Nullable PreparedSearch tree;
  private @Nullable TreeScratch judgeScratch;
  private long rowsSoFar;
  private boolean treePays = true;
  private double treeNanosPerRow = 100;
  private long rowsUntilJudgement;
  private boolean closed;

  SimdNearestKernel(
      NearestOperand operand, WorkerPool pool, VectorPace screenPace, VectorPace treePace) {
    this.operand = operand;
    this.pool = pool;
    this.screenPace = screenPace;
    this.treePace = treePace;
    Search byDefinition = new DefinitionSearch(operand);
    definition = new PreparedSearch(byDefinition, byDefinition, new VectorPace(), 0);
  }

  @Override
  public boolean nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    PreparedSearch chosen = choose(points, options, ids, distances);
    chosen.search().prepare(points.rows());
    chosen.nearest(pool, points, options, ids, distances);
    return true;
  }

  private synchronized PreparedSearch choose(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    long rows = points.rows();
    rowsSoFar += rows;
    boolean prepared = flat != null || tree != null;
    if (elements() <= SMALL_CODEBOOK_ELEMENTS || (!prepared && rowsSoFar < UNPREPARED_ROWS)) {
      return definition;
    }
    if (!TreeSearch.serves(operand, options)) {
      return GuidedSearch.serves(operand, options, rows) ? guided() : flat();
    }
    if (rows >= JUDGED_CALL_ROWS && rowsUntilJudgement <= 0) {
      judgeTree(points, options, ids, distances);
      rowsUntilJudgement = JUDGEMENT_ROWS;
    }
    rowsUntilJudgement -= rows;
    return treePays ? tree() : flat();
  }

  private long elements() {
    return (long) operand.codes() * operand.dim();
  }

  /// Searches for some rows by the tree: those that the boxes do not exclude say what it costs.
  private void judgeTree(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    TreeSearch judged = (TreeSearch) tree().search();
    TreeScratch scratch = judgeScratch;
    if (scratch == null) {
      scratch = judged.newScratch();
      judgeScratch = scratch;
    }
    scratch.forgetCounts();
    judged.search(scratch, points, 0, TREE_SAMPLE_ROWS, options, ids, distances);
    treeNanosPerRow = judged.nanosPerRow(scratch);
    treePays = treeNanosPerRow < new ScreenCosts(operand).dense();
  }

  private synchronized PreparedSearch flat() {
    PreparedSearch made = flat;
    if (made == null) {
      made = prepare(() -> new PrunedSearch(new FlatSearch(operand)), screenPace);
      flat = made;
    }
    return made;
  }

  private synchronized PreparedSearch guided() {
    PreparedSearch made = guided;
    if (made == null) {
      PrunedSearch unguided = (PrunedSearch) flat().search();
      made = prepare(() -> new GuidedSearch(unguided.codebook(), unguided, pool), screenPace);
      guided = made;
    }
    return made;
  }

  private synchronized PreparedSearch tree() {
    PreparedSearch made = tree;
    if (made == null) {
      made = prepare(() -> new TreeSearch(operand.codewords()), treePace);
      tree = made;
    }
    return made;
  }

  private PreparedSearch prepare(Supplier<Search> maker, VectorPace pace) {
    long start = System.nanoTime();
    Search made = maker.get();
    return new PreparedSearch(made, definition.search(), pace, System.nanoTime() - start);
  }

  private static Stream<PreparedSearch> made(@Nullable PreparedSearch... searches) {
    return Arrays.stream(searches).filter(Objects::nonNull);
  }

  @Override
  public synchronized double estimatedNanos(long rows, NearestOptions options) {
    double row;
    if (elements() <= SMALL_CODEBOOK_ELEMENTS) {
      row = elements();
    } else if (TreeSearch.serves(operand, options) && treePays) {
      row = treeNanosPerRow;
    } else {
      row =
          flat == null
              ? new ScreenCosts(operand).dense()
              : ((PrunedSearch) flat.search()).nanosPerRow(options);
    }
    return rows * row / pool.threads();
  }

  @Override
  public void prepare() {
    PreparedSearch chosen;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the kernel is closed");
      }
      chosen = TreeSearch.serves(operand, NearestOptions.SINGLE) ? tree() : flat();
    }
    chosen.search().prepare(MANY_ROWS);
  }

  @Override
  public synchronized Preparation preparation() {
    return new Preparation(
        made(flat, guided, tree).mapToLong(PreparedSearch::preparedNanos).sum(),
        made(flat, guided, tree).mapToLong(each -> each.search().preparedBytes()).sum());
  }

  @Override
  public synchronized String describe() {
    if (flat == null && tree == null) {
      return rowsSoFar == 0 ? "not used yet" : definition.search().describe();
    }
    return made(treePays ? tree : null, guided, flat)
        .map(each -> each.search().describe())
        .collect(Collectors.joining("; "));
  }

  @Override
  public synchronized void close() {
    closed = true;
    made(flat, guided, tree).forEach(each -> each.search().close());
    flat = null;
    guided = null;
    tree = null;
  }
}
