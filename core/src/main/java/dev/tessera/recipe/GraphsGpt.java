package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.LayerNorm;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.MoleculeSequence;
import dev.tessera.sequence.MoleculeSerializer;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;

/// GraphsGPT: a molecule as a sequence of atoms and bonds, and as K graph words (Gao et al., arXiv
/// 2402.02464). Follows `A4Bio/GraphsGPT` at commit 8d7db77. [MoleculeSerializer] writes and reads
/// the sequences; this class embeds them for the encoder, and [GraphsGptDecoder] reads what the
/// decoder says.
///
/// A token is the sum of three embeddings, each with a norm of its own: of its id, of the two
/// places that it joins (rows of a table of 128 orthonormal vectors, side by side, through a linear
/// layer), and of whether it is an atom. The released encoder deals rows of that table out to atoms
/// *at random*, also when it is not trained: whoever wants the same words twice says which rows.
/// Thread-safe.
public final class GraphsGpt implements AutoCloseable {
  private static final double EPS = 1e-5;

  private final Embedding tokens;
  private final Embedding identifiers;
  private final Embedding words;
  private final Embedding wordPositions;
  private final FloatMatrix places;
  private final Linear placeProjection;
  private final LayerNorm placeNorm;

  private GraphsGpt(
      Embedding tokens,
      Embedding identifiers,
      Embedding words,
      Embedding wordPositions,
      FloatMatrix places,
      Linear placeProjection,
      LayerNorm placeNorm) {
    this.tokens = tokens;
    this.identifiers = identifiers;
    this.words = words;
    this.wordPositions = wordPositions;
    this.places = places;
    this.placeProjection = placeProjection;
    this.placeNorm = placeNorm;
  }

  /// Rows of a table behind a norm.
  private record Embedding(FloatMatrix rows) {
    static Embedding of(Weights weights, String name, int columns) throws IOException {
      FloatMatrix stored = weights.matrix(name + ".weight");
      return new Embedding(weights.layerNorm(name + ".norm", columns, EPS).apply(stored));
    }

    void add(int id, FloatMatrix to, long row) {
      for (int i = 0; i < to.columns(); i++) {
        to.set(row, i, to.get(row, i) + rows.get(id, i));
      }
    }
  }

  /// The embeddings of an encoder: `embed_tokens`, `embed_identifier`, `embed_fingerprint`,
  /// `embed_fingerprint_position` and `embed_graph_position`.
  ///
  /// @param weights those of the encoder, as in `Weights.of(file).under("encoder.")`
  /// @throws IOException if a tensor is missing, or has another shape
  public static GraphsGpt of(Tessera tessera, Weights weights) throws IOException {
    String position = "embed_graph_position.";
    int hidden = weights.matrix("embed_tokens.weight").columns();
    int most = MoleculeSerializer.MOST_ATOMS;
    FloatMatrix places =
        weights.matrix(position + "learnable_orthonormal_features.weight", most, most);
    FloatMatrix projection =
        weights.matrix(position + "graph_position_proj.weight", hidden, 2 * most);
    return new GraphsGpt(
        Embedding.of(weights, "embed_tokens", hidden),
        Embedding.of(weights, "embed_identifier", hidden),
        Embedding.of(weights, "embed_fingerprint", hidden),
        Embedding.of(weights, "embed_fingerprint_position", hidden),
        places,
        tessera.linear(projection, null, Activation.NONE),
        weights.layerNorm(position + "norm", hidden, EPS));
  }

  /// What the encoder takes: a row for each graph word, then one for each token.
  ///
  /// @param graphWords how many, at most as many as the model has positions for
  /// @param rows the row of the table for each place of the sequence, all different; 0, 1, 2 and so
  ///   on in the decoder
  /// @return `[graphWords + tokens x hidden]`
  /// @throws IllegalArgumentException if there are fewer rows than atoms, or one is outside the
  ///   table
  public FloatMatrix embed(MoleculeSequence sequence, int graphWords, int[] rows) {
    if (graphWords < 0 || graphWords > wordPositions.rows().rows()) {
      throw new IllegalArgumentException(
          "the model has positions for %d graph words, not %d"
              .formatted(wordPositions.rows().rows(), graphWords));
    }
    FloatMatrix embedded =
        FloatMatrix.allocate(graphWords + (long) sequence.length(), tokens.rows().columns());
    for (int word = 0; word < graphWords; word++) {
      words.add(0, embedded, word);
      wordPositions.add(word, embedded, word);
    }
    FloatMatrix placed = placeNorm.apply(placeProjection.apply(places(sequence, rows)));
    for (int i = 0; i < sequence.length(); i++) {
      long row = graphWords + (long) i;
      tokens.add(sequence.ids()[i], embedded, row);
      identifiers.add(sequence.isAtom(i) ? 1 : 0, embedded, row);
      for (int column = 0; column < embedded.columns(); column++) {
        embedded.set(row, column, embedded.get(row, column) + placed.get(i, column));
      }
    }
    return embedded;
  }

  private FloatMatrix places(MoleculeSequence sequence, int[] rows) {
    int width = places.columns();
    FloatMatrix pairs = FloatMatrix.allocate(sequence.length(), 2 * width);
    for (int i = 0; i < sequence.length(); i++) {
      int begin = row(sequence.begins()[i], rows);
      int end = row(sequence.ends()[i], rows);
      for (int column = 0; column < width; column++) {
        pairs.set(i, column, places.get(begin, column));
        pairs.set(i, width + column, places.get(end, column));
      }
    }
    return pairs;
  }

  private int row(int place, int[] rows) {
    if (place < 0 || place >= rows.length || rows[place] < 0 || rows[place] >= places.rows()) {
      throw new IllegalArgumentException(
          "place %d has no row of the table: there are rows for %d places, in [0, %d)"
              .formatted(place, rows.length, places.rows()));
    }
    return rows[place];
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    placeProjection.close();
  }
}
