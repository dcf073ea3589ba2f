package dev.tessera.graph;

import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopKernel.Storage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What hop tokens are wanted and how they are to lie.
///
/// @param hops K, how many hops to take; 0 gives the features alone
/// @param layout how new tokens lie in memory
/// @param lastOnly whether hop K alone is wanted, instead of hops 0 to K
/// @param rowOrder in whose numbering rows are written; see [HopTokens#order()]
/// @param bufferBytes how much memory tokens that go to a mapped file may be computed in: what
///   needs more takes the features some columns at a time, at least 16
/// @param storage how rows may be held while they are gathered. With [Storage#BFLOAT16] the bits
///   depend on the backend and the graph, as a kernel may still hold float32; the error is bounded
/// @param scratch a folder with room for the tokens once more, or null: tokens for a mapped file
///   that are computed some columns at a time wait there, and each page of the file is written once
///   instead of once for every few columns. Nothing stays behind
public record HopOptions(
    int hops,
    Layout layout,
    boolean lastOnly,
    RowOrder rowOrder,
    long bufferBytes,
    Storage storage,
    @Nullable Path scratch) {
  /// A gigabyte.
  public static final long DEFAULT_BUFFER_BYTES = 1L << 30;

  /// How tokens lie in memory. The axes are the same: `[nodes x hops x dim]`.
  public enum Layout {
    /// A node's hops side by side, as transformers read them.
    NODE_MAJOR,

    /// A hop's nodes side by side: cheaper to write.
    HOP_MAJOR
  }

  /// Checks the numbers.
  public HopOptions {
    if (hops < 0) {
      throw new IllegalArgumentException("at least 0 hops are taken, not " + hops);
    }
    if (bufferBytes < 1) {
      throw new IllegalArgumentException(
          "hops need at least 1 byte of buffers, not " + bufferBytes);
    }
  }

  /// Hops 0 to K, node by node, in the caller's numbering, from float32.
  public static HopOptions of(int hops) {
    return new HopOptions(
        hops,
        Layout.NODE_MAJOR,
        false,
        RowOrder.CALLER,
        DEFAULT_BUFFER_BYTES,
        Storage.FLOAT32,
        null);
  }

  /// These options with another layout.
  public HopOptions withLayout(Layout other) {
    return new HopOptions(hops, other, lastOnly, rowOrder, bufferBytes, storage, scratch);
  }

  /// These options for hop K alone.
  public HopOptions withLastOnly() {
    return new HopOptions(hops, layout, true, rowOrder, bufferBytes, storage, scratch);
  }

  /// These options with rows in another numbering.
  public HopOptions withRowOrder(RowOrder other) {
    return new HopOptions(hops, layout, lastOnly, other, bufferBytes, storage, scratch);
  }

  /// These options with other memory for buffers.
  public HopOptions withBufferBytes(long bytes) {
    return new HopOptions(hops, layout, lastOnly, rowOrder, bytes, storage, scratch);
  }

  /// These options with rows held otherwise while they are gathered.
  public HopOptions withStorage(Storage other) {
    return new HopOptions(hops, layout, lastOnly, rowOrder, bufferBytes, other, scratch);
  }

  /// These options with a folder for tokens that do not fit in the buffers, or null.
  public HopOptions withScratch(@Nullable Path folder) {
    return new HopOptions(hops, layout, lastOnly, rowOrder, bufferBytes, storage, folder);
  }

  /// How many hops are kept: K + 1, or one.
  public int kept() {
    return lastOnly ? 1 : hops + 1;
  }
}
