package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.util.List;

/// How sequences of different lengths become a batch: cut after `mostTokens`, then filled up to the
/// length of the longest, at one side. Pads have the attention 0, the position 0 and the label
/// [Labels#IGNORED]; of the others the attention is 1 and the positions count from 0.
///
/// @param side where pads go: right in training, left where a model generates on
/// @param mostTokens the length after which a sequence is cut, its beginning kept
public record BatchPadding(Side side, int mostTokens) {
  /// Pads behind the sequences, none of them cut.
  public static final BatchPadding RIGHT = new BatchPadding(Side.RIGHT, Integer.MAX_VALUE);

  /// Pads before the sequences, none of them cut.
  public static final BatchPadding LEFT = new BatchPadding(Side.LEFT, Integer.MAX_VALUE);

  /// Where pads go.
  public enum Side {
    /// Before a sequence.
    LEFT,
    /// Behind a sequence.
    RIGHT
  }

  /// Checks that a token may stay.
  public BatchPadding {
    if (mostTokens < 1) {
      throw new IllegalArgumentException("a sequence keeps at least 1 token, not " + mostTokens);
    }
  }

  /// The same side, with sequences cut after `most` tokens.
  public BatchPadding withMostTokens(int most) {
    return new BatchPadding(side, most);
  }

  /// A batch of ids with nothing to learn.
  ///
  /// @param pad the id of pads
  public PaddedIds pad(List<int[]> sequences, int pad) {
    return pad(sequences, sequences.stream().map(ids -> Labels.none(ids.length)).toList(), pad);
  }

  /// A batch of ids and labels.
  ///
  /// @param pad the id of pads
  /// @throws IllegalArgumentException if a sequence does not have as many labels as ids; names it
  public PaddedIds pad(List<int[]> sequences, List<int[]> labels, int pad) {
    if (labels.size() != sequences.size()) {
      throw new IllegalArgumentException(
          "there are %d sequences and labels of %d".formatted(sequences.size(), labels.size()));
    }
    int[] lengths = new int[sequences.size()];
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] = sequences.get(row).length;
      if (labels.get(row).length != lengths[row]) {
        throw new IllegalArgumentException(
            "sequence %d has %d ids and %d labels"
                .formatted(row, lengths[row], labels.get(row).length));
      }
    }
    Frame frame = new Frame(lengths);
    TokenIds ids = TokenIds.allocate(lengths.length, frame.width);
    for (int row = 0; row < lengths.length; row++) {
      for (int column = 0; column < frame.width; column++) {
        ids.set(row, column, pad);
      }
      for (int i = 0; i < frame.kept(row); i++) {
        ids.set(row, frame.begin(row) + i, sequences.get(row)[i]);
      }
      frame.label(row, labels.get(row));
    }
    return new PaddedIds(ids, frame.positions());
  }

  /// A batch of embeddings; the rows of pads are zero.
  ///
  /// @throws IllegalArgumentException if the columns differ, or there is no sequence
  public PaddedEmbeddings pad(List<EmbeddedSequence> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch of embeddings has at least 1 sequence");
    }
    int dim = sequences.getFirst().rows().columns();
    int[] lengths = new int[sequences.size()];
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] = sequences.get(row).length();
      int columns = sequences.get(row).rows().columns();
      if (columns != dim) {
        throw new IllegalArgumentException(
            "sequence 0 has %d columns, sequence %d has %d".formatted(dim, row, columns));
      }
    }
    Frame frame = new Frame(lengths);
    FloatTensor rows = FloatTensor.allocate(lengths.length, frame.width, dim);
    for (int row = 0; row < lengths.length; row++) {
      FloatMatrix source = sequences.get(row).rows();
      FloatMatrix target = rows.atFirst(row);
      for (int i = 0; i < frame.kept(row); i++) {
        source.copyRow(i, target, frame.begin(row) + i);
      }
      frame.label(row, sequences.get(row).labels());
    }
    return new PaddedEmbeddings(rows, frame.positions());
  }

  /// Where each sequence stands in a batch.
  private final class Frame {
    final int width;
    private final int[] lengths;
    private final TokenIds attention;
    private final TokenIds places;
    private final TokenIds labels;
    private final int[] dropped;

    Frame(int[] lengths) {
      this.lengths = lengths;
      int longest = 0;
      for (int length : lengths) {
        longest = Math.max(longest, Math.min(length, mostTokens));
      }
      width = longest;
      attention = TokenIds.allocate(lengths.length, width);
      places = TokenIds.allocate(lengths.length, width);
      labels = TokenIds.allocate(lengths.length, width);
      dropped = new int[lengths.length];
    }

    int kept(int row) {
      return Math.min(lengths[row], mostTokens);
    }

    int begin(int row) {
      return side == Side.RIGHT ? 0 : width - kept(row);
    }

    void label(int row, int[] labelled) {
      dropped[row] = lengths[row] - kept(row);
      for (int column = 0; column < width; column++) {
        int i = column - begin(row);
        boolean real = i >= 0 && i < kept(row);
        attention.set(row, column, real ? 1 : 0);
        places.set(row, column, real ? i : 0);
        labels.set(row, column, real ? labelled[i] : Labels.IGNORED);
      }
    }

    BatchPositions positions() {
      return new BatchPositions(attention, places, labels, TokenIds.of(dropped));
    }
  }
}
