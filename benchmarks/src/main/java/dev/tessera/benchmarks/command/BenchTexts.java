package dev.tessera.benchmarks.command;

import dev.tessera.benchmarks.Facts;
import dev.tessera.io.AtomicFile;
import dev.tessera.io.ByteLevelBpe;
import dev.tessera.io.RankFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The texts of the text suite in a folder, with the files of the encoding cl100k: the rank file
/// that jtokkit carries, and the same as a `tokenizer.json`, which DJL wants.
///
/// The texts are this project's own, as they were in November 2026: `english` are its documentation
/// comments and its Markdown, `code` is a part of its Java sources. `benchmarks/peers/text_data.py`
/// makes larger ones, in more languages.
final class BenchTexts {
  /// The texts that are always there.
  static final List<String> NAMES = List.of("english", "code");

  private static final String ENCODING = "cl100k";
  private static final String RANKS = ENCODING + "_base.tiktoken";

  /// The encoding's own pattern without possessive quantifiers, which Oniguruma reads otherwise.
  private static final String PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private BenchTexts() {}

  /// Makes what is missing in a folder.
  ///
  /// @throws IOException if something cannot be written, or jtokkit is not on the class path
  static void make(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : NAMES) {
      Path target = folder.resolve(name + ".txt");
      if (!Files.exists(target)) {
        try (InputStream in = new GZIPInputStream(resource("texts/" + name + ".txt.gz"))) {
          copy(in, target);
        }
      }
    }
    Path ranks = folder.resolve(RANKS);
    if (!Files.exists(ranks)) {
      try (InputStream in = resource("/com/knuddels/jtokkit/" + RANKS)) {
        copy(in, ranks);
      }
    }
    Path json = folder.resolve(ENCODING + ".json");
    if (!Files.exists(json)) {
      writeTokenizerJson(RankFile.read(ranks), json);
    }
  }

  /// The texts of a folder that `text_data.py` made, or of ours.
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>(NAMES);
    try (var files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .map(name -> name.substring(0, name.length() - ".txt".length()))
          .filter(name -> !names.contains(name))
          .sorted()
          .forEach(names::add);
    }
    return names;
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Facts.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("the class path has no " + name);
    }
    return in;
  }

  private static void copy(InputStream in, Path target) throws IOException {
    AtomicFile.write(target, in::transferTo);
  }

  private static void writeTokenizerJson(RankFile ranks, Path target) throws IOException {
    List<byte[]> tokens = new ArrayList<>();
    Map<String, Integer> byText = new HashMap<>();
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      tokens.add(ranks.token(rank));
      byText.put(text(ranks.token(rank)), rank);
    }
    List<int[]> merges = new ArrayList<>();
    for (int rank = 0; rank < tokens.size(); rank++) {
      int @Nullable [] parts = parts(text(tokens.get(rank)), rank, byText);
      if (parts != null) {
        merges.add(parts);
      }
    }
    int[] left = merges.stream().mapToInt(merge -> merge[0]).toArray();
    int[] right = merges.stream().mapToInt(merge -> merge[1]).toArray();
    new ByteLevelBpe(tokens, left, right, Map.of(), PATTERN).write(target);
  }

  /// One character a byte.
  private static String text(byte[] token) {
    return new String(token, StandardCharsets.ISO_8859_1);
  }

  /// The two tokens that one of that rank is joined from: what merging by lower ranks leaves; null
  /// for a byte.
  private static int @Nullable [] parts(String token, int rank, Map<String, Integer> ranks) {
    List<String> parts = new ArrayList<>(token.chars().mapToObj(Character::toString).toList());
    while (parts.size() > 2) {
      int best = rank;
      int at = -1;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int joined = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), rank);
        if (joined < best) {
          best = joined;
          at = i;
        }
      }
      if (at < 0) {
        return null;
      }
      parts.set(at, parts.get(at) + parts.remove(at + 1));
    }
    return parts.size() < 2
        ? null
        : new int[] {
          Objects.requireNonNull(ranks.get(parts.get(0))),
          Objects.requireNonNull(ranks.get(parts.get(1)))
        };
  }
}
