package dev.tessera.text;

import dev.tessera.kernel.SplitPattern;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a reference trainer learned from a small corpus, as `make_fixtures.py` wrote it.
record TrainingFixture(
    String name,
    BpeTrainerOptions options,
    List<byte[]> documents,
    Map<Integer, Integer> byteIds,
    List<List<Integer>> merges) {

  static List<TrainingFixture> read(String file) throws IOException {
    List<TrainingFixture> fixtures = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    TrainingFixture.class.getResourceAsStream("training/" + file), file),
                StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        fixtures.add(readCase(line.split(" "), reader));
      }
    }
    if (fixtures.isEmpty()) {
      throw new IOException(file + " has no cases");
    }
    return fixtures;
  }

  private static TrainingFixture readCase(String[] head, BufferedReader reader) throws IOException {
    List<String> specials = new ArrayList<>();
    List<byte[]> documents = new ArrayList<>();
    Map<Integer, Integer> byteIds = new HashMap<>();
    List<List<Integer>> merges = new ArrayList<>();
    String line = reader.readLine();
    while (!line.equals("end")) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "special" -> specials.add(new String(decode(words), StandardCharsets.UTF_8));
        case "document" -> documents.add(decode(words));
        case "byte" -> byteIds.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
        case "merge" ->
            merges.add(
                List.of(
                    Integer.valueOf(words[1]),
                    Integer.valueOf(words[2]),
                    Integer.valueOf(words[3])));
        default -> throw new IOException("unknown line: " + line);
      }
      line = reader.readLine();
    }
    return new TrainingFixture(
        head[1],
        new BpeTrainerOptions(
            Integer.parseInt(head[2]),
            SplitPattern.GPT2,
            Long.parseLong(head[3]),
            specials,
            Integer.parseInt(head[4])),
        documents,
        byteIds,
        merges);
  }

  private static byte[] decode(String[] words) {
    return words.length == 1 ? new byte[0] : Base64.getDecoder().decode(words[1]);
  }

  /// The id that the reference gave to a byte.
  int byteId(int value) {
    Integer other = byteIds.get(value);
    if (other != null) {
      return other;
    }
    int[] values = GrowingVocabulary.bytesByCharacter();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return options.specialTokens().size() + i;
      }
    }
    throw new IllegalArgumentException("byte " + value);
  }

  @Override
  public String toString() {
    return name;
  }
}
