package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/// Every kernel against plain Java, bit for bit where the header promises bits.
///
/// [#check] runs one search from raw rows to ids, and looks at what each kernel left behind: points
/// in the screens' coordinates, lower bounds that must bound, the join of parts and launches, the
/// lists of undecided rows, the ids.
///
/// All buffers live as long as the suite: oclgrind 21.10 takes a buffer in a freed one's place for
/// unwritten beyond the former's size.
final class KernelSuite implements AutoCloseable {
  private static final int WORK_ITEMS = 64;

  /// Findings of one kind that are told one by one.
  private static final int MOST_OF_ONE_KIND = 20;

  private final DeviceArrays device;
  private final Device properties;
  private final int workItems;
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Integer> ofOneKind = new HashMap<>();

  /// @param options compiler options that every program gets; may be empty
  KernelSuite(Context context, String options) {
    device = new DeviceArrays(context, options);
    properties = context.device();
    workItems = (int) Math.min(WORK_ITEMS, properties.mostWorkItems());
  }

  /// What was wrong so far: one line each, none if all is well.
  List<String> findings() {
    return findings;
  }

  /// The cases that the checks run by default: every screen and metric, every kind of tail.
  ///
  /// @param mostWorkItems the device's limit
  static List<SearchCase> cases(long mostWorkItems) {
    List<SearchCase> cases = new ArrayList<>();
    long seed = 1;
    for (Metric metric : Metric.values()) {
      ScreenVariant single = ScreenVariant.plain(8, 8, 1);
      cases.add(new SearchCase(1, 1, 1, metric, single, 1, 1, false, seed++));
      cases.add(new SearchCase(77, 100, 33, metric, single, 1, 1, true, seed++));
      cases.add(new SearchCase(77, 100, 33, metric, single, 3, 2, false, seed++));
      if (mostWorkItems >= 64) {
        ScreenVariant tiled = ScreenVariant.tiled(64, 64, 8);
        cases.add(new SearchCase(65, 63, 8, metric, tiled, 1, 1, false, seed++));
        cases.add(new SearchCase(63, 200, 20, metric, tiled, 2, 2, true, seed++));
        cases.add(
            new SearchCase(
                150, 129, 4, metric, ScreenVariant.small(64, 64, 32, 8), 1, 1, false, seed++));
        cases.add(
            new SearchCase(
                90, 300, 7, metric, ScreenVariant.small(128, 64, 16, 4), 2, 2, true, seed++));
        cases.add(
            new SearchCase(40, 90, 12, metric, ScreenVariant.plain(64, 8, 4), 1, 3, false, seed++));
      }
      if (mostWorkItems >= 256) {
        ScreenVariant large = ScreenVariant.tiled(128, 128, 8);
        cases.add(new SearchCase(129, 257, 17, metric, large, 1, 2, false, seed++));
      }
    }
    return cases;
  }

  /// Few and small cases in which every kernel runs: under oclgrind, some thousand times slower.
  static List<SearchCase> smallCases() {
    return List.of(
        new SearchCase(22, 30, 9, Metric.COSINE, ScreenVariant.plain(8, 8, 1), 1, 2, true, 1),
        // Several chunks of a tile and several tiles of a run; then tiles of one chunk.
        new SearchCase(22, 190, 20, Metric.L2, ScreenVariant.tiled(64, 64, 8), 1, 2, false, 2),
        new SearchCase(22, 150, 8, Metric.L2, ScreenVariant.tiled(64, 64, 8), 2, 1, false, 3),
        new SearchCase(22, 70, 4, Metric.DOT, ScreenVariant.small(64, 64, 32, 8), 1, 1, false, 4));
  }

  /// Runs one search and notes what is wrong.
  void check(SearchCase search) {
    check(search, 1);
  }

  /// Likewise.
  ///
  /// @param windowFactor 1; with 0 the bounds prove nothing, and the check must notice
  void check(SearchCase search, double windowFactor) {
    int before = findings.size();
    new Run(search, windowFactor).check();
    for (int i = before; i < findings.size(); i++) {
      findings.set(i, search + ": " + findings.get(i));
    }
  }

