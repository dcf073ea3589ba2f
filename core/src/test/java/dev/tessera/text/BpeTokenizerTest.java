package dev.tessera.text;

import static dev.tessera.text.SampleVocabulary.END;
import static dev.tessera.text.SampleVocabulary.END_OF_PROMPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.SplitPattern;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BpeTokenizerTest {
  private static final TextModel MODEL = SampleVocabulary.model(SplitPattern.CL100K, 1200, false);

  private static Backends auto;
  private static BpeTokenizer tokenizer;

  @BeforeAll
  static void open() {
    auto = Backends.open(Backends.AUTO, new BackendOptions(1));
    tokenizer = new BpeTokenizer(auto, MODEL, TextOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    auto.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void theSpecificationGivesTheSameIds(SplitPattern pattern) {
    check(SampleVocabulary.model(pattern, 900, false), 17 + pattern.ordinal());
  }

  @Test
  void wholePiecesAreTakenWhole() {
    check(SampleVocabulary.model(SplitPattern.LLAMA3, 900, true), 5);
  }

  /// Compares with the scalar backend, which merges every piece by the textbook loop: with a cache
  /// of the usual size, and with one that is full after a few pieces.
  private static void check(TextModel model, long seed) {
    Random random = new Random(seed);
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer specification = new BpeTokenizer(scalar, model, TextOptions.DEFAULT);
        BpeTokenizer usual = new BpeTokenizer(auto, model, TextOptions.DEFAULT);
        BpeTokenizer small =
            new BpeTokenizer(auto, model, new TextOptions(TextOptions.LEAST_CACHE_BYTES))) {
      assertThat(specification.report().merging()).startsWith("scalar merge kernel");
      assertThat(usual.report().merging()).startsWith("piece cache");
      for (int i = 0; i < 400; i++) {
        String text = SampleVocabulary.text(random, random.nextInt(120));
        int[] expected = specification.encodeOrdinary(text);
        String what = "seed %d, text %d: %s".formatted(seed, i, text);
        assertThat(usual.encodeOrdinary(text)).as(what).isEqualTo(expected);
        assertThat(small.encodeOrdinary(text)).as(what).isEqualTo(expected);
        assertThat(usual.encode(utf8(text), SpecialTokens.AS_TEXT)).as(what).isEqualTo(expected);
        assertThat(usual.decode(expected)).as(what).isEqualTo(text);
      }
    }
  }

  /// The pieces of a text that repeats itself are looked up one by one after a while, others in
  /// groups.
  @Test
  void textThatRepeatsItselfIsNoOther() {
    Random random = new Random(77);
    String line = "tile mosaic 42 tokenization, =\n";
    String text =
        line.repeat(8000) + SampleVocabulary.text(random, 30_000) + line.repeat(2000) + "the end";
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer specification = new BpeTokenizer(scalar, MODEL, TextOptions.DEFAULT);
        BpeTokenizer small =
            new BpeTokenizer(auto, MODEL, new TextOptions(TextOptions.LEAST_CACHE_BYTES))) {
      int[] expected = specification.encodeOrdinary(text);
      for (int pass = 0; pass < 2; pass++) {
        assertThat(tokenizer.encodeOrdinary(text)).as("seed 77").isEqualTo(expected);
        assertThat(small.encodeOrdinary(text)).as("seed 77").isEqualTo(expected);
        assertThat(tokenizer.encode(utf8(text), SpecialTokens.AS_TEXT)).isEqualTo(expected);
      }
    }
  }

  @Test
  void everyFormOfInputAndOutputAgrees() {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      String text = SampleVocabulary.text(random, random.nextInt(60));
      byte[] bytes = utf8(text);
      int[] ids = tokenizer.encode(text);
      SpecialTokens refused = SpecialTokens.REFUSED;
      assertThat(tokenizer.encode(bytes, refused)).isEqualTo(ids);
      assertThat(tokenizer.encode(MemorySegment.ofArray(bytes), refused).toArray()).isEqualTo(ids);
      assertThat(tokenizer.count(text, refused)).isEqualTo(ids.length);
      assertThat(tokenizer.count(bytes, refused)).isEqualTo(ids.length);
      assertThat(tokenizer.count(MemorySegment.ofArray(bytes), refused)).isEqualTo(ids.length);
      int[] target = new int[ids.length + 5];
      Arrays.fill(target, -7);
      assertThat(tokenizer.encode(text, refused, target, 2)).isEqualTo(ids.length);
      assertThat(Arrays.copyOfRange(target, 2, 2 + ids.length)).isEqualTo(ids);
      assertThat(target).startsWith(-7, -7).endsWith(-7, -7, -7);
      byte[] around = new byte[bytes.length + 9];
      Arrays.fill(around, (byte) 'x');
      System.arraycopy(bytes, 0, around, 4, bytes.length);
      int[] second = new int[ids.length];
      assertThat(tokenizer.encode(around, 4, 4 + bytes.length, refused, second, 0))
          .isEqualTo(ids.length);
      assertThat(second).as("seed 3, text %d: %s", i, text).isEqualTo(ids);
      byte[] decoded = new byte[bytes.length + 4];
      Arrays.fill(decoded, (byte) 'y');
      assertThat(tokenizer.decode(ids, 0, ids.length, decoded, 1)).isEqualTo(bytes.length);
      assertThat(Arrays.copyOfRange(decoded, 1, 1 + bytes.length)).isEqualTo(bytes);
      assertThat(new String(decoded, bytes.length + 1, 3, StandardCharsets.UTF_8)).isEqualTo("yyy");
    }
  }

  @Test
  void emptyTextHasNoIds() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode(new byte[0], SpecialTokens.REFUSED)).isEmpty();
    assertThat(tokenizer.decodeBytes()).isEmpty();
    assertThat(tokenizer.decode()).isEmpty();
    assertThat(tokenizer.encodePrefix("", SpecialTokens.REFUSED, 3).isWhole()).isTrue();
    assertThat(tokenizer.encodeAll(List.of(), SpecialTokens.REFUSED).texts()).isZero();
    assertThat(tokenizer.encodeWithOffsets("", SpecialTokens.REFUSED).ids()).isEmpty();
  }

  @Test
  void loneSurrogatesAreReplaced() {
    for (String lone :
        List.of("\ud83d", "a\ud83d", "\ude80b", "\ud83d\ud83d\ude80", "\ude80\ud83d")) {
      String replaced =
          lone.equals("\ud83d\ud83d\ude80")
              ? "\ufffd\ud83d\ude80"
              : lone.replace('\ud83d', '\ufffd').replace('\ude80', '\ufffd');
      assertThat(tokenizer.encode(lone)).isEqualTo(tokenizer.encode(replaced));
    }
    String long1 = "x".repeat(4095) + "\ud83d\ude80" + "y".repeat(4094) + "\ud83d";
    assertThat(tokenizer.decode(tokenizer.encode(long1)))
        .isEqualTo(long1.substring(0, long1.length() - 1) + "\ufffd");
  }

  @Test
  void bytesThatAreNotUtf8StayWhatTheyAre() {
    Random random = new Random(8);
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1));
        BpeTokenizer specification = new BpeTokenizer(scalar, MODEL, TextOptions.DEFAULT)) {
      for (int i = 0; i < 300; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        if (i % 2 == 0) { // mostly text
          bytes = utf8(SampleVocabulary.text(random, 30));
          for (int change = 0; change < 5 && bytes.length > 0; change++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
          }
        }
        int[] ids = tokenizer.encode(bytes, SpecialTokens.AS_TEXT);
        assertThat(tokenizer.decodeBytes(ids)).as("seed 8, text %d", i).isEqualTo(bytes);
        assertThat(ids)
            .as("seed 8, text %d", i)
            .isEqualTo(specification.encode(bytes, SpecialTokens.AS_TEXT));
      }
    }
  }

  @Test
  void specialTokensAreRefusedUnlessAllowed() {
    String text = "é one " + END + " two";
    assertThatThrownBy(() -> tokenizer.encode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(END)
        .hasMessageContaining("at 6");
    assertThatThrownBy(() -> tokenizer.encode(utf8(text), SpecialTokens.REFUSED))
        .hasMessageContaining("at 7"); // in bytes
    int[] one = tokenizer.encodeOrdinary("é one ");
    int[] two = tokenizer.encodeOrdinary(" two");
    assertThat(tokenizer.encode(text, SpecialTokens.ALLOWED))
        .startsWith(one)
        .endsWith(two)
        .hasSize(one.length + 1 + two.length)
        .contains(5000);
    assertThat(tokenizer.decode(tokenizer.encode(text, SpecialTokens.ALLOWED))).isEqualTo(text);
    assertThat(tokenizer.encodeOrdinary(text)).doesNotContain(5000);
    assertThat(tokenizer.decode(tokenizer.encodeOrdinary(text))).isEqualTo(text);
  }

  @Test
  void ofSpecialTokensTheLongestCounts() {
    assertThat(tokenizer.encode(END_OF_PROMPT + END, SpecialTokens.ALLOWED))
        .containsExactly(5003, 5000);
    String both = END + "x" + END_OF_PROMPT;
    assertThatThrownBy(() -> tokenizer.encode(both, SpecialTokens.allowed(END)))
        .hasMessageContaining(END_OF_PROMPT);
    int[] ids = tokenizer.encode(both, SpecialTokens.allowed(END).othersAsText());
    assertThat(ids).startsWith(5000).doesNotContain(5003);
    assertThat(tokenizer.decode(ids)).isEqualTo(both);
    assertThatThrownBy(() -> tokenizer.encode("x", SpecialTokens.allowed("<|no|>")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("<|no|>");
  }

  @Test
  void aPrefixEndsWhereACharacterEnds() {
    Random random = new Random(21);
    for (int i = 0; i < 60; i++) {
      String text = SampleVocabulary.text(random, 20);
      int[] ids = tokenizer.encode(text);
      for (int most = 0; most <= ids.length + 1; most++) {
        TextPrefix prefix = tokenizer.encodePrefix(text, SpecialTokens.REFUSED, most);
        String what = "seed 21, %d of: %s".formatted(most, text);
        assertThat(prefix.ids().length).as(what).isLessThanOrEqualTo(most);
        assertThat(Arrays.copyOf(ids, prefix.ids().length)).as(what).isEqualTo(prefix.ids());
        String covered = text.substring(0, (int) prefix.chars());
        assertThat(tokenizer.decode(prefix.ids())).as(what).isEqualTo(covered);
        assertThat(utf8(covered)).as(what).hasSize((int) prefix.bytes());
        assertThat(prefix.isWhole()).as(what).isEqualTo(most >= ids.length);
      }
    }
    String veryLong = "tile mosaic ".repeat(400_000);
    assertThat(tokenizer.encodePrefix(veryLong, SpecialTokens.REFUSED, 100).ids()).hasSize(100);
    assertThatThrownBy(() -> tokenizer.encodePrefix("x", SpecialTokens.REFUSED, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void offsetsNameThePartsOfTheText() {
    Random random = new Random(22);
    for (int i = 0; i < 100; i++) {
      String text = SampleVocabulary.text(random, 30) + END;
      EncodedText encoded = tokenizer.encodeWithOffsets(text, SpecialTokens.ALLOWED);
      byte[] bytes = utf8(text);
      int at = 0;
      for (int token = 0; token < encoded.ids().length; token++) {
        String what = "seed 22, token %d of: %s".formatted(token, text);
        assertThat(encoded.byteStart(token)).as(what).isEqualTo(at);
        int end = encoded.byteEnds()[token];
        assertThat(tokenizer.decodeBytes(encoded.ids()[token]))
            .as(what)
            .isEqualTo(Arrays.copyOfRange(bytes, at, end));
        String part = text.substring(encoded.charStarts()[token], encoded.charEnds()[token]);
        assertThat(part).as(what).isNotEmpty();
        assertThat(Character.isLowSurrogate(part.charAt(0))).as(what).isFalse();
        if (!Utf8.continues(bytes[at]) && (end == bytes.length || !Utf8.continues(bytes[end]))) {
          assertThat(part)
              .as(what)
              .isEqualTo(new String(bytes, at, end - at, StandardCharsets.UTF_8));
        }
        at = end;
      }
      assertThat(at).isEqualTo(bytes.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void idsAreHandedOverWhileTheTextIsRead(int threads) {
    String text = SampleVocabulary.text(new Random(41), 150_000).repeat(8 * threads);
    byte[] bytes = utf8(text);
    byte[] marked = utf8(text + END);
    assertThat(bytes.length).as("windows").isGreaterThan(4 * threads * TextWindows.WINDOW_BYTES);
    try (Backends backends = Backends.open(Backends.AUTO, new BackendOptions(threads));
        BpeTokenizer shared = new BpeTokenizer(backends, MODEL, TextOptions.DEFAULT)) {
      List<int[]> blocks = new ArrayList<>();
      long count =
          shared.encode(
              MemorySegment.ofArray(bytes),
              SpecialTokens.REFUSED,
              block -> blocks.add(block.toArray()));
      int[] ids = blocks.stream().flatMapToInt(Arrays::stream).toArray();
      assertThat(ids).isEqualTo(shared.encode(bytes, SpecialTokens.REFUSED));
      assertThat(count).isEqualTo(ids.length);

      long[] handedOver = new long[1];
      assertThatThrownBy(
              () ->
                  shared.encode(
                      MemorySegment.ofArray(marked),
                      SpecialTokens.REFUSED,
                      block -> handedOver[0] += block.rows()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(END + " stands in the text at " + bytes.length);
      assertThat(handedOver[0]).isGreaterThan(ids.length / 2);

      assertThat(
              shared.encode(
                  MemorySegment.ofArray(new byte[0]),
                  SpecialTokens.REFUSED,
                  block -> fail("no ids, but " + block)))
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void textsAndPartsOfTextsAreSharedOut(int threads) {
    Random random = new Random(31);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      texts.add(SampleVocabulary.text(random, random.nextInt(20)));
    }
    String large = SampleVocabulary.text(random, 150_000);
    texts.add(1000, large);
    try (Backends backends = Backends.open(Backends.AUTO, new BackendOptions(threads));
        BpeTokenizer shared = new BpeTokenizer(backends, MODEL, TextOptions.DEFAULT)) {
      TokenBatch batch = shared.encodeAll(texts, SpecialTokens.REFUSED);
      assertThat(batch.texts()).isEqualTo(texts.size());
      for (int i = 0; i < texts.size(); i++) {
        assertThat(batch.get(i))
            .as("text %d, seed 31", i)
            .isEqualTo(tokenizer.encode(texts.get(i)));
      }
      TokenBatch fromBytes =
          shared.encodeAllUtf8(
              texts.stream().map(BpeTokenizerTest::utf8).toList(), SpecialTokens.REFUSED);
      assertThat(fromBytes.offsets()).isEqualTo(batch.offsets());
      assertThat(fromBytes.ids().toArray()).isEqualTo(batch.ids().toArray());
      int[] ids = tokenizer.encode(large);
      byte[] bytes = utf8(large);
      assertThat(bytes.length).isGreaterThan(1 << 18);
      assertThat(shared.encode(large)).isEqualTo(ids);
      assertThat(shared.encode(bytes, SpecialTokens.REFUSED)).isEqualTo(ids);
      assertThat(shared.count(large, SpecialTokens.REFUSED)).isEqualTo(ids.length);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment segment = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        assertThat(shared.encode(segment, SpecialTokens.REFUSED).toArray()).isEqualTo(ids);
        assertThat(shared.count(segment, SpecialTokens.REFUSED)).isEqualTo(ids.length);
      }
      String marked = large + END + large + END_OF_PROMPT;
      assertThatThrownBy(() -> shared.encode(marked)).hasMessageContaining("at " + large.length());
      List<String> bad = new ArrayList<>(texts);
      bad.set(2500, "x" + END);
      bad.set(2600, END_OF_PROMPT);
      assertThatThrownBy(() -> shared.encodeAll(bad, SpecialTokens.REFUSED))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("text 2500")
          .hasMessageContaining(END);
      int[] allowed = shared.encode(marked, SpecialTokens.ALLOWED);
      assertThat(shared.decode(allowed)).isEqualTo(marked);
      assertThat(allowed).hasSize(2 * ids.length + 2);
    }
  }

  @Test
  void textWithoutASafePlaceIsOneWindow() {
    String text = "漢字仮名".repeat(300_000);
    int[] ids = tokenizer.encode(text);
    assertThat(tokenizer.decode(ids)).isEqualTo(text);
    assertThat(tokenizer.encode(MemorySegment.ofArray(utf8(text)), SpecialTokens.REFUSED).toArray())
        .isEqualTo(ids);
  }

  @Test
  void longPiecesTakeNLogN() {
    Random random = new Random(41);
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    for (String text :
        List.of(
            "a".repeat(1_000_000),
            " ".repeat(1_000_000),
            "\n".repeat(1_000_000),
            "-=".repeat(500_000),
            letters.toString())) {
      int[] ids = tokenizer.encode(text);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(tokenizer.encode(text)).isEqualTo(ids);
    }
  }

  @Test
  void streamingHoldsBackWhatIsNotComplete() {
    Random random = new Random(51);
    for (int i = 0; i < 100; i++) {
      String text = SampleVocabulary.text(random, 30);
      StreamingDecoder decoder = tokenizer.streamingDecoder();
      StringBuilder decoded = new StringBuilder();
      for (byte b : utf8(text)) { // a token a byte: the worst case
        decoded.append(decoder.add(MODEL.tables().byteSymbols()[b & 0xFF]));
        assertThat(text).as("seed 51").startsWith(decoded);
        assertThat(decoder.held()).isBetween(0, 3);
      }
      assertThat(decoded.append(decoder.finish())).hasToString(text);
    }
    StreamingDecoder decoder = tokenizer.streamingDecoder();
    int[] symbols = MODEL.tables().byteSymbols();
    assertThat(decoder.add(symbols[0xF0])).isEmpty();
    assertThat(decoder.add(symbols[0x9F])).isEmpty();
    assertThatThrownBy(() -> decoder.add(4999)).hasMessageContaining("4999");
    assertThat(decoder.held()).isEqualTo(2);
    assertThat(decoder.finish()).isEqualTo("\ufffd");
    assertThat(decoder.add(symbols[0xFF])).isEqualTo("\ufffd");
    assertThat(decoder.add(symbols['a'])).isEqualTo("a");
  }

  @Test
  void manyIdsHaveTheBytesOfEach() {
    int tokens = MODEL.tables().ends().length;
    int longest = 0;
    byte[][] each = new byte[tokens + 1][];
    for (int id = 0; id <= tokens; id++) {
      each[id] = tokenizer.decodeBytes(id < tokens ? id : 5003);
      longest = Math.max(longest, each[id].length);
    }
    assertThat(longest).isGreaterThan(16);
    Random random = new Random(31);
    for (int count : new int[] {1023, 1024, 1025, 2048, 5000}) {
      // text as it comes, and texts of a few and of the longest tokens alone
      for (int kinds : new int[] {tokens + 1, 3, 1}) {
        int[] ids = new int[count];
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
          int id = tokens - random.nextInt(kinds);
          ids[i] = id < tokens ? id : 5003;
          bytes.writeBytes(each[id]);
        }
        assertThat(tokenizer.decodeBytes(ids))
            .as("seed 31, %d ids of %d kinds", count, kinds)
            .isEqualTo(bytes.toByteArray());
      }
    }
  }

  @Test
  void idsThatAreNoTokensAreNamed() {
    assertThatThrownBy(() -> tokenizer.decode(1, 2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 at position 2");
    assertThatThrownBy(() -> tokenizer.decodeBytes(1, 5004))
        .hasMessageContaining("5004 at position 1");
    assertThatThrownBy(() -> tokenizer.decodeBytes(4999))
        .hasMessageContaining("4999 at position 0");
    assertThatThrownBy(() -> tokenizer.decode(new int[] {5000}, 0, 1, new byte[3], 0))
        .hasMessageContaining("7 bytes")
        .hasMessageContaining("room for 3");
    assertThatThrownBy(() -> tokenizer.encode("漢字 tile", SpecialTokens.REFUSED, new int[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("room for 0");
  }

  @Test
  void manyThreadsShareOneTokenizer() throws InterruptedException {
    String[] texts = new String[64];
    int[][] expected = new int[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = SampleVocabulary.text(new Random(i), 200);
      expected[i] = tokenizer.encode(texts[i]);
    }
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (BpeTokenizer shared =
        new BpeTokenizer(auto, MODEL, new TextOptions(TextOptions.LEAST_CACHE_BYTES))) {
      for (int number = 0; number < 16; number++) {
        int offset = number;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        for (int i = 0; i < 200; i++) {
                          int text = (i + offset) % texts.length;
                          assertThat(shared.encode(texts[text])).isEqualTo(expected[text]);
                        }
                      } catch (Throwable e) {
                        synchronized (failures) {
                          failures.add(e);
                        }
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void whatIsClosedSaysSo() {
    Backends backends = Backends.open(Backends.AUTO, new BackendOptions(2));
    BpeTokenizer first = new BpeTokenizer(backends, MODEL, TextOptions.DEFAULT);
    BpeTokenizer second = new BpeTokenizer(backends, MODEL, TextOptions.DEFAULT);
    first.close();
    first.close();
    assertThatThrownBy(() -> first.encode("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(second.encode("tile")).isNotEmpty();
    backends.close();
    assertThatThrownBy(() -> second.encode("x")).hasMessageContaining("closed");
    second.close();
  }
}
