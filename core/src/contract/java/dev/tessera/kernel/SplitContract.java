package dev.tessera.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every backend's splitting must do: the pieces of the published pattern, found here by
/// `java.util.regex`, whatever the text holds, wherever a window begins, however small the array of
/// ends.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SplitContract {
  private static final int FUZZ_STRINGS = 6_000;

  /// What precedes and follows a sequence at the edge of a window.
  private static final String[] FILLERS = {"a", "Ab", "A", " ", "7", ".", "\n", "\u0436", "\u4E2D"};

  private final String backend;
  private final Backends backends;

  /// @param backend the name of the backend under test
  protected SplitContract(String backend) {
    this.backend = backend;
    backends = Backends.open(backend, BackendOptions.defaults());
  }

  @AfterAll
  void close() {
    backends.close();
  }

  private SplitKernel kernel(SplitPattern pattern) {
    Backend serving = backends.serving().getFirst();
    assertThat(serving.name()).as("the backend that was meant").isEqualTo(backend);
    Offer<SplitKernel> offer = serving.split(pattern);
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    return ((Offer.Accepted<SplitKernel>) offer).kernel();
  }

  @ParameterizedTest
  @EnumSource
  void piecesAreThoseOfThePublishedPattern(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    for (int seed = 0; seed < FUZZ_STRINGS; seed++) {
      Random random = new Random(seed);
      String text = SampleText.mixed(random, random.nextInt(random.nextInt(10) == 0 ? 900 : 160));
      check(kernel, pattern, text.getBytes(UTF_8), "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void invalidUtf8IsNeitherLetterNorNumberNorSpace(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    for (int seed = 0; seed < FUZZ_STRINGS / 4; seed++) {
      Random random = new Random(seed);
      byte[] bytes = SampleText.mixed(random, random.nextInt(160)).getBytes(UTF_8);
      check(kernel, pattern, SampleText.damaged(random, bytes), "damaged, seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySequenceAtEveryOffset(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    Random random = new Random(5);
    for (String filler : FILLERS) {
      for (int offset = 48; offset <= 66; offset += 2) {
        for (String snippet : SampleText.SNIPPETS) {
          String tail = FILLERS[random.nextInt(FILLERS.length)].repeat(random.nextInt(90));
          String text = filler.repeat(offset) + snippet + tail;
          check(kernel, pattern, text.getBytes(UTF_8), "offset " + offset);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pairsOfSequences(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    String after = " and so on, until a window is full: 64 bytes and then some more";
    for (String first : SampleText.SNIPPETS) {
      StringBuilder text = new StringBuilder();
      for (String second : SampleText.SNIPPETS) {
        text.append(first).append(second).append(first).append(first).append(second);
        text.append(text.length() % 3 == 0 ? "q" : "~ ");
      }
      check(kernel, pattern, text.append(after).toString().getBytes(UTF_8), "pairs of " + first);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCharacter(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    int beyond = 0x18000; // what follows is Han, or nothing: now and then
    for (int first = 0; first < Character.MAX_CODE_POINT; first += first < beyond ? 32 : 32 * 97) {
      StringBuilder text = new StringBuilder();
      for (int c = first; c < first + 32; c++) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          String one = Character.toString(c);
          text.append(" a")
              .append(one)
              .append("B-")
              .append(one)
              .append(one)
              .append("c ")
              .append(one);
        }
      }
      check(
          kernel, pattern, text.append("!".repeat(64)).toString().getBytes(UTF_8), "from " + first);
    }
  }

  @ParameterizedTest
  @EnumSource
  void longRuns(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    for (String snippet : SampleText.SNIPPETS) {
      for (String end : new String[] {"", "x", "\n"}) {
        String text = "a " + snippet.repeat(700) + end;
        check(kernel, pattern, text.getBytes(UTF_8), "700 times " + snippet);
      }
    }
  }

  /// A backtracking matcher cannot do these in bounded stack or time.
  @ParameterizedTest
  @EnumSource
  void aMillionOfOneCharacter(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    int n = 1_000_000;
    int[] ends = new int[n];
    for (String one : new String[] {"a", "A", " ", "\n", "-"}) {
      assertThat(kernel.split(one.repeat(n).getBytes(UTF_8), 0, n, ends)).isEqualTo(1);
      assertThat(ends[0]).isEqualTo(n);
    }
    int digits = kernel.split("1".repeat(n).getBytes(UTF_8), 0, n, ends);
    assertThat(digits)
        .isEqualTo(
            switch (pattern) {
              case GPT2 -> 1;
              case QWEN2 -> n;
              case CL100K, LLAMA3, O200K -> Math.ceilDiv(n, 3);
            });
  }

  @ParameterizedTest
  @EnumSource
  void aFullArrayEndsTheCall(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    for (int seed = 0; seed < 120; seed++) {
      Random random = new Random(seed);
      byte[] text = SampleText.mixed(random, 500).getBytes(UTF_8);
      int[] whole = new int[text.length];
      int all = kernel.split(text, 0, text.length, whole);
      int[] expected = Arrays.copyOf(whole, all);
      for (int room : new int[] {1, 2, 3, 7, 13, 63, 64, 65, 128}) {
        List<Integer> found = new ArrayList<>();
        int[] ends = new int[room];
        int from = 0;
        while (from < text.length) {
          int pieces = kernel.split(text, from, text.length, ends);
          assertThat(pieces).isBetween(1, room);
          for (int piece = 0; piece < pieces; piece++) {
            found.add(ends[piece]);
          }
          from = ends[pieces - 1];
          if (from < text.length) {
            assertThat(pieces).as("the array is full, or all is cut").isEqualTo(room);
          }
        }
        assertThat(found.stream().mapToInt(Integer::intValue).toArray())
            .as("%s, seed %d, room for %d", pattern, seed, room)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOutsideTheRangeMatters(SplitPattern pattern) {
    SplitKernel kernel = kernel(pattern);
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      byte[] text = SampleText.mixed(random, 130).getBytes(UTF_8);
      String around = SampleText.SNIPPETS[random.nextInt(SampleText.SNIPPETS.length)];
      byte[] padding = around.repeat(1 + random.nextInt(80)).getBytes(UTF_8);
      byte[] padded = Arrays.copyOf(padding, 2 * padding.length + text.length);
      System.arraycopy(text, 0, padded, padding.length, text.length);
      System.arraycopy(padding, 0, padded, padding.length + text.length, padding.length);
      int[] ends = new int[text.length];
      int pieces = kernel.split(padded, padding.length, padding.length + text.length, ends);
      int[] found = Arrays.stream(ends, 0, pieces).map(end -> end - padding.length).toArray();
      assertThat(found)
          .as("%s, seed %d: %s", pattern, seed, escaped(text))
          .isEqualTo(PublishedPattern.ends(pattern, text));
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyTextHasNoPieces(SplitPattern pattern) {
    assertThat(kernel(pattern).split(new byte[] {'a'}, 1, 1, new int[1])).isZero();
    assertThat(kernel(pattern).split(new byte[] {'a'}, 0, 1, new int[0])).isZero();
  }

  private static void check(SplitKernel kernel, SplitPattern pattern, byte[] text, String what) {
    int[] ends = new int[text.length + 1];
    Arrays.fill(ends, -1);
    int pieces = kernel.split(text, 0, text.length, ends);
    int[] expected = PublishedPattern.ends(pattern, text);
    if (!Arrays.equals(Arrays.copyOf(ends, pieces), expected)) {
      assertThat(shown(text, Arrays.copyOf(ends, pieces)))
          .as("%s, %s: %s", pattern, what, escaped(text))
          .isEqualTo(shown(text, expected));
    }
    assertThat(Arrays.copyOf(ends, pieces)).isEqualTo(expected);
  }

  private static String shown(byte[] text, int[] ends) {
    StringBuilder shown = new StringBuilder();
    int from = 0;
    for (int end : ends) {
      shown.append('|').append(escaped(Arrays.copyOfRange(text, from, Math.max(from, end))));
      from = end;
    }
    return shown.toString();
  }

  private static String escaped(byte[] bytes) {
    return new String(bytes, UTF_8)
        .chars()
        .mapToObj(c -> c >= ' ' && c < 127 ? String.valueOf((char) c) : String.format("\\u%04X", c))
        .collect(Collectors.joining());
  }
}
