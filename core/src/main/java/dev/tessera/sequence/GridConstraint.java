package dev.tessera.sequence;

/// Which ids may come next while a model generates the codes of a grid, so that what it generates
/// is a grid: Emu3's constrained decoding. With `n` ids behind the marker `grid`, each row takes w
/// codes and `endOfRow`, each frame h rows and `endOfFrame`; then come `end`, the end of the
/// sequence, and pads. Immutable and thread-safe.
///
/// (The released helper asks for the end of a row first, wherever `n + 1` is a multiple of `w + 1`:
/// the same as here up to the end of the grid, for w of at least 3 up to the end of the sequence.)
public final class GridConstraint {
  private final int frames;
  private final int height;
  private final int width;
  private final IdRange codes;
  private final IdRange grid;
  private final IdRange endOfRow;
  private final IdRange endOfFrame;
  private final IdRange end;
  private final IdRange endOfSequence;
  private final IdRange pad;

  GridConstraint(
      int frames,
      int height,
      int width,
      IdRange codes,
      IdRange grid,
      IdRange endOfRow,
      IdRange endOfFrame,
      IdRange end,
      IdRange endOfSequence,
      IdRange pad) {
    if (frames < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a grid has at least 1 frame, 1 row and 1 column, not [%d x %d x %d]"
              .formatted(frames, height, width));
    }
    this.frames = frames;
    this.height = height;
    this.width = width;
    this.codes = codes;
    this.grid = grid;
    this.endOfRow = endOfRow;
    this.endOfFrame = endOfFrame;
    this.end = end;
    this.endOfSequence = endOfSequence;
    this.pad = pad;
  }

  /// How many ids stand between the marker `grid` and the end of the sequence: codes, ends of rows
  /// and frames, and the end of the grid.
  public long length() {
    return frames * frameLength() + 1;
  }

  private long frameLength() {
    return (width + 1L) * height + 1;
  }

  /// The ids that may come next, where `generated` ids stand behind the marker `grid`.
  public IdRange allowed(long generated) {
    if (generated < 0) {
      throw new IllegalArgumentException("at least 0 ids are generated, not " + generated);
    }
    long afterFrames = generated - frames * frameLength();
    if (afterFrames >= 0) {
      return afterFrames == 0 ? end : afterFrames == 1 ? endOfSequence : pad;
    }
    long inFrame = generated % frameLength();
    if (inFrame == frameLength() - 1) {
      return endOfFrame;
    }
    return inFrame % (width + 1) == width ? endOfRow : codes;
  }

  /// The ids that may come next behind `ids`, counted from the last marker `grid` in them.
  ///
  /// @throws IllegalArgumentException if that marker does not stand there
  public IdRange allowed(int[] ids) {
    for (int at = ids.length - 1; at >= 0; at--) {
      if (grid.contains(ids[at])) {
        return allowed(ids.length - 1L - at);
      }
    }
    throw new IllegalArgumentException(
        "none of the %d ids is %s (id %d)".formatted(ids.length, grid.name(), grid.first()));
  }
}
