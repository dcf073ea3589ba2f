package dev.tessera.kernels.opencl;

/// `resolve.cl`: the definition in float64, for rows that a screen left undecided, for ranges and
/// several neighbours, and for the scores that a caller wants.
final class ResolveKernels implements AutoCloseable {
  /// The list of rows whose octet decides.
  private static final int NEAR = 0;

  /// The list of rows that may be anywhere.
  private static final int FAR = 1;

  /// Work-groups that keep a compute unit busy.
  private static final int GROUPS_PER_UNIT = 8;

  /// Work-groups that share the far rows: as many as a compute unit of a GPU holds.
  private static final int ROW_GROUPS_PER_UNIT = 32;

  private final ScreenPlan plan;
  private final int groups;
  private final int rowGroups;
  private final Kernel octets;
  private final Kernel rows;
  private final Kernel slices;
  private final Kernel search;
  private final Kernel score;
  private final Buffer sliceScores;
  private final Buffer sliceCodes;

  /// @param mostBytes device memory that it may take beside the caller's
  ResolveKernels(Context context, ScreenPlan plan, long mostBytes) {
    this.plan = plan;
    groups = context.device().computeUnits() * GROUPS_PER_UNIT;
    long fitting = Math.max(1, mostBytes / (Double.BYTES + Integer.BYTES));
    rowGroups =
        (int) Math.min(fitting, (long) context.device().computeUnits() * ROW_GROUPS_PER_UNIT);
    String options = plan.options(plan.rowItems());
    octets = context.newKernel("resolve.cl", options, "resolve_octets");
    rows = context.newKernel("resolve.cl", options, "resolve_rows");
    slices = context.newKernel("resolve.cl", options, "join_slices");
    search = context.newKernel("resolve.cl", options, "search_rows");
    score = context.newKernel("resolve.cl", options, "score");
    sliceScores = context.newBuffer((long) rowGroups * Double.BYTES);
    sliceCodes = context.newBuffer((long) rowGroups * Integer.BYTES);
  }

  /// Work-groups of a launch.
  int groups() {
    return groups;
  }

  /// Decides the rows on both lists; the whole codebook is on the device.
  void decide(
      ChunkCommands commands,
      Buffer x,
      int count,
      DeviceCodebook codebook,
      ScreenMemory memory,
      Buffer ids,
      Buffer counters) {
    DeviceCodebook.Part whole = codebook.parts().getFirst();
    octets.with(
        plan.dim(),
        plan.depth(),
        x,
        codebook.codewords(),
        codebook.norms(),
        memory.points(),
        memory.windows(),
        codebook.codes(),
        codebook.terms(),
        whole.codes(),
        codebook.outliers(),
        whole.outlierCount(),
        memory.octets(),
        memory.limits(),
        memory.near(),
        counters,
        NEAR,
        ids);
    long enough = Math.min(groups, Math.ceilDiv(count, plan.rowItems()));
    commands.run("resolve octets", octets, enough, plan.rowItems());
    decideRows(commands, x, codebook, whole, memory, memory.far(), FAR, ids, counters);
  }

  /// Goes on with the rows on both lists, in one of several parts of the codebook.
  void decidePart(
      ChunkCommands commands,
      Buffer x,
      DeviceCodebook codebook,
      DeviceCodebook.Part part,
      ScreenMemory memory,
      Buffer ids,
      Buffer counters) {
    decideRows(commands, x, codebook, part, memory, memory.near(), NEAR, ids, counters);
    decideRows(commands, x, codebook, part, memory, memory.far(), FAR, ids, counters);
  }

  private void decideRows(
      ChunkCommands commands,
      Buffer x,
      DeviceCodebook codebook,
      DeviceCodebook.Part part,
      ScreenMemory memory,
      Buffer list,
      int which,
      Buffer ids,
      Buffer counters) {
    int kept = codebook.isWhole() ? 0 : 1;
    rows.with(
        plan.dim(),
        plan.depth(),
        x,
        codebook.codewords(),
        codebook.norms(),
        memory.points(),
        memory.windows(),
        codebook.codes(),
        codebook.terms(),
        part.codes(),
        codebook.outliers(),
        part.outlierCount(),
        memory.limits(),
        list,
        counters,
        which,
        part.firstCode(),
        part.firstCode() > 0 ? 1 : 0,
        kept,
        memory.scores(),
        ids,
        sliceScores,
        sliceCodes);
    commands.run("resolve rows", rows, rowGroups, plan.rowItems());
    slices.with(
        rowGroups,
        part.codes(),
        list,
        counters,
        which,
        kept,
        sliceScores,
        sliceCodes,
        memory.scores(),
        ids);
    commands.run("join slices", slices, groups, plan.rowItems());
  }

  /// The best codes of a part of the codebook, by the definition alone.
  ///
  /// @param ranged whether `ranges` limits the codes
  /// @param ranges `[count][2]`; any buffer where nothing is limited
  /// @param scratch `[searchGroups][codes of the part]` float64 where there are several neighbours
  /// @param searchGroups how many work-groups the scratch memory serves
  void search(
      ChunkCommands commands,
      Buffer x,
      int count,
      DeviceCodebook codebook,
      DeviceCodebook.Part part,
      boolean ranged,
      Buffer ranges,
      int neighbours,
      Buffer scratch,
      int searchGroups,
      Buffer ids,
      Buffer distances) {
    search.with(
        plan.dim(),
        x,
        codebook.codewords(),
        codebook.norms(),
        count,
        part.codes(),
        part.firstCode(),
        ranged ? 1 : 0,
        ranges,
        neighbours,
        scratch,
        part.codes(),
        ids,
        1,
        distances);
    commands.run("search", search, Math.min(searchGroups, count), plan.rowItems());
  }

  /// The scores of ids; the whole codebook is on the device.
  void score(
      ChunkCommands commands,
      Buffer x,
      int count,
      DeviceCodebook codebook,
      Buffer ids,
      Buffer distances) {
    score.with(
        plan.dim(), x, codebook.codewords(), codebook.norms(), (long) count, 1, ids, distances);
    commands.run(
        "score", score, Math.min(groups, Math.ceilDiv(count, plan.rowItems())), plan.rowItems());
  }

  @Override
  public void close() {
    octets.close();
    rows.close();
    slices.close();
    search.close();
    score.close();
    sliceScores.close();
    sliceCodes.close();
  }
}
