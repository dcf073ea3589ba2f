package dev.tessera.kernels.opencl;

import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The codebooks of a composite code on a device, all of them whole. Not thread-safe.
final class PreparedComposite implements AutoCloseable {
  /// Codebooks take at most this share of the free memory: the rows need some, too.
  private static final double SHARE = 0.5;

  /// What rounds the codes and the columns of a codebook up on any device.
  private static final int MOST_CODES_OF_TILE = 128;

  private static final int MOST_COLUMNS_OF_CHUNK = 16;

  /// Terms, spreads, norms and outliers of a code, in bytes.
  private static final int BYTES_PER_CODE = 32;

  private final CompositeOperand operand;
  private final List<PreparedCodebook> parts = new ArrayList<>();
  private final List<Buffer> subtracted = new ArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private final @Nullable SubtractKernel subtract;
  private boolean closed;

  /// Packs the codebooks and builds the kernels, within [Session#run].
  ///
  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  PreparedComposite(
      Session session,
      CompositeOperand operand,
      ScreenPlan.@Nullable Kind forced,
      double windowFactor,
      DeviceTimes times) {
    this.operand = operand;
    try {
      Map<NearestOperand, PreparedCodebook> distinct = new HashMap<>();
      for (NearestOperand codebook : operand.codebooks()) {
        PreparedCodebook prepared = distinct.get(codebook);
        if (prepared == null) {
          prepared = add(new PreparedCodebook(session, codebook, forced, windowFactor, times));
          distinct.put(codebook, prepared);
        }
        parts.add(prepared);
      }
      subtract = operand.isResidual() ? add(new SubtractKernel(session.context())) : null;
      putSubtracted(session, times);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Whether the device has the float64 that decides what the screens leave, and all codebooks fit
  /// beside each other, by a cautious count; what others can make anew leaves the device for that.
  static boolean fits(Session session, CompositeOperand operand) {
    long needed = (long) (bytes(operand) / SHARE);
    session.makeRoomFor(needed);
    return session.device().fp64() && needed <= session.freeBytes();
  }

  private static long bytes(CompositeOperand operand) {
    long bytes = 0;
    for (NearestOperand codebook : new HashSet<>(operand.codebooks())) {
      long codes = (long) codebook.codes() + MOST_CODES_OF_TILE;
      long columns = (long) codebook.dim() + MOST_COLUMNS_OF_CHUNK;
      bytes += codes * (2 * columns * Float.BYTES + BYTES_PER_CODE);
    }
    for (int level = 0; level < operand.subtracted().size(); level++) {
      FloatMatrix given = operand.subtracted().get(level);
      if (isSeparate(operand, level)) {
        bytes += given.rows() * given.columns() * Float.BYTES;
      }
    }
    return bytes;
  }

  @SuppressWarnings("ReferenceEquality") // the same matrix need not be there twice
  private static boolean isSeparate(CompositeOperand operand, int level) {
    return operand.subtracted().get(level) != operand.codebooks().get(level).codewords();
  }

  private void putSubtracted(Session session, DeviceTimes times) {
    Map<FloatMatrix, Buffer> distinct = new HashMap<>();
    ChunkCommands commands = new ChunkCommands(session.queues());
    try (Arena arena = Arena.ofConfined()) {
      for (int level = 0; level < operand.subtracted().size(); level++) {
        if (!isSeparate(operand, level)) {
          subtracted.add(parts.get(level).codebook().codewords());
          continue;
        }
        FloatMatrix given = operand.subtracted().get(level);
        Buffer buffer = distinct.get(given);
        if (buffer == null) {
          MemorySegment packed = given.segment();
          if (!packed.isNative()) {
            packed = arena.allocate(packed.byteSize(), Float.BYTES).copyFrom(packed);
          }
          buffer = add(session.context().newBuffer(packed.byteSize()));
          commands.copyBetween(packed, buffer);
          distinct.put(given, buffer);
        }
        subtracted.add(buffer);
      }
      commands.submit();
      commands.await(times);
    } catch (RuntimeException | Error e) {
      commands.forget();
      throw e;
    }
  }

  private <R extends AutoCloseable> R add(R resource) {
    resources.addFirst(resource);
    return resource;
  }

  CompositeOperand operand() {
    return operand;
  }

  /// The screen, the same for all codebooks but for the columns' own constants.
  ScreenPlan plan() {
    return parts.getFirst().plan();
  }

  /// The codebook of a level or head.
  PreparedCodebook part(int part) {
    return parts.get(part);
  }

  /// Whether none of them came in parts after all.
  boolean isWhole() {
    return parts.stream().allMatch(part -> part.codebook().isWhole() && part.resolve() != null);
  }

  /// Makes the residuals for the level behind `level`.
  void subtract(ChunkCommands commands, Buffer rows, int count, int level, Buffer ids) {
    if (subtract != null) {
      subtract.run(
          commands, rows, count, operand.dim(), ids, subtracted.get(level), plan().rowItems());
    }
  }

  /// Device memory held, in bytes.
  long bytes() {
    return parts.stream().distinct().mapToLong(part -> part.codebook().bytes()).sum();
  }

  /// Whether it has left the device, to make room for others.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of ours declares one
      }
    }
    resources.clear();
  }
}
