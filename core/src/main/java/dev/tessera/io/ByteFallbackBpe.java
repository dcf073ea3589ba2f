package dev.tessera.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A SentencePiece BPE model with byte fallback and no character map, and its merges, as they are
/// written: to a `tokenizer.json` in the form that Llama 2's has, or to a `.model`.
///
/// @param model the pieces, and what is done to text
/// @param left `[merges]`, the left piece of each merge, in the order in which they apply
/// @param right `[merges]`, the right one
@SuppressWarnings("ArrayRecordComponent") // handed over, and written at once
public record ByteFallbackBpe(SentencePieceModel model, int[] left, int[] right) {
  private static final String SPACE = "\u2581";

  /// Checks that the model is one that can be written.
  public ByteFallbackBpe {
    if (left.length != right.length) {
      throw new IllegalArgumentException(
          "merges have %d left pieces and %d right ones".formatted(left.length, right.length));
    }
    if (!model.byteFallback()
        || model.whitespaceAsSuffix()
        || model.normalizer().characterMap().length > 0) {
      throw new IllegalArgumentException(
          "the model must have byte fallback, spaces before words, and no character map");
    }
  }

  /// Writes a `tokenizer.json`, which appears whole or not at all.
  public void writeTokenizerJson(Path file) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            write(json);
          }
        });
  }

  /// Writes a `.model`, which appears whole or not at all.
  public void writeModel(Path file) throws IOException {
    byte[] message = new SentencePieceMessage(model).bytes();
    AtomicFile.write(file, out -> out.write(message));
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeNullField("truncation");
    json.writeNullField("padding");
    json.writeArrayFieldStart("added_tokens");
    List<SentencePieceModel.Piece> pieces = model.pieces();
    for (int id = 0; id < pieces.size(); id++) {
      SentencePieceModel.Type type = pieces.get(id).type();
      if (type == SentencePieceModel.Type.UNKNOWN || type == SentencePieceModel.Type.CONTROL) {
        writeSpecial(json, id, pieces.get(id).text());
      }
    }
    json.writeEndArray();
    json.writeFieldName("normalizer");
    writeNormalizer(json);
    json.writeNullField("pre_tokenizer");
    json.writeNullField("post_processor");
    json.writeFieldName("decoder");
    writeDecoder(json);
    writeModel(json);
    json.writeEndObject();
  }

  private static void writeSpecial(JsonGenerator json, int id, String text) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", id);
    json.writeStringField("content", text);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      json.writeBooleanField(flag, false);
    }
    json.writeBooleanField("special", true);
    json.writeEndObject();
  }

  private void writeNormalizer(JsonGenerator json) throws IOException {
    SentencePieceModel.Normalizer normalizer = model.normalizer();
    beginSequence(json, "normalizers");
    if (normalizer.removeExtraWhitespace()) {
      json.writeStartObject();
      json.writeStringField("type", "Strip");
      json.writeBooleanField("strip_left", true);
      json.writeBooleanField("strip_right", true);
      json.writeEndObject();
      writeReplace(json, Map.of("Regex", " {2,}"), " ");
    }
    if (normalizer.addDummyPrefix()) {
      json.writeStartObject();
      json.writeStringField("type", "Prepend");
      json.writeStringField("prepend", SPACE);
      json.writeEndObject();
    }
    writeReplace(json, Map.of("String", " "), SPACE);
    endSequence(json);
  }

  private void writeDecoder(JsonGenerator json) throws IOException {
    beginSequence(json, "decoders");
    writeReplace(json, Map.of("String", SPACE), " ");
    for (String type : List.of("ByteFallback", "Fuse")) {
      json.writeStartObject();
      json.writeStringField("type", type);
      json.writeEndObject();
    }
    if (model.normalizer().addDummyPrefix()) {
      json.writeStartObject();
      json.writeStringField("type", "Strip");
      json.writeStringField("content", " ");
      json.writeNumberField("start", 1);
      json.writeNumberField("stop", 0);
      json.writeEndObject();
    }
    endSequence(json);
  }

  private static void beginSequence(JsonGenerator json, String members) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart(members);
  }

  private static void endSequence(JsonGenerator json) throws IOException {
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeReplace(JsonGenerator json, Map<String, String> pattern, String content)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "Replace");
    json.writeObjectFieldStart("pattern");
    for (Map.Entry<String, String> entry : pattern.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeStringField("content", content);
    json.writeEndObject();
  }

  private void writeModel(JsonGenerator json) throws IOException {
    List<SentencePieceModel.Piece> pieces = model.pieces();
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    json.writeNullField("dropout");
    json.writeStringField("unk_token", unknown());
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", true);
    json.writeBooleanField("byte_fallback", true);
    json.writeBooleanField("ignore_merges", false);
    json.writeObjectFieldStart("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      json.writeNumberField(pieces.get(id).text(), id);
    }
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    for (int merge = 0; merge < left.length; merge++) {
      json.writeStartArray();
      json.writeString(pieces.get(left[merge]).text());
      json.writeString(pieces.get(right[merge]).text());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private String unknown() {
    return model.pieces().stream()
        .filter(piece -> piece.type() == SentencePieceModel.Type.UNKNOWN)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the model has no piece for the unknown"))
        .text();
  }
}
