package dev.tessera.cli;

import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.NpyWriter;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// `tessera hops` over features and tokens that are larger than the heap and the buffers: some rows
/// are recomputed by the definition, and the process tells the most anonymous memory that it held.
/// A program, as memory is a property of the process:
///
/// ```
/// java -Xmx64m ... dev.tessera.cli.LargeGraphCheck FOLDER NODES COLUMNS MEMORY BACKEND LAYOUT
/// ```
///
/// Ends with 1 where a row differs.
final class LargeGraphCheck {
  private static final int HOPS = 3;
  private static final int DEGREE = 8;
  private static final int WRITTEN_ROWS = 1 << 12;
  private static final int CHECKED_ROWS = 500;

  private final int nodes;
  private final int columns;
  private final FloatMatrix features;

  private LargeGraphCheck(int nodes, int columns, FloatMatrix features) {
    this.nodes = nodes;
    this.columns = columns;
    this.features = features;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int nodes = Integer.parseInt(arguments[1]);
    int columns = Integer.parseInt(arguments[2]);
    Path vectors = folder.resolve("features.npy");
    Path pairs = folder.resolve("pairs.npy");
    Path tokens = folder.resolve("tokens.npy");
    writeFeatures(vectors, nodes, columns);
    writeEdges(pairs, nodes);
    int status;
    try (AnonymousMemory memory = AnonymousMemory.watch()) {
      CommandRun run =
          CommandRun.of(
              "hops",
              pairs,
              "--features",
              vectors,
              "--hops",
              HOPS,
              "--aggregate",
              "sum",
              "--output",
              tokens,
              "--memory",
              arguments[3],
              "--backend",
              arguments[4],
              "--layout",
              arguments[5]);
      status = run.status();
      System.out.print(run.err());
      System.out.printf(
          "%d MB of features and tokens, heap at most %d MB, RssAnon at most %d MB%n",
          Files.size(vectors) + Files.size(tokens) >> 20,
          Runtime.getRuntime().maxMemory() >> 20,
          memory.mostBytes() >> 20);
    }
    boolean byNode = arguments[5].equals("node");
    Tensor written = Npy.open(tokens);
    FloatTensor packed =
        byNode
            ? FloatTensor.of(written.segment(), nodes, HOPS + 1L, columns)
            : FloatTensor.of(written.segment(), HOPS + 1L, nodes, columns).swapped();
    LargeGraphCheck check = new LargeGraphCheck(nodes, columns, Npy.open(vectors).floats());
    long differing = check.differing(packed);
    System.out.println("differing rows: " + differing);
    System.exit(status == 0 && differing == 0 ? 0 : 1);
  }

  private static void writeFeatures(Path file, int nodes, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[WRITTEN_ROWS * columns];
    try (NpyWriter writer = NpyWriter.matrix(file, ElementType.F32, columns)) {
      for (int row = 0; row < nodes; row += WRITTEN_ROWS) {
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextInt() * 0x1p-31f;
        }
        FloatMatrix block = FloatMatrix.of(values, WRITTEN_ROWS, columns);
        writer.append(block.slice(0, Math.min(WRITTEN_ROWS, nodes - row)));
      }
      writer.commit();
    }
  }

  private static void writeEdges(Path file, int nodes) throws IOException {
    int[] ends = new int[2 * DEGREE * WRITTEN_ROWS];
    try (NpyWriter writer = NpyWriter.matrix(file, ElementType.I32, 2)) {
      for (int from = 0; from < nodes; from += WRITTEN_ROWS) {
        int rows = Math.min(WRITTEN_ROWS, nodes - from);
        for (int i = 0; i < rows * DEGREE; i++) {
          ends[2 * i] = neighbour(from + i / DEGREE, i % DEGREE, nodes);
          ends[2 * i + 1] = from + i / DEGREE;
        }
        writer.append(TokenIds.of(ends, DEGREE * WRITTEN_ROWS, 2).slice(0, (long) rows * DEGREE));
      }
      writer.commit();
    }
  }

  /// The i-th neighbour of a row, ascending with i, all over the graph.
  private static int neighbour(int row, int i, int nodes) {
    int part = nodes / DEGREE;
    return i * part + (int) ((row * 2_654_435_761L + i * 40_503L) % part);
  }

  private long differing(FloatTensor tokens) {
    long differing = 0;
    for (int check = 0; check < CHECKED_ROWS; check++) {
      int row = (int) ((long) check * (nodes - 1) / (CHECKED_ROWS - 1));
      int column = check * 7919 % columns;
      for (int hop = 0; hop <= HOPS; hop++) {
        differing += tokens.get(row, hop, column) == hop(row, hop, column) ? 0 : 1;
      }
    }
    return differing;
  }

  private float hop(int row, int hop, int column) {
    if (hop == 0) {
      return features.get(row, column);
    }
    float sum = 0;
    for (int i = 0; i < DEGREE; i++) {
      sum = hop(neighbour(row, i, nodes), hop - 1, column) + sum;
    }
    return sum;
  }
}
