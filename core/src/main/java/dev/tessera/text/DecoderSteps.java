package dev.tessera.text;

import dev.tessera.io.ByteLevelAlphabet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Turns tokens into text as a `tokenizer.json` says: a list of steps, each from texts to texts,
/// which are joined at last. Immutable.
///
/// @param tokens the text of each token, by id
/// @param steps in order
/// @param separator what stands between the texts at last
@SuppressWarnings("ArrayRecordComponent") // shared, and compared by nobody
record DecoderSteps(
    @Nullable String[] tokens, List<UnaryOperator<List<String>>> steps, String separator)
    implements TokenDecoder {
  @Override
  public String decode(int[] ids, int from, int to, boolean begins) {
    List<String> texts = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      String token = tokens[ids[i]];
      texts.add(token == null ? "" : token);
    }
    for (UnaryOperator<List<String>> step : steps) {
      texts = step.apply(texts);
    }
    return String.join(separator, texts);
  }

  /// Bytes of a byte-level vocabulary; a token that spells none stands for itself.
  static List<String> byteLevel(List<String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] spelled = ByteLevelAlphabet.read(text);
      bytes.writeBytes(spelled == null ? Utf8.bytes(text) : spelled);
    }
    return List.of(bytes.toString(StandardCharsets.UTF_8));
  }

  /// Runs of tokens `<0x..>` become the characters that their bytes are; each becomes U+FFFD if
  /// they are not UTF-8.
  static List<String> byteFallback(List<String> texts) {
    List<String> changed = new ArrayList<>(texts.size());
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    for (String text : texts) {
      int value = byteValue(text);
      if (value >= 0) {
        run.write(value);
      } else {
        flush(run, changed);
        changed.add(text);
      }
    }
    flush(run, changed);
    return changed;
  }

  private static int byteValue(String text) {
    if (text.length() != 6 || !text.startsWith("<0x") || !text.endsWith(">")) {
      return -1;
    }
    int high = Character.digit(text.charAt(3), 16);
    int low = Character.digit(text.charAt(4), 16);
    boolean plus = text.charAt(3) == '+' && low >= 0; // which Rust reads as a number, too
    return plus ? low : high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static void flush(ByteArrayOutputStream run, List<String> texts) {
    if (run.size() == 0) {
      return;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(run.toByteArray());
      texts.add(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      for (int i = 0; i < run.size(); i++) {
        texts.add("\uFFFD");
      }
    }
    run.reset();
  }

  /// All texts become one.
  static List<String> fuse(List<String> texts) {
    return List.of(String.join("", texts));
  }

  /// Takes a character away from the beginning and the end of each text.
  ///
  /// @param start how many times at the beginning
  /// @param stop how many times at the end
  static List<String> strip(List<String> texts, int content, int start, int stop) {
    return texts.stream().map(text -> strip(text, content, start, stop)).toList();
  }

  private static String strip(String text, int content, int start, int stop) {
    int[] points = text.codePoints().toArray();
    int from = 0;
    while (from < Math.min(start, points.length) && points[from] == content) {
      from++;
    }
    int to = points.length;
    while (to > from && points.length - to < stop && points[to - 1] == content) {
      to--;
    }
    return new String(points, from, to - from);
  }

  /// A replacement becomes a space; in the first text it is dropped.
  static List<String> metaspace(List<String> texts, String replacement, boolean dropFirst) {
    List<String> changed = new ArrayList<>(texts.size());
    for (String text : texts) {
      boolean drop = dropFirst && changed.isEmpty();
      changed.add(text.replace(replacement, drop ? "" : " "));
    }
    return changed;
  }
}
