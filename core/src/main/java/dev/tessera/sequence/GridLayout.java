package dev.tessera.sequence;

import dev.tessera.io.FormatException;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A grid of codes `[h x w]` as a sequence, its size first and in text: `begin`, the text `h*w`,
/// `grid`, then each row and `endOfRow`, behind the last row, too, then `endOfFrame`, and `end`. A
/// video has several frames of the same size, each up to its `endOfFrame`. The layout of Emu3.
/// Immutable and thread-safe.
public final class GridLayout {
  /// The most digits of a height or a width in a sequence that is read.
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})\\*([1-9][0-9]{0,5})");

  private final UnifiedVocabulary vocabulary;
  private final IdRange codes;
  private final IdRange text;
  private final IdRange begin;
  private final IdRange grid;
  private final IdRange endOfRow;
  private final IdRange endOfFrame;
  private final IdRange end;
  private final BpeTokenizer tokenizer;

  /// @param vocabulary what the ids are; has a range of text
  /// @param codes the range of the codes
  /// @param tokenizer for the size, whose ids are those of the vocabulary's text
  /// @throws IllegalArgumentException if the vocabulary lacks one of them
  public GridLayout(
      UnifiedVocabulary vocabulary, String codes, GridMarkers markers, BpeTokenizer tokenizer) {
    this.vocabulary = vocabulary;
    this.codes = vocabulary.range(codes);
    this.tokenizer = tokenizer;
    text = vocabulary.range(UnifiedVocabulary.TEXT);
    begin = vocabulary.special(markers.begin());
    grid = vocabulary.special(markers.grid());
    endOfRow = vocabulary.special(markers.endOfRow());
    endOfFrame = vocabulary.special(markers.endOfFrame());
    end = vocabulary.special(markers.end());
  }

  /// What stands before the codes: `begin`, the size in text, `grid`. A model that is to generate
  /// the codes gets this at the end of its prompt.
  public int[] opening(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a grid has at least 1 row and 1 column, not [%d x %d]".formatted(height, width));
    }
    int[] size = tokenizer.encodeOrdinary(height + "*" + width);
    int[] ids = new int[size.length + 2];
    ids[0] = begin.first();
    System.arraycopy(size, 0, ids, 1, size.length);
    ids[ids.length - 1] = grid.first();
    return ids;
  }

  /// The sequence of an image `[h x w]`.
  ///
  /// @throws IllegalArgumentException if it has no codes, or one outside its range: names its row
  ///   and column
  public int[] write(TokenIds image) {
    return write(List.of(image));
  }

  /// The sequence of a video, each frame `[h x w]`.
  ///
  /// @throws IllegalArgumentException if there are no frames, or they differ in size, have no
  ///   codes, or one outside its range
  public int[] write(List<TokenIds> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a grid has at least 1 frame");
    }
    int height = Math.toIntExact(frames.getFirst().rows());
    int width = frames.getFirst().columns();
    int[] opening = opening(height, width);
    long length = opening.length + frames.size() * ((width + 1L) * height + 1) + 1;
    int[] ids = new int[Math.toIntExact(length)];
    System.arraycopy(opening, 0, ids, 0, opening.length);
    int at = opening.length;
    for (TokenIds frame : frames) {
      if (frame.rows() != height || frame.columns() != width) {
        throw new IllegalArgumentException(
            "the frames of a video have one size: the first [%d x %d], another one [%d x %d]"
                .formatted(height, width, frame.rows(), frame.columns()));
      }
      int[] raster = codes.ids(frame);
      for (int row = 0; row < height; row++) {
        System.arraycopy(raster, row * width, ids, at, width);
        ids[at + width] = endOfRow.first();
        at += width + 1;
      }
      ids[at++] = endOfFrame.first();
    }
    ids[at] = end.first();
    return ids;
  }

  /// The grid that begins at position `from`.
  ///
  /// @throws MalformedSequenceException if it is not laid out so, is not rectangular, or of another
  ///   size than its text says: names the first place
  public ParsedGrid read(int[] ids, int from) {
    return read(new SequenceReader(vocabulary, ids, from));
  }

  /// All grids of a sequence, with whatever else between them.
  ///
  /// @throws MalformedSequenceException if a grid is not as it must be, or a code or a marker
  ///   stands outside of any: names the first place
  public List<ParsedGrid> readAll(int[] ids) {
    SequenceReader reader = new SequenceReader(vocabulary, ids, 0);
    List<ParsedGrid> grids = new ArrayList<>();
    while (!reader.atEnd()) {
      if (reader.isAt(begin)) {
        grids.add(read(reader));
      } else if (reader.isAt(codes)
          || reader.isAt(grid)
          || reader.isAt(endOfRow)
          || reader.isAt(endOfFrame)
          || reader.isAt(end)) {
        throw reader.refuse(begin.name() + " before what belongs to a grid");
      } else {
        reader.skip();
      }
    }
    return grids;
  }

  private ParsedGrid read(SequenceReader reader) {
    int from = reader.position();
    reader.take(begin, begin.name());
    int sizeFrom = reader.position();
    while (reader.isAt(text) && !reader.isAt(grid)) {
      reader.skip();
    }
    String sizeText = tokenizer.decode(reader.since(sizeFrom));
    Matcher size = SIZE.matcher(sizeText);
    if (!size.matches()) {
      throw new MalformedSequenceException(
          sizeFrom, "a size in text, as in '90*90'", FormatException.quote(sizeText));
    }
    reader.take(grid, grid.name() + " behind the size");
    int height = Integer.parseInt(size.group(1));
    int width = Integer.parseInt(size.group(2));
    List<TokenIds> frames = new ArrayList<>();
    do {
      frames.add(frame(reader, height, width));
    } while (reader.isAt(codes));
    reader.take(end, end.name());
    return new ParsedGrid(from, reader.position(), frames);
  }

  private TokenIds frame(SequenceReader reader, int height, int width) {
    int[] frame = new int[0];
    int filled = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (filled == frame.length) { // not what the text says, but what is there
          frame = Arrays.copyOf(frame, Math.max(1024, 2 * filled));
        }
        if (!reader.isAt(codes)) {
          throw reader.refuse(
              "%s for row %d of %d, column %d of %d"
                  .formatted(codes.name(), row + 1, height, column + 1, width));
        }
        frame[filled++] = reader.take(codes, codes.name());
      }
      if (!reader.isAt(endOfRow)) {
        throw reader.refuse(
            "%s behind the %d codes of row %d of %d"
                .formatted(endOfRow.name(), width, row + 1, height));
      }
      reader.skip();
    }
    reader.take(endOfFrame, endOfFrame.name() + " behind the last row");
    return TokenIds.of(Arrays.copyOf(frame, filled), height, width);
  }

  /// What may come next while a model generates a grid.
  ///
  /// @param endOfSequence the special token that ends the sequence behind the grid
  /// @param pad the special token that follows it
  /// @throws IllegalArgumentException if the vocabulary lacks one of them
  public GridConstraint constraint(
      int frames, int height, int width, String endOfSequence, String pad) {
    return new GridConstraint(
        frames,
        height,
        width,
        codes,
        grid,
        endOfRow,
        endOfFrame,
        end,
        vocabulary.special(endOfSequence),
        vocabulary.special(pad));
  }
}
