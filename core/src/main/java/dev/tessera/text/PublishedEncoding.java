package dev.tessera.text;

import dev.tessera.kernel.SplitPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The encodings that are published as a rank file, with their patterns and special tokens.
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
enum PublishedEncoding {
  GPT2(List.of("gpt2", "r50k", "r50k_base"), "r50k_base.tiktoken", SplitPattern.GPT2, 50256),
  P50K(List.of("p50k", "p50k_base"), "p50k_base.tiktoken", SplitPattern.GPT2, 50281),
  P50K_EDIT(List.of("p50k_edit"), "p50k_base.tiktoken", SplitPattern.GPT2, 50281),
  CL100K(List.of("cl100k", "cl100k_base"), "cl100k_base.tiktoken", SplitPattern.CL100K, 100256),
  O200K(List.of("o200k", "o200k_base"), "o200k_base.tiktoken", SplitPattern.O200K, 199998),
  O200K_HARMONY(List.of("o200k_harmony"), "o200k_base.tiktoken", SplitPattern.O200K, 199998),
  LLAMA3(List.of("llama3"), "tokenizer.model", SplitPattern.LLAMA3, 128000),
  QWEN2(List.of("qwen2"), "qwen.tiktoken", SplitPattern.QWEN2, 151643),
  EMU3(List.of("emu3"), "emu3.tiktoken", SplitPattern.QWEN2, 151643);

  private static final String END_OF_TEXT = "<|endoftext|>";

  private final List<String> names;
  private final String file;
  private final SplitPattern pattern;
  private final int ranks;

  PublishedEncoding(List<String> names, String file, SplitPattern pattern, int ranks) {
    this.names = names;
    this.file = file;
    this.pattern = pattern;
    this.ranks = ranks;
  }

  /// The encoding that is called `name`.
  ///
  /// @throws IllegalArgumentException if there is none
  static PublishedEncoding named(String name) {
    Set<String> known = new TreeSet<>();
    for (PublishedEncoding encoding : values()) {
      if (encoding.names.contains(name)) {
        return encoding;
      }
      known.addAll(encoding.names);
    }
    throw new IllegalArgumentException(
        "there is no encoding called %s; there are %s".formatted(name, String.join(", ", known)));
  }

  /// What its rank file is usually called.
  String file() {
    return file;
  }

  SplitPattern pattern() {
    return pattern;
  }

  /// One more than the greatest rank of its file.
  int ranks() {
    return ranks;
  }

  /// Whether text is brought into the normal form NFC first.
  boolean normalizes() {
    return this == QWEN2 || this == EMU3;
  }

  Map<String, Integer> specialTokens() {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    switch (this) {
      case GPT2, P50K -> tokens.put(END_OF_TEXT, 50256);
      case P50K_EDIT -> {
        tokens.put(END_OF_TEXT, 50256);
        tokens.put("<|fim_prefix|>", 50281);
        tokens.put("<|fim_middle|>", 50282);
        tokens.put("<|fim_suffix|>", 50283);
      }
      case CL100K -> {
        tokens.put(END_OF_TEXT, 100257);
        tokens.put("<|fim_prefix|>", 100258);
        tokens.put("<|fim_middle|>", 100259);
        tokens.put("<|fim_suffix|>", 100260);
        tokens.put("<|endofprompt|>", 100276);
      }
      case O200K -> {
        tokens.put(END_OF_TEXT, 199999);
        tokens.put("<|endofprompt|>", 200018);
      }
      case O200K_HARMONY -> harmony(tokens);
      case LLAMA3 -> llama3(tokens);
      case QWEN2 -> numbered(tokens, ranks, END_OF_TEXT, "<|im_start|>", "<|im_end|>");
      case EMU3 -> emu3(tokens);
    }
    return tokens;
  }

  private static void numbered(Map<String, Integer> tokens, int first, String... names) {
    int id = first;
    for (String name : names) {
      tokens.put(name, id++);
    }
  }

  private static void harmony(Map<String, Integer> tokens) {
    numbered(
        tokens,
        199998,
        "<|startoftext|>",
        END_OF_TEXT,
        "<|reserved_200000|>",
        "<|reserved_200001|>",
        "<|return|>",
        "<|constrain|>",
        "<|reserved_200004|>",
        "<|channel|>",
        "<|start|>",
        "<|end|>",
        "<|message|>",
        "<|reserved_200009|>",
        "<|reserved_200010|>",
        "<|reserved_200011|>",
        "<|call|>");
    for (int id = 200013; id < 201088; id++) {
      tokens.put("<|reserved_" + id + "|>", id);
    }
    tokens.put("<|endofprompt|>", 200018); // which <|reserved_200018|> is, too
  }

  private static void llama3(Map<String, Integer> tokens) {
    numbered(
        tokens,
        128000,
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|reserved_special_token_0|>",
        "<|reserved_special_token_1|>",
        "<|reserved_special_token_2|>",
        "<|reserved_special_token_3|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|reserved_special_token_4|>",
        "<|eot_id|>");
    for (int i = 5; i < 251; i++) {
      tokens.put("<|reserved_special_token_" + i + "|>", 128005 + i);
    }
  }

  private static void emu3(Map<String, Integer> tokens) {
    numbered(tokens, 151643, END_OF_TEXT, "<|im_start|>", "<|im_end|>");
    for (int i = 0; i < 205; i++) {
      tokens.put("<|extra_" + i + "|>", 151646 + i);
    }
    numbered(tokens, 151851, "<|image token|>", "<|image start|>", "<|image end|>");
    for (int code = 0; code < 32768; code++) {
      tokens.put("<|visual token %06d|>".formatted(code), 151854 + code);
    }
  }
}