  /// Centroid sums of `rows` vectors in `clusters` clusters against Java's, bit for bit.
  ///
  /// @param blocks work-items of the counting sort
  void checkMeans(int rows, int clusters, int dim, int blocks, long seed) {
    for (String division : divisions()) {
      int before = findings.size();
      means(rows, clusters, dim, blocks, seed, division);
      for (int i = before; i < findings.size(); i++) {
        findings.set(
            i,
            "means of %d rows, %d clusters, %d columns, %d blocks, seed %d, %s: %s"
                .formatted(rows, clusters, dim, blocks, seed, division, findings.get(i)));
      }
    }
  }

  /// The ways to divide that the device has, also those that it is not used with.
  private List<String> divisions() {
    List<String> divisions = new ArrayList<>();
    if (properties.exactDivision()) {
      divisions.add(Division.IN_FLOAT);
    }
    if (properties.fp64()) {
      divisions.add(Division.IN_DOUBLE);
    }
    return divisions;
  }

  private void means(int rows, int clusters, int dim, int blocks, long seed, String division) {
    Random random = new Random(seed);
    int[] ids = new int[rows];
    float[] vectors = new float[rows * dim];
    for (int row = 0; row < rows; row++) {
      ids[row] = random.nextInt(3) == 0 ? clusters / 2 : random.nextInt(clusters);
    }
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() * Math.exp(5 * random.nextGaussian()));
    }
    Centroids kernels = new Centroids(division);
    Buffer idBuffer = device.of(ids);
    int blockRows = Math.ceilDiv(rows, blocks);
    Buffer counts = device.zeros((long) clusters * blocks * Integer.BYTES);
    kernels.run("count_members", idBuffer, rows, blockRows, blocks, counts);
    kernels.runningSum(counts, (long) clusters * blocks);
    Buffer begins = device.unwritten((clusters + 1L) * Integer.BYTES);
    kernels.run("cluster_begins", counts, blocks, clusters, rows, begins);
    Buffer members = device.unwritten((long) rows * Integer.BYTES);
    kernels.run("place_members", idBuffer, rows, blockRows, blocks, counts, members);
    Buffer segments = device.unwritten((clusters + 1L) * Integer.BYTES);
    kernels.run("count_segments", begins, clusters, segments);
    kernels.runningSum(segments, clusters + 1L);
    int total = device.ints(segments, clusters + 1)[clusters];
    Buffer partials = device.unwritten((long) total * dim * Float.BYTES);
    kernels.run(
        "sum_segments", dim, device.of(vectors), members, begins, segments, clusters, partials);
    Buffer means = device.unwritten((long) clusters * dim * Float.BYTES);
    kernels.run("join_segments", dim, partials, begins, segments, clusters, means);
    float[] found = device.floats(means, clusters * dim);
    float[] expected = means(vectors, ids, clusters, dim);
    for (int i = 0; i < expected.length; i++) {
      require(
          Float.floatToIntBits(found[i]) == Float.floatToIntBits(expected[i]),
          "cluster %d, column %d: %s, not %s",
          i / dim,
          i % dim,
          found[i],
          expected[i]);
    }
    int[] changed = ids.clone();
    for (int row = 0; row < rows; row += 3) {
      changed[row]++;
    }
    Buffer number = device.zeros(Integer.BYTES);
    kernels.run("count_changed", device.of(changed), rows, idBuffer, number);
    require(
        device.ints(number, 1)[0] == Math.ceilDiv(rows, 3)
            && Arrays.equals(device.ints(idBuffer, rows), changed),
        "%d changed rows were counted, not %d",
        device.ints(number, 1)[0],
        Math.ceilDiv(rows, 3));
  }

  /// The definition of CentroidSums, in plain loops.
  private static float[] means(float[] vectors, int[] ids, int clusters, int dim) {
    float[] means = new float[clusters * dim];
    for (int cluster = 0; cluster < clusters; cluster++) {
      for (int column = 0; column < dim; column++) {
        float total = 0;
        float partial = 0;
        int count = 0;
        for (int row = 0; row < ids.length; row++) {
          if (ids[row] == cluster) {
            partial += vectors[row * dim + column];
            count++;
            if (count % 512 == 0) {
              total += partial;
              partial = 0;
            }
          }
        }
        if (count % 512 != 0) {
          total += partial;
        }
        means[cluster * dim + column] = count == 0 ? 0 : total / count;
      }
    }
    return means;
  }

  /// The kernels of centroids.cl.
  private final class Centroids {
    private static final int PIECE = 256;

    private final String constants;

    Centroids(String constants) {
      this.constants = constants;
    }

    void run(String kernel, Object... arguments) {
      device.run("centroids.cl", constants, kernel, new long[] {3}, workItems, arguments);
    }

    void runningSum(Buffer words, long count) {
      long pieces = Math.ceilDiv(count, (long) PIECE);
      Buffer sums = device.unwritten(pieces * Integer.BYTES);
      if (pieces == 1) {
        device.run("fill.cl", "", "fill", new long[] {1}, 1, sums, 0, 1L);
      } else {
        run("sum_pieces", words, count, sums);
        runningSum(sums, pieces);
      }
      run("start_pieces", words, count, sums);
    }
  }

  /// Fills a buffer but for its last word.
  void checkFill() {
    int count = 1000;
    Buffer buffer = device.zeros((count + 1L) * Integer.BYTES);
    device.run("fill.cl", "", "fill", new long[] {3}, workItems, buffer, 0x1234abcd, (long) count);
    int[] words = device.ints(buffer, count + 1);
    for (int i = 0; i <= count; i++) {
      int expected = i < count ? 0x1234abcd : 0;
      require(words[i] == expected, "fill: word %d is %x, not %x", i, words[i], expected);
    }
  }

  /// Residuals of `rows` rows, some of them without an id, against Java's, bit for bit.
  void checkSubtract(int rows, int codes, int dim, long seed) {
    Random random = new Random(seed);
    float[] vectors = new float[rows * dim];
    float[] codewords = new float[codes * dim];
    for (float[] values : new float[][] {vectors, codewords}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * Math.exp(20 * random.nextGaussian()));
      }
    }
    int[] ids = new int[rows];
    for (int row = 0; row < rows; row++) {
      ids[row] = random.nextInt(codes + 1) - 1;
    }
    Buffer buffer = device.of(vectors);
    device.run(
        "subtract.cl",
        "",
        "subtract",
        new long[] {3},
        workItems,
        dim,
        buffer,
        rows,
        device.of(ids),
        device.of(codewords));
    float[] found = device.floats(buffer, vectors.length);
    for (int i = 0; i < vectors.length; i++) {
      int id = ids[i / dim];
      float expected = id < 0 ? vectors[i] : vectors[i] - codewords[id * dim + i % dim];
      require(
          Float.floatToIntBits(found[i]) == Float.floatToIntBits(expected),
          "subtract, row %d, column %d: %s, not %s",
          i / dim,
          i % dim,
          found[i],
          expected);
    }
  }

  /// One hop over a random graph.
  void check(HopCheck hop) {
    List<String> divisions = hop.aggregation() == Aggregation.MEAN ? divisions() : List.of("");
    for (String division : divisions) {
      findings.addAll(hop.findings(device, workItems, division));
    }
  }

  /// Merges of random pieces.
  void check(MergeCheck merges) {
    findings.addAll(merges.findings(device));
  }

  /// A linear layer on random rows.
  void check(LinearCheck linear) {
    findings.addAll(linear.findings(device));
  }

  @Override
  public void close() {
    device.close();
  }

  private void require(boolean holds, String format, Object... values) {
    if (holds) {
      return;
    }
    int before = ofOneKind.merge(format, 1, Integer::sum) - 1;
    if (before < MOST_OF_ONE_KIND) {
      findings.add(format.formatted(values));
    } else if (before == MOST_OF_ONE_KIND) {
      findings.add("more of this kind: " + format);
    }
  }

  /// One search.
  private final class Run {
    private final SearchCase search;
    private final ScreenVariant screen;
    private final float[] codewords;
    private final float[] rows;
    private final NearestOperand operand;
    private final CheckedCodebook codebook;
    private final int count;
    private final int dim;
    private final int depth;
    private final int places;
    private final String metric;

    Run(SearchCase search, double windowFactor) {
      this.search = search;
      screen = search.screen();
      codewords = search.codewords();
      rows = search.points(codewords);
      operand = search.operand(codewords);
      count = search.rows();
      dim = search.dim();
      depth = screen.depth(dim);
      places = screen.places(count);
      codebook = CheckedCodebook.of(operand, depth, screen.codeTile(), windowFactor);
      metric = "-DMETRIC=" + search.metric().ordinal();
    }

    void check() {
      int pointTiles = places / screen.pointTile();
      String tiles =
          "-DPOINT_TILE=%d -DCODE_TILE=%d -DWORK_ITEMS=%d"
              .formatted(screen.pointTile(), screen.codeTile(), workItems);
      Buffer rawRows = device.of(rows);
      Buffer points = device.unwritten((long) places * depth * Float.BYTES);
      Buffer windows = device.unwritten((long) places * Float.BYTES);
      Buffer squares = device.unwritten((long) places * Float.BYTES);
      device.run(
          "centre.cl",
          tiles + " " + metric,
          "centre",
          new long[] {pointTiles},
          workItems,
          dim,
          depth,
          rawRows,
          count,
          device.of(codebook.centred().mean()),
          codebook.centred().scale(),
          (float) (codebook.bounds().omega() * 1.000001),
          points,
          windows,
          squares);
      float[] packed = device.floats(points, places * depth);
      float[] window = device.floats(windows, places);
      float[] square = device.floats(squares, places);
      checkCentred(packed, window, square);

      Buffer best = device.unwritten((long) search.parts() * places * Float.BYTES);
      Buffer second = device.unwritten((long) search.parts() * places * Float.BYTES);
      Buffer octets = device.unwritten((long) search.parts() * places * Integer.BYTES);
      Buffer ids = device.zeros((long) count * Integer.BYTES);
      Buffer limits = device.zeros((long) count * Float.BYTES);
      Buffer near = device.unwritten((long) count * Integer.BYTES);
      Buffer far = device.unwritten((long) count * Integer.BYTES);
      Buffer counters = device.zeros(2L * Integer.BYTES);
      float[] slack = codebook.slack();
      float[] reach = codebook.outlierReach();
      int[] outliers = codebook.centred().outliers();
      int tilesPerLaunch = Math.ceilDiv(codebook.tiles(), search.launches());
      int launches = Math.ceilDiv(codebook.tiles(), tilesPerLaunch);
      for (int launch = 0; launch < launches; launch++) {
        int tile0 = launch * tilesPerLaunch;
        int tile1 = Math.min(codebook.tiles(), tile0 + tilesPerLaunch);
        Buffer codes = device.of(piece(codebook.codes(), tile0, tile1));
        Buffer terms = device.of(piece(codebook.terms(), tile0, tile1));
        Buffer spreads = device.of(piece(codebook.spreads(), tile0, tile1));
        int octet0 = tile0 * (screen.codeTile() / 8);
        List<Object> arguments =
            new ArrayList<>(
                List.of(
                    points,
                    windows,
                    codes,
                    terms,
                    tile1 - tile0,
                    octet0,
                    launch,
                    best,
                    second,
                    octets));
        if (!screen.source().equals("screen_small")) {
          arguments.add(0, depth);
        }
        if (!screen.source().equals("screen_tiled")) {
          arguments.add(places);
        }
        device.run(
            screen.file(),
            screen.constants(dim),
            screen.source(),
            new long[] {screen.groups(places), search.parts()},
            screen.workItems(),
            arguments.toArray());
        boolean last = launch == launches - 1;
        if (last) {
          checkScreened(packed, window, square, best, second, octets);
        }
        device.run(
            "certify.cl",
            tiles,
            "certify",
            new long[] {Math.ceilDiv(count, workItems)},
            workItems,
            depth,
            points,
            windows,
            squares,
            codes,
            terms,
            spreads,
            count,
            places,
            search.parts(),
            tile1 - tile0,
            octet0,
            last ? 1 : 0,
            slack[0],
            slack[1],
            slack[2],
            outliers.length,
            reach[0],
            reach[1],
            best,
            second,
            octets,
            ids,
            limits,
            near,
            far,
            counters);
      }
      int[] expected = nearest();
      checkCertified(expected, ids, near, far, counters);
      if (!properties.fp64()) {
        return;
      }
      Buffer codes = device.of(codebook.codes());
      Buffer terms = device.of(codebook.terms());
      Buffer rawCodewords = device.of(codewords);
      Buffer norms = device.of(codebook.norms());
      Buffer outlierCodes = device.of(outliers);
      device.run(
          "resolve.cl",
          tiles + " " + metric,
          "resolve_octets",
          new long[] {2},
          workItems,
          dim,
          depth,
          rawRows,
          rawCodewords,
          norms,
          points,
          windows,
          codes,
          terms,
          search.codes(),
          outlierCodes,
          outliers.length,
          octets,
          limits,
          near,
          counters,
          0,
          ids);
      // Few work-groups, each of which takes whole rows; then many, which share them.
      for (int groups : new int[] {3, 5 * device.ints(counters, 2)[1] + 1}) {
        resolveRows(
            groups,
            tiles + " " + metric,
            rawRows,
            rawCodewords,
            norms,
            points,
            windows,
            codes,
            terms,
            outlierCodes,
            limits,
            far,
            counters,
            ids,
            expected);
      }
      checkSearch(tiles + " " + metric, rawRows, rawCodewords, norms);
    }

    private void resolveRows(
        int groups,
        String constants,
        Buffer rawRows,
        Buffer rawCodewords,
        Buffer norms,
        Buffer points,
        Buffer windows,
        Buffer codes,
        Buffer terms,
        Buffer outlierCodes,
        Buffer limits,
        Buffer far,
        Buffer counters,
        Buffer ids,
        int[] expected) {
      Buffer sliceScores = device.unwritten((long) groups * Double.BYTES);
      Buffer sliceCodes = device.unwritten((long) groups * Integer.BYTES);
      device.run(
          "resolve.cl",
          constants,
          "resolve_rows",
          new long[] {groups},
          workItems,
          dim,
          depth,
          rawRows,
          rawCodewords,
          norms,
          points,
          windows,
          codes,
          terms,
          search.codes(),
          outlierCodes,
          codebook.centred().outliers().length,
          limits,
          far,
          counters,
          1,
          0,
          0,
          0,
          norms,
          ids,
          sliceScores,
          sliceCodes);
      device.run(
          "resolve.cl",
          constants,
          "join_slices",
          new long[] {2},
          workItems,
          groups,
          search.codes(),
          far,
          counters,
          1,
          0,
          sliceScores,
          sliceCodes,
          norms,
          ids);
      int[] resolved = device.ints(ids, count);
      for (int row = 0; row < count; row++) {
        require(
            resolved[row] == expected[row],
            "row %d has code %d, not %d",
            row,
            resolved[row],
            expected[row]);
      }
    }

    private float[] piece(float[] tiles, int from, int to) {
      int tile = tiles.length / codebook.tiles();
      return Arrays.copyOfRange(tiles, from * tile, to * tile);
    }

    private int column0(int row) {
      return row / screen.pointTile() * depth * screen.pointTile() + row % screen.pointTile();
    }

    private float[] row(int row) {
      return Arrays.copyOfRange(rows, row * dim, (row + 1) * dim);
    }

    private boolean isFinite(int row) {
      for (int i = 0; i < dim; i++) {
        if (!Float.isFinite(rows[row * dim + i])) {
          return false;
        }
      }
      return true;
    }

    /// Whether float32 may not hold the row's squares.
    private boolean isFarOut(int row) {
      double square = 0;
      double centredSquare = 0;
      for (int k = 0; k < dim; k++) {
        double x = rows[row * dim + k];
        double centred = (x - codebook.centred().mean()[k]) * codebook.centred().scale();
        square += x * x;
        centredSquare += centred * centred;
      }
      return search.metric() == Metric.COSINE
          ? square < 0x1p-79 || square > 0x1p79
          : centredSquare > 0x1p59;
    }

    private void checkCentred(float[] packed, float[] windows, float[] squares) {
      boolean cosine = search.metric() == Metric.COSINE;
      double scale = codebook.centred().scale();
      for (int row = 0; row < places; row++) {
        int at = column0(row);
        if (row >= count) {
          require(windows[row] == 0, "padding has the window %s", windows[row]);
          for (int k = 0; k < depth; k++) {
            require(packed[at + k * screen.pointTile()] == 0, "padding in row %d", row);
          }
          continue;
        }
        if (squares[row] < 0) {
          require(!isFinite(row) || isFarOut(row), "row %d is left to the definition", row);
          continue;
        }
        require(isFinite(row), "row %d is screened, with a NaN or an infinity", row);
        double norm = 0;
        for (int i = 0; i < dim; i++) {
          norm += (double) rows[row * dim + i] * rows[row * dim + i];
        }
        double divisor = cosine ? Math.sqrt(norm) : 1;
        double exactSquare = 0;
        for (int k = 0; k < depth; k++) {
          float x = packed[at + k * screen.pointTile()];
          if (k >= dim) {
            require(x == 0, "row %d has %s in column %d, which pads", row, x, k);
            continue;
          }
          double part = rows[row * dim + k] / divisor;
          double mean = codebook.centred().mean()[k];
          double exact = (part - mean) * scale;
          double error =
              cosine
                  ? 0x1p-19 * (Math.abs(part) + Math.abs(mean)) * scale
                  : 0x1p-24 * Math.abs(exact) + Double.MIN_NORMAL;
          require(Math.abs(x - exact) <= error, "row %d, column %d: %s, not %s", row, k, x, exact);
          exactSquare = Math.fma((double) x, x, exactSquare);
        }
        double window = Math.sqrt(exactSquare) + codebook.bounds().omega();
        require(
            windows[row] >= window * (1 - 1e-5) && windows[row] <= window * 1.001 + 1e-30,
            "row %d has the window %s, not %s",
            row,
            windows[row],
            window);
        require(
            Math.abs(squares[row] - exactSquare) <= 1e-4 * exactSquare + 1e-37,
            "row %d has the square %s, not %s",
            row,
            squares[row],
            exactSquare);
      }
    }

    /// The chain's bits, the octets' minima, and that the bounds bound.
    private void checkScreened(
        float[] packed,
        float[] windows,
        float[] squares,
        Buffer best,
        Buffer second,
        Buffer octet) {
      float[] bests = device.floats(best, search.parts() * places);
      float[] seconds = device.floats(second, search.parts() * places);
      int[] octets = device.ints(octet, search.parts() * places);
      for (int row = 0; row < count; row++) {
        if (squares[row] < 0) {
          continue;
        }
        float[] minima = new float[Math.ceilDiv(search.codes(), 8)];
        Arrays.fill(minima, 1e30f);
        for (int code = 0; code < search.codes(); code++) {
          int tile = screen.pointTile();
          float bound =
              screen.source().equals("screen_small")
                  ? codebook.octetBound(packed, column0(row), tile, windows[row], code)
                  : codebook.bound(packed, column0(row), tile, windows[row], code);
          minima[code / 8] = Math.min(minima[code / 8], bound);
          if (!codebook.centred().isOutlier(code)) {
            double score = codebook.score(row(row), code);
            require(bound <= score, "row %d, code %d: bound %s, score %s", row, code, bound, score);
          }
        }
        float least = 1e30f;
        float other = 1e30f;
        int leastOctet = 0;
        for (int part = 0; part < search.parts(); part++) {
          float bound = bests[part * places + row];
          other = Math.min(Math.min(other, seconds[part * places + row]), Math.max(least, bound));
          if (bound < least) {
            least = bound;
            leastOctet = octets[part * places + row];
          }
        }
        float[] sorted = minima.clone();
        Arrays.sort(sorted);
        float expectedOther = sorted.length > 1 ? sorted[1] : 1e30f;
        require(least == sorted[0], "row %d: least bound %s, not %s", row, least, sorted[0]);
        require(
            other == expectedOther, "row %d: second bound %s, not %s", row, other, expectedOther);
        require(
            leastOctet < minima.length && minima[leastOctet] == least,
            "row %d: octet %d has not the least bound %s",
            row,
            leastOctet,
            least);
      }
    }

    private void checkCertified(
        int[] expected, Buffer ids, Buffer near, Buffer far, Buffer counters) {
      int[] certified = device.ints(ids, count);
      int[] lengths = device.ints(counters, 2);
      boolean[] listed = new boolean[count];
      for (int list = 0; list < 2; list++) {
        int[] members = device.ints(list == 0 ? near : far, lengths[list]);
        for (int row : members) {
          require(!listed[row], "row %d is listed twice", row);
          listed[row] = true;
        }
      }
      int undecided = 0;
      for (int row = 0; row < count; row++) {
        if (certified[row] == -2) {
          undecided++;
          require(listed[row], "row %d is undecided and on no list", row);
        } else {
          require(!listed[row], "row %d is decided and on a list", row);
          require(
              certified[row] == expected[row],
              "row %d is certified as %d, not %d",
              row,
              certified[row],
              expected[row]);
        }
      }
      // A quarter of the rows lies on a codeword, a quarter between two, some codewords come twice;
      // with outliers, dot
      // and cosine leave every row to float64.
      require(
          search.outliers() || undecided <= 6 + 0.4 * count,
          "%d of %d rows are undecided",
          undecided,
          count);
    }

    private int[] nearest() {
      int[] nearest = new int[count];
      for (int row = 0; row < count; row++) {
        nearest[row] = isFinite(row) ? ranked(row, 0, search.codes())[0] : -1;
      }
      return nearest;
    }

    /// The codes of a range, the best first.
    private int[] ranked(int row, int low, int high) {
      Integer[] order = new Integer[high - low];
      Arrays.setAll(order, i -> low + i);
      double[] scores = new double[high];
      for (int code = low; code < high; code++) {
        scores[code] = definition(row, code);
      }
      Arrays.sort(
          order,
          (a, b) ->
              scores[a] == scores[b]
                  ? Integer.compare(a, b)
                  : search.metric().isBetter(scores[a], scores[b]) ? -1 : 1);
      return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private double definition(int row, int code) {
      FloatMatrix points = FloatMatrix.of(rows, count, dim);
      return search
          .metric()
          .score(
              points.segment(),
              points.rowOffsetBytes(row),
              operand.codewords().segment(),
              operand.codewords().rowOffsetBytes(code),
              dim);
    }

    /// Ranges, several neighbours, and scores.
    private void checkSearch(String constants, Buffer rawRows, Buffer codewords, Buffer norms) {
      Random random = new Random(search.seed() + 2);
      int[] ranges = new int[2 * count];
      for (int row = 0; row < count; row++) {
        ranges[2 * row] = random.nextInt(search.codes());
        ranges[2 * row + 1] =
            ranges[2 * row] + 1 + random.nextInt(search.codes() - ranges[2 * row]);
      }
      Buffer unused = device.zeros(8);
      searchRows(constants, rawRows, codewords, norms, 1, device.of(ranges), ranges, unused);
      Buffer scratch = device.unwritten(2L * search.codes() * Double.BYTES);
      searchRows(constants, rawRows, codewords, norms, 3, unused, new int[0], scratch);
      searchRows(constants, rawRows, codewords, norms, 2, device.of(ranges), ranges, scratch);
    }

    private void searchRows(
        String constants,
        Buffer rawRows,
        Buffer codewords,
        Buffer norms,
        int neighbours,
        Buffer rangeBuffer,
        int[] ranges,
        Buffer scratch) {
      Buffer ids = device.unwritten((long) count * neighbours * Integer.BYTES);
      Buffer distances = device.unwritten((long) count * neighbours * Double.BYTES);
      device.run(
          "resolve.cl",
          constants,
          "search_rows",
          new long[] {2},
          workItems,
          dim,
          rawRows,
          codewords,
          norms,
          count,
          search.codes(),
          0,
          ranges.length > 0 ? 1 : 0,
          rangeBuffer,
          neighbours,
          scratch,
          search.codes(),
          ids,
          1,
          distances);
      Buffer scores = device.unwritten((long) count * neighbours * Double.BYTES);
      device.run(
          "resolve.cl",
          constants,
          "score",
          new long[] {2},
          workItems,
          dim,
          rawRows,
          codewords,
          norms,
          (long) count * neighbours,
          neighbours,
          ids,
          scores);
      int[] found = device.ints(ids, count * neighbours);
      double[] reported = device.doubles(distances, count * neighbours);
      double[] scored = device.doubles(scores, count * neighbours);
      IntBinaryOperator bound =
          (row, side) ->
              ranges.length > 0 ? ranges[2 * row + side] : side == 0 ? 0 : search.codes();
      for (int row = 0; row < count; row++) {
        int[] expected =
            isFinite(row)
                ? ranked(row, bound.applyAsInt(row, 0), bound.applyAsInt(row, 1))
                : new int[0];
        for (int place = 0; place < neighbours; place++) {
          int i = row * neighbours + place;
          int code = place < expected.length ? expected[place] : -1;
          double value = code < 0 ? Double.NaN : definition(row, code);
          require(
              found[i] == code,
              "row %d, neighbour %d of %d: code %d, not %d",
              row,
              place,
              neighbours,
              found[i],
              code);
          require(
              Double.compare(reported[i], value) == 0 && Double.compare(scored[i], value) == 0,
              "row %d, neighbour %d: distances %s and %s, not %s",
              row,
              place,
              reported[i],
              scored[i],
              value);
        }
      }
    }
  }
}
