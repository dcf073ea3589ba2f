package dev.tessera.kernels.opencl;

import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A codebook in the device's memory: all of it, or, where that is too large, one part after the
/// other. Not thread-safe.
final class DeviceCodebook implements AutoCloseable {
  /// A run of tiles that is on the device at a time.
  ///
  /// @param firstTile the tile it begins with
  /// @param outliers int32, codes that are in no tile's bounds, as distances from `firstCode`
  record Part(int firstTile, int tiles, int firstCode, int codes, MemorySegment outliers) {
    int outlierCount() {
      return (int) (outliers.byteSize() / Integer.BYTES);
    }
  }

  private final NearestOperand operand;
  private final CodebookLayout layout;
  private final List<Part> parts;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment hostCodes;
  private final MemorySegment hostTerms;
  private final MemorySegment hostSpreads;
  private final MemorySegment hostCodewords;
  private final MemorySegment hostNorms;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Buffer mean;
  private final Buffer codes;
  private final Buffer terms;
  private final Buffer spreads;
  private final Buffer codewords;
  private final Buffer norms;
  private final Buffer outliers;
  private boolean closed;

  /// Packs the codewords, and puts them on the device where they fit.
  ///
  /// @param allowedBytes the most device memory that may be held
  /// @throws KernelException if not even a tile fits
  DeviceCodebook(
      Context context, NearestOperand operand, CodebookLayout layout, long allowedBytes) {
    this.operand = operand;
    this.layout = layout;
    ScreenPlan plan = layout.plan();
    int tiles = plan.codeTiles(operand.codes());
    int partTiles = (int) Math.min(tiles, partTiles(layout, allowedBytes, context.device()));
    parts = parts(partTiles, tiles);
    long tileCodes = plan.codeTile();
    hostCodes = floats(tiles * (long) layout.tileFloats());
    hostTerms = floats(tiles * 2L * tileCodes);
    hostSpreads = floats(tiles * tileCodes);
    layout.write(0, tiles, hostCodes, hostTerms, hostSpreads);
    MemorySegment given = operand.codewords().segment();
    hostCodewords =
        given.isNative() ? given : floats((long) operand.codes() * operand.dim()).copyFrom(given);
    hostNorms = hostNorms();
    try {
      mean = buffer(context, (long) operand.dim() * Float.BYTES);
      codes = buffer(context, (long) partTiles * layout.tileFloats() * Float.BYTES);
      terms = buffer(context, partTiles * 2L * tileCodes * Float.BYTES);
      spreads = buffer(context, partTiles * tileCodes * Float.BYTES);
      long partCodes = Math.min(operand.codes(), partTiles * tileCodes);
      codewords = buffer(context, partCodes * operand.dim() * Float.BYTES);
      norms = buffer(context, hostNorms.byteSize() == 0 ? 0 : partCodes * Double.BYTES);
      outliers =
          buffer(
              context, parts.stream().mapToLong(part -> part.outliers.byteSize()).max().orElse(0));
    } catch (OpenClException e) {
      close();
      throw e;
    }
  }

  /// Tiles of a part: as many as the memory allows.
  private static long partTiles(CodebookLayout layout, long allowedBytes, Device device) {
    long tileBytes = tileBytes(layout);
    long fixed = layout.plan().dim() * (long) Float.BYTES;
    long most =
        Math.min(
            (allowedBytes - fixed) / tileBytes,
            device.mostBufferBytes() / ((long) layout.tileFloats() * Float.BYTES));
    if (most < 1) {
      throw new KernelException(
          "%d codewords of %d columns need %d bytes of device memory at least, there are %d left for them on %s"
              .formatted(
                  layout.plan().codeTile(),
                  layout.plan().dim(),
                  tileBytes + fixed,
                  Math.max(0, Math.min(allowedBytes, device.mostBufferBytes())),
                  device));
    }
    return most;
  }

  private static long tileBytes(CodebookLayout layout) {
    ScreenPlan plan = layout.plan();
    long perCode =
        3L * Float.BYTES
            + (long) plan.dim() * Float.BYTES
            + Integer.BYTES
            + (plan.metric() == Metric.COSINE ? Double.BYTES : 0);
    return (long) layout.tileFloats() * Float.BYTES + plan.codeTile() * perCode;
  }

