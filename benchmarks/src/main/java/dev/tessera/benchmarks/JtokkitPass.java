package dev.tessera.benchmarks;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// jtokkit, the tokenizer that most Java programs use today.
final class JtokkitPass {
  private static final Map<EncodingType, Encoding> OPEN = new EnumMap<>(EncodingType.class);

  private JtokkitPass() {}

  static Encoding encoding(String name) {
    EncodingType type =
        switch (name) {
          case "cl100k" -> EncodingType.CL100K_BASE;
          case "o200k" -> EncodingType.O200K_BASE;
          case "r50k" -> EncodingType.R50K_BASE;
          default -> throw new IllegalArgumentException("jtokkit has no encoding " + name);
        };
    return OPEN.computeIfAbsent(
        type, missing -> Encodings.newLazyEncodingRegistry().getEncoding(missing));
  }

  /// How long one pass takes.
  static long nanos(String name, byte[] text, LongSupplier clock) {
    Encoding encoding = encoding(name);
    String string = new String(text, StandardCharsets.UTF_8);
    long start = clock.getAsLong();
    int tokens = encoding.encodeOrdinary(string).size();
    long nanos = clock.getAsLong() - start;
    return tokens == 0 ? 0 : nanos;
  }
}
