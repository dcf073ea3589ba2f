package dev.tessera.kernels.opencl;

/// `centroids.cl`: the members of each cluster in ascending order, and their means in the order of
/// addition that all backends share.
final class CentroidKernels implements AutoCloseable {
  /// Words that a work-item adds up, as in the program.
  private static final int PIECE = 256;

  /// Members of a segment, as in the program.
  private static final int SEGMENT = 512;

  /// Work-groups that keep a compute unit busy.
  private static final int GROUPS_PER_UNIT = 16;

  /// Counts of clusters by blocks of rows, at most: 64 MB.
  private static final long MOST_COUNTS = 1L << 24;

  /// Rows of a block, at least: each costs the counting of all clusters.
  private static final int LEAST_BLOCK_ROWS = 256;

  private final int items;
  private final int groups;
  private final Kernel fill;
  private final Kernel countMembers;
  private final Kernel sumPieces;
  private final Kernel startPieces;
  private final Kernel clusterBegins;
  private final Kernel placeMembers;
  private final Kernel countSegments;
  private final Kernel sumSegments;
  private final Kernel joinSegments;
  private final Kernel countChanged;

  /// @param items work-items of a work-group
  CentroidKernels(Context context, int items) {
    this.items = items;
    groups = context.device().computeUnits() * GROUPS_PER_UNIT;
    fill = context.newKernel("fill.cl", "", "fill");
    String options = Division.options(context.device());
    countMembers = context.newKernel("centroids.cl", options, "count_members");
    sumPieces = context.newKernel("centroids.cl", options, "sum_pieces");
    startPieces = context.newKernel("centroids.cl", options, "start_pieces");
    clusterBegins = context.newKernel("centroids.cl", options, "cluster_begins");
    placeMembers = context.newKernel("centroids.cl", options, "place_members");
    countSegments = context.newKernel("centroids.cl", options, "count_segments");
    sumSegments = context.newKernel("centroids.cl", options, "sum_segments");
    joinSegments = context.newKernel("centroids.cl", options, "join_segments");
    countChanged = context.newKernel("centroids.cl", options, "count_changed");
  }

  /// What the kernels work with.
  ///
  /// @param blocks into how many blocks the rows are cut
  /// @param counts `[clusters x blocks]`, also the places
  /// @param members `[rows]`
  /// @param begins `[clusters + 1]`, where each cluster's members begin
  /// @param segmentBegins `[clusters + 1]`
  /// @param partials `[segments x dim]`
  /// @param means `[clusters x dim]`
  record Memory(
      int rows,
      int clusters,
      int dim,
      int blocks,
      Buffer counts,
      Buffer members,
      Buffer begins,
      Buffer segmentBegins,
      Buffer partials,
      Buffer means) {
    static Memory of(Workspace workspace, int rows, int clusters, int dim) {
      int blocks = blocks(rows, clusters);
      return new Memory(
          rows,
          clusters,
          dim,
          blocks,
          workspace.buffer("counts", 4L * clusters * blocks),
          workspace.buffer("members", 4L * rows),
          workspace.buffer("begins", 4L * (clusters + 1)),
          workspace.buffer("segmentBegins", 4L * (clusters + 1)),
          workspace.buffer("partials", 4L * segments(rows, clusters) * dim),
          workspace.buffer("means", 4L * clusters * dim));
    }

    private static int blocks(int rows, int clusters) {
      long wanted = Math.min(Math.ceilDiv(rows, LEAST_BLOCK_ROWS), MOST_COUNTS / clusters);
      return (int) Math.max(1, wanted);
    }

    /// A cluster's last segment may have a single member.
    private static long segments(int rows, int clusters) {
      return rows / SEGMENT + Math.min(rows, (long) clusters);
    }

    /// Device memory that so many rows and clusters take, in bytes; running sums included.
    static long bytes(int rows, int clusters, int dim) {
      long counts = (long) clusters * blocks(rows, clusters);
      return 4
          * (counts
              + counts / (PIECE / 2)
              + 1024
              + rows
              + 2L * (clusters + 1)
              + segments(rows, clusters) * dim
              + (long) clusters * dim);
    }
  }

