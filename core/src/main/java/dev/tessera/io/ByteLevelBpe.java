package dev.tessera.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A byte-level encoding as it is written to a `tokenizer.json`.
///
/// @param tokens by ascending id; those of special tokens are their text in UTF-8
/// @param left `[merges]`, the left token of each merge, in the order in which they apply
/// @param right `[merges]`, the right one
/// @param specialTokens the special tokens and their ids
/// @param pattern the regular expression whose matches are the pieces; null for GPT-2's
@SuppressWarnings("ArrayRecordComponent") // handed over, and written at once
public record ByteLevelBpe(
    List<byte[]> tokens,
    int[] left,
    int[] right,
    Map<String, Integer> specialTokens,
    @Nullable String pattern) {
  /// Checks that the two sides of the merges are as many.
  public ByteLevelBpe {
    if (left.length != right.length) {
      throw new IllegalArgumentException(
          "merges have %d left tokens and %d right ones".formatted(left.length, right.length));
    }
  }

  /// Writes a `tokenizer.json`, which appears whole or not at all, and which Hugging Face's
  /// tokenizers and [TokenizerJson] read.
  public void write(Path file) throws IOException {
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

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeNullField("truncation");
    json.writeNullField("padding");
    json.writeArrayFieldStart("added_tokens");
    Map<Integer, String> byId = new TreeMap<>();
    specialTokens.forEach((token, id) -> byId.put(id, token));
    for (Map.Entry<Integer, String> special : byId.entrySet()) {
      json.writeStartObject();
      json.writeNumberField("id", special.getKey());
      json.writeStringField("content", special.getValue());
      json.writeBooleanField("single_word", false);
      json.writeBooleanField("lstrip", false);
      json.writeBooleanField("rstrip", false);
      json.writeBooleanField("normalized", false);
      json.writeBooleanField("special", true);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullField("normalizer");
    writePreTokenizer(json);
    json.writeObjectFieldStart("post_processor");
    writeByteLevel(json, true);
    json.writeObjectFieldStart("decoder");
    writeByteLevel(json, true);
    writeModel(json, byId);
    json.writeEndObject();
  }

  private void writePreTokenizer(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("pre_tokenizer");
    if (pattern == null) {
      writeByteLevel(json, true);
      return;
    }
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("pretokenizers");
    json.writeStartObject();
    json.writeStringField("type", "Split");
    json.writeObjectFieldStart("pattern");
    json.writeStringField("Regex", pattern);
    json.writeEndObject();
    json.writeStringField("behavior", "Isolated");
    json.writeBooleanField("invert", false);
    json.writeEndObject();
    json.writeStartObject();
    writeByteLevel(json, false);
    json.writeEndArray();
    json.writeEndObject();
  }

  /// The fields of a ByteLevel component, and its end.
  private static void writeByteLevel(JsonGenerator json, boolean useRegex) throws IOException {
    json.writeStringField("type", "ByteLevel");
    json.writeBooleanField("add_prefix_space", false);
    json.writeBooleanField("trim_offsets", true);
    json.writeBooleanField("use_regex", useRegex);
    json.writeEndObject();
  }

  private void writeModel(JsonGenerator json, Map<Integer, String> specials) throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    json.writeNullField("dropout");
    json.writeNullField("unk_token");
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", false);
    json.writeBooleanField("byte_fallback", false);
    json.writeBooleanField("ignore_merges", false);
    json.writeObjectFieldStart("vocab");
    String[] spelled = new String[tokens.size()];
    for (int id = 0; id < spelled.length; id++) {
      String special = specials.get(id);
      spelled[id] = special == null ? ByteLevelAlphabet.spell(tokens.get(id)) : special;
      json.writeNumberField(spelled[id], id);
    }
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    for (int merge = 0; merge < left.length; merge++) {
      json.writeStartArray();
      json.writeString(spelled[left[merge]]);
      json.writeString(spelled[right[merge]]);
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
