package dev.tessera.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A SentencePiece `.model` with byte-pair encoding. Immutable.
///
/// @param pieces by ascending id
/// @param normalizer what is done to text first
/// @param byteFallback whether a character without a piece becomes pieces of the type `BYTE`
/// @param whitespaceAsSuffix whether the space that is added stands behind the text, not before it
/// @param unknownSurface what an unknown piece is decoded to
public record SentencePieceModel(
    List<Piece> pieces,
    Normalizer normalizer,
    boolean byteFallback,
    boolean whitespaceAsSuffix,
    String unknownSurface) {
  private static final long MOST_FILE_BYTES = 256L << 20;
  private static final int MOST_PIECES = 1 << 21;
  private static final int BYTE_VALUES = 256;
  private static final int BPE = 2;

  /// The types as the format numbers them, from 1 on.
  private static final List<Type> TYPES =
      List.of(Type.NORMAL, Type.UNKNOWN, Type.CONTROL, Type.USER_DEFINED, Type.UNUSED, Type.BYTE);

  private static final List<String> MODEL_TYPES = List.of("Unigram", "BPE", "Word", "Char");

  /// What a piece is for.
  public enum Type {
    /// Text that merging leads to.
    NORMAL,
    /// Stands for what has no piece.
    UNKNOWN,
    /// Is never found in text, such as `<s>`.
    CONTROL,
    /// Is always one piece where it stands in text.
    USER_DEFINED,
    /// Is taken apart where merging leads to it.
    UNUSED,
    /// A byte.
    BYTE
  }

  /// The number that the format has for a type.
  static long number(Type type) {
    return TYPES.indexOf(type) + 1L;
  }

  /// One piece.
  ///
  /// @param text spaces as U+2581
  /// @param score the greater, the earlier it is made
  public record Piece(String text, float score, Type type) {}

  /// What is done to text before it is encoded.
  ///
  /// @param name such as `identity` or `nmt_nfkc`
  /// @param characterMap the compiled rules: the bytes of a double-array trie, with their length in
  ///   4 bytes before them, and the texts that it leads to; empty if there are none
  /// @param addDummyPrefix whether a space is put before the text
  /// @param removeExtraWhitespace whether spaces at both ends go and several become one
  /// @param escapeWhitespace whether spaces become U+2581
  @SuppressWarnings("ArrayRecordComponent") // shared by those who know
  public record Normalizer(
      String name,
      byte[] characterMap,
      boolean addDummyPrefix,
      boolean removeExtraWhitespace,
      boolean escapeWhitespace) {}

  /// Reads `file`.
  ///
  /// @throws FormatException if it is no such file, or no BPE model
  public static SentencePieceModel read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /// Reads `in` to its end.
  ///
  /// @param name what messages call it
  /// @throws FormatException as [#read(Path)]
  public static SentencePieceModel read(InputStream in, String name) throws IOException {
    byte[] data = in.readNBytes((int) MOST_FILE_BYTES + 1);
    if (data.length > MOST_FILE_BYTES) {
      throw new FormatException(
          name + ": expected a model of at most " + MOST_FILE_BYTES + " bytes, found more");
    }
    return new Reader(name, data).parse();
  }

  /// Reads the messages of `sentencepiece_model.proto`.
  private static final class Reader {
    private final String file;
    private final ProtobufReader model;
    private final List<Piece> pieces = new ArrayList<>();
    private boolean hasTrainer;
    private int modelType = 1;
    private boolean byteFallback;
    private boolean whitespaceAsSuffix;
    private String unknownSurface = " \u2047 ";
    private String normalizerName = "";
    private byte[] characterMap = {};
    private boolean addDummyPrefix = true;
    private boolean removeExtraWhitespace = true;
    private boolean escapeWhitespace = true;

    Reader(String file, byte[] data) {
      this.file = file;
      this.model = new ProtobufReader(file, data);
    }

    SentencePieceModel parse() throws FormatException {
      while (model.next()) {
        switch (model.field()) {
          case 1 -> {
            if (pieces.size() == MOST_PIECES) {
              throw model.error("at most " + MOST_PIECES + " pieces", "more");
            }
            pieces.add(piece(model.message()));
          }
          case 2 -> trainer(model.message());
          case 3 -> normalizer(model.message());
          case 5 -> denormalizer(model.message());
          default -> model.skip();
        }
      }
      if (!hasTrainer || modelType != BPE) {
        String found =
            hasTrainer && modelType >= 1 && modelType <= MODEL_TYPES.size()
                ? "a model of the type " + MODEL_TYPES.get(modelType - 1)
                : "none";
        throw new FormatException(file + ": expected a SentencePiece BPE model, found " + found);
      }
      check();
      return new SentencePieceModel(
          List.copyOf(pieces),
          new Normalizer(
              normalizerName,
              characterMap,
              addDummyPrefix,
              removeExtraWhitespace,
              escapeWhitespace),
          byteFallback,
          whitespaceAsSuffix,
          unknownSurface);
    }

    private static Piece piece(ProtobufReader message) throws FormatException {
      String text = "";
      float score = 0;
      Type type = Type.NORMAL;
      while (message.next()) {
        switch (message.field()) {
          case 1 -> text = message.text();
          case 2 -> score = message.decimal();
          case 3 -> {
            long number = message.number();
            if (number < 1 || number > TYPES.size()) {
              throw message.error("a type of 1 to 6", Long.toString(number));
            }
            type = TYPES.get((int) number - 1);
          }
          default -> message.skip();
        }
      }
      if (text.isEmpty()) {
        throw message.error("a piece with a text", "an empty one");
      }
      if (Float.isNaN(score)) {
        throw message.error("a score for the piece " + FormatException.quote(text), "NaN");
      }
      return new Piece(text, score, type);
    }

    private void trainer(ProtobufReader message) throws FormatException {
      hasTrainer = true;
      while (message.next()) {
        switch (message.field()) {
          case 3 -> modelType = Math.clamp(message.number(), 0, 99);
          case 24 -> whitespaceAsSuffix = message.flag();
          case 35 -> byteFallback = message.flag();
          case 44 -> unknownSurface = message.text();
          default -> message.skip();
        }
      }
    }

    private void normalizer(ProtobufReader message) throws FormatException {
      while (message.next()) {
        switch (message.field()) {
          case 1 -> normalizerName = message.text();
          case 2 -> characterMap = message.bytes();
          case 3 -> addDummyPrefix = message.flag();
          case 4 -> removeExtraWhitespace = message.flag();
          case 5 -> escapeWhitespace = message.flag();
          default -> message.skip();
        }
      }
    }

    private void denormalizer(ProtobufReader message) throws FormatException {
      while (message.next()) {
        if (message.field() == 2 && message.bytes().length > 0) {
          throw new FormatException(
              file + ": asks for a denormalizer, which Tessera does not have");
        } else if (message.field() != 2) {
          message.skip();
        }
      }
    }

    private void check() throws FormatException {
      Set<String> texts = new HashSet<>();
      int unknown = 0;
      @Nullable String[] bytes = new @Nullable String[BYTE_VALUES];
      for (int id = 0; id < pieces.size(); id++) {
        Piece piece = pieces.get(id);
        if (!texts.add(piece.text())) {
          throw error(id, "each piece once", FormatException.quote(piece.text()) + " again");
        }
        unknown += piece.type() == Type.UNKNOWN ? 1 : 0;
        if (piece.type() == Type.BYTE) {
          bytes[byteValue(id, piece.text())] = piece.text();
        }
      }
      if (unknown != 1) {
        throw new FormatException(
            file + ": expected one piece of the type UNKNOWN, found " + unknown);
      }
      if (byteFallback && Arrays.asList(bytes).contains(null)) {
        throw new FormatException(
            "%s: expected a piece for each byte, found none for the byte 0x%02X"
                .formatted(file, Arrays.asList(bytes).indexOf(null)));
      }
    }

    private int byteValue(int id, String text) throws FormatException {
      if (byteFallback && text.matches("<0x[0-9A-F]{2}>")) {
        return Integer.parseInt(text.substring(3, 5), 16);
      }
      throw error(
          id,
          byteFallback ? "a byte piece such as '<0x0A>'" : "no byte pieces without byte fallback",
          FormatException.quote(text));
    }

    private FormatException error(int id, String expected, String found) {
      return new FormatException(
          file + ", piece " + id + ": expected " + expected + ", found " + found);
    }
  }
}
