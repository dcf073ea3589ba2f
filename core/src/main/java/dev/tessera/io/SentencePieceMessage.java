package dev.tessera.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A SentencePiece BPE model as a message of `sentencepiece_model.proto`.
final class SentencePieceMessage {
  private static final int BPE = 2;

  // fields of ModelProto
  private static final int PIECE = 1;
  private static final int TRAINER = 2;
  private static final int NORMALIZER = 3;

  // fields of TrainerSpec
  private static final int MODEL_TYPE = 3;
  private static final int VOCABULARY_SIZE = 4;
  private static final int WHITESPACE_AS_SUFFIX = 24;
  private static final int BYTE_FALLBACK = 35;
  private static final int UNKNOWN_ID = 40;
  private static final int BEGIN_ID = 41;
  private static final int END_ID = 42;
  private static final int UNKNOWN_SURFACE = 44;

  private final SentencePieceModel model;

  SentencePieceMessage(SentencePieceModel model) {
    this.model = model;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (SentencePieceModel.Piece piece : model.pieces()) {
      writeBytes(out, PIECE, piece(piece));
    }
    writeBytes(out, TRAINER, trainer());
    writeBytes(out, NORMALIZER, normalizer());
    return out.toByteArray();
  }

  private static byte[] piece(SentencePieceModel.Piece piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeText(out, 1, piece.text());
    writeKey(out, 2, ProtobufReader.FIXED32);
    int score = Float.floatToRawIntBits(piece.score());
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(score >>> shift);
    }
    if (piece.type() != SentencePieceModel.Type.NORMAL) {
      writeNumber(out, 3, SentencePieceModel.number(piece.type()));
    }
    return out.toByteArray();
  }

  private byte[] trainer() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeNumber(out, MODEL_TYPE, BPE);
    writeNumber(out, VOCABULARY_SIZE, model.pieces().size());
    writeNumber(out, WHITESPACE_AS_SUFFIX, model.whitespaceAsSuffix() ? 1 : 0);
    writeNumber(out, BYTE_FALLBACK, model.byteFallback() ? 1 : 0);
    writeNumber(out, UNKNOWN_ID, id("<unk>"));
    writeNumber(out, BEGIN_ID, id("<s>"));
    writeNumber(out, END_ID, id("</s>"));
    writeText(out, UNKNOWN_SURFACE, model.unknownSurface());
    return out.toByteArray();
  }

  /// The id of a piece, or -1, which a reader takes for none.
  private long id(String text) {
    for (int id = 0; id < model.pieces().size(); id++) {
      if (model.pieces().get(id).text().equals(text)) {
        return id;
      }
    }
    return -1;
  }

  private byte[] normalizer() {
    SentencePieceModel.Normalizer normalizer = model.normalizer();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeText(out, 1, normalizer.name());
    if (normalizer.characterMap().length > 0) {
      writeBytes(out, 2, normalizer.characterMap());
    }
    writeNumber(out, 3, normalizer.addDummyPrefix() ? 1 : 0);
    writeNumber(out, 4, normalizer.removeExtraWhitespace() ? 1 : 0);
    writeNumber(out, 5, normalizer.escapeWhitespace() ? 1 : 0);
    return out.toByteArray();
  }

  private static void writeKey(ByteArrayOutputStream out, int field, int type) {
    writeVarint(out, 8L * field + type);
  }

  private static void writeNumber(ByteArrayOutputStream out, int field, long number) {
    writeKey(out, field, ProtobufReader.VARINT);
    writeVarint(out, number);
  }

  private static void writeText(ByteArrayOutputStream out, int field, String text) {
    writeBytes(out, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeBytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    writeKey(out, field, ProtobufReader.BYTES);
    writeVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void writeVarint(ByteArrayOutputStream out, long number) {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