  /// Sorts rows by cluster and averages each cluster's.
  ///
  /// @param ids `[rows]`
  /// @param vectors `[rows x dim]`
  void average(
      ChunkCommands commands, Workspace workspace, Buffer ids, Buffer vectors, Memory memory) {
    int blockRows = Math.ceilDiv(memory.rows(), memory.blocks());
    long counts = (long) memory.clusters() * memory.blocks();
    fill(commands, memory.counts(), 0, counts);
    countMembers.with(ids, memory.rows(), blockRows, memory.blocks(), memory.counts());
    run(commands, "sort", countMembers, memory.blocks());
    runningSum(commands, workspace, memory.counts(), counts, 0);
    clusterBegins.with(
        memory.counts(), memory.blocks(), memory.clusters(), memory.rows(), memory.begins());
    run(commands, "sort", clusterBegins, memory.clusters() + 1L);
    placeMembers.with(
        ids, memory.rows(), blockRows, memory.blocks(), memory.counts(), memory.members());
    run(commands, "sort", placeMembers, memory.blocks());
    countSegments.with(memory.begins(), memory.clusters(), memory.segmentBegins());
    run(commands, "sort", countSegments, memory.clusters() + 1L);
    runningSum(commands, workspace, memory.segmentBegins(), memory.clusters() + 1L, 0);
    sumSegments.with(
        memory.dim(),
        vectors,
        memory.members(),
        memory.begins(),
        memory.segmentBegins(),
        memory.clusters(),
        memory.partials());
    run(
        commands,
        "sum",
        sumSegments,
        Memory.segments(memory.rows(), memory.clusters()) * memory.dim());
    joinSegments.with(
        memory.dim(),
        memory.partials(),
        memory.begins(),
        memory.segmentBegins(),
        memory.clusters(),
        memory.means());
    run(commands, "sum", joinSegments, (long) memory.clusters() * memory.dim());
  }

  /// Has every id differ from the previous one.
  void forgetIds(ChunkCommands commands, Buffer previous, int rows) {
    fill(commands, previous, -1, rows);
  }

  /// Counts the ids that differ from the previous ones, which they then replace.
  ///
  /// @param changed one word
  void countChanged(ChunkCommands commands, Buffer ids, int rows, Buffer previous, Buffer changed) {
    fill(commands, changed, 0, 1);
    countChanged.with(ids, rows, previous, changed);
    run(commands, "sort", countChanged, rows);
  }

  /// Each word becomes the sum of those before it.
  private void runningSum(
      ChunkCommands commands, Workspace workspace, Buffer words, long count, int level) {
    long pieces = Math.ceilDiv(count, PIECE);
    Buffer starts = workspace.buffer("starts" + level, 4 * pieces);
    if (pieces == 1) {
      fill(commands, starts, 0, 1);
    } else {
      sumPieces.with(words, count, starts);
      run(commands, "sort", sumPieces, pieces);
      runningSum(commands, workspace, starts, pieces, level + 1);
    }
    startPieces.with(words, count, starts);
    run(commands, "sort", startPieces, pieces);
  }

  private void fill(ChunkCommands commands, Buffer target, int value, long words) {
    fill.with(target, value, words);
    run(commands, "sort", fill, words);
  }

  private void run(ChunkCommands commands, String name, Kernel kernel, long tasks) {
    commands.run(name, kernel, Math.min(groups, Math.ceilDiv(tasks, (long) items)), items);
  }

  @Override
  public void close() {
    for (Kernel kernel :
        new Kernel[] {
          fill,
          countMembers,
          sumPieces,
          startPieces,
          clusterBegins,
          placeMembers,
          countSegments,
          sumSegments,
          joinSegments,
          countChanged
        }) {
      kernel.close();
    }
  }
}