  /// Bytes that the whole codebook takes.
  static long wholeBytes(CodebookLayout layout) {
    return layout.plan().codeTiles(layout.centred().codes()) * tileBytes(layout)
        + layout.plan().dim() * (long) Float.BYTES;
  }

  private List<Part> parts(int partTiles, int tiles) {
    List<Part> list = new ArrayList<>();
    for (int tile = 0; tile < tiles; tile += partTiles) {
      int firstCode = tile * layout.plan().codeTile();
      int end =
          (int) Math.min(operand.codes(), (tile + (long) partTiles) * layout.plan().codeTile());
      list.add(
          new Part(
              tile,
              Math.min(partTiles, tiles - tile),
              firstCode,
              end - firstCode,
              arena.allocateFrom(ValueLayout.JAVA_INT, layout.outliers(firstCode, end))));
    }
    return list;
  }

  private MemorySegment hostNorms() {
    if (operand.metric() != Metric.COSINE) {
      return arena.allocate(0);
    }
    MemorySegment segment = arena.allocate((long) operand.codes() * Double.BYTES, Double.BYTES);
    for (int code = 0; code < operand.codes(); code++) {
      segment.setAtIndex(
          ValueLayout.JAVA_DOUBLE,
          code,
          Metric.norm(
              operand.codewords().segment(),
              operand.codewords().rowOffsetBytes(code),
              operand.dim()));
    }
    return segment;
  }

  private MemorySegment floats(long count) {
    return arena.allocate(count * Float.BYTES, 64);
  }

  private Buffer buffer(Context context, long bytes) {
    Buffer made = context.newBuffer(bytes);
    buffers.add(made);
    return made;
  }

  /// Puts on the device what stays there: the mean, and all codewords where there is one part.
  void start(ChunkCommands commands) {
    float[] means = layout.centred().mean();
    commands.copyBetween(floats(means.length).copyFrom(MemorySegment.ofArray(means)), mean);
    if (isWhole()) {
      copyPart(parts.getFirst(), commands);
    }
  }

  /// Frees the host's copy where it is not needed any more; to be called when what [#start] began
  /// has ended.
  void started() {
    if (isWhole()) {
      arena.close();
    }
  }

  /// Puts a part on the device, after the kernels so far; nothing to do where all of it is there.
  void load(Part part, ChunkCommands commands) {
    if (!isWhole()) {
      copyPart(part, commands);
    }
  }

  private void copyPart(Part part, ChunkCommands commands) {
    long tileCodes = layout.plan().codeTile();
    copy(hostCodes, part.firstTile, part.tiles, layout.tileFloats() * 4L, codes, commands);
    copy(hostTerms, part.firstTile, part.tiles, 2 * tileCodes * Float.BYTES, terms, commands);
    copy(hostSpreads, part.firstTile, part.tiles, tileCodes * Float.BYTES, spreads, commands);
    long rowBytes = (long) operand.dim() * Float.BYTES;
    copy(hostCodewords, part.firstCode, part.codes, rowBytes, codewords, commands);
    if (hostNorms.byteSize() > 0) {
      copy(hostNorms, part.firstCode, part.codes, Double.BYTES, norms, commands);
    }
    if (part.outlierCount() > 0) {
      commands.copyBetween(part.outliers, outliers);
    }
  }

  private static void copy(
      MemorySegment from, long first, long count, long bytes, Buffer to, ChunkCommands commands) {
    commands.copyBetween(from.asSlice(first * bytes, count * bytes), to);
  }

  /// Whether all codewords are on the device.
  boolean isWhole() {
    return parts.size() == 1;
  }

  List<Part> parts() {
    return parts;
  }

  NearestOperand operand() {
    return operand;
  }

  CodebookLayout layout() {
    return layout;
  }

  Buffer mean() {
    return mean;
  }

  Buffer codes() {
    return codes;
  }

  Buffer terms() {
    return terms;
  }

  Buffer spreads() {
    return spreads;
  }

  Buffer codewords() {
    return codewords;
  }

  Buffer norms() {
    return norms;
  }

  Buffer outliers() {
    return outliers;
  }

  /// Device memory held, in bytes.
  long bytes() {
    return buffers.stream().mapToLong(Buffer::bytes).sum();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      buffers.forEach(Buffer::close);
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }
}
