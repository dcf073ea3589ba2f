package dev.tessera.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.io.RankFile;
import dev.tessera.io.TokenizerJson;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BpeTrainerTest {
  private static final BpeTrainer.Listener SILENT = new BpeTrainer.Listener() {};
  private static final SplitKernel SPLIT = splitKernel();

  private static SplitKernel splitKernel() {
    try (Backends scalar = Backends.open("scalar", new BackendOptions(1))) {
      return BpeTrainer.splitter(scalar, SplitPattern.GPT2); // stateless: outlives its backend
    }
  }

  private static BpeTrainerOptions size(int vocabularySize) {
    return BpeTrainerOptions.of(vocabularySize, SplitPattern.GPT2);
  }

  private static LearnedBpe train(List<String> texts, BpeTrainerOptions options, int threads)
      throws IOException {
    return BpeTrainer.train(SPLIT, threads, Corpus.texts(texts), options, SILENT);
  }

  private static List<List<Integer>> merges(LearnedBpe learned) {
    List<List<Integer>> merges = new ArrayList<>();
    for (int i = 0; i < learned.merges(); i++) {
      merges.add(List.of(learned.left(i), learned.right(i), learned.result(i)));
    }
    return merges;
  }

  static List<TrainingFixture> fixtures() throws IOException {
    return TrainingFixture.read("byte_level.txt");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theMergesAreThoseOfHuggingFace(TrainingFixture fixture) throws IOException {
    for (int threads : new int[] {1, 2, 7}) {
      LearnedBpe learned;
      try (Backends scalar = Backends.open("scalar", new BackendOptions(threads))) {
        assertThat(scalar.report().first()).isEqualTo("scalar");
        learned =
            BpeTrainer.train(
                scalar, Corpus.documents(fixture.documents()), fixture.options(), SILENT);
      }
      assertThat(merges(learned)).as("%d threads", threads).isEqualTo(fixture.merges());
      for (int value = 0; value < 256; value++) {
        assertThat(learned.byteId((byte) value)).isEqualTo(fixture.byteId(value));
      }
    }
  }

  /// The textbook: count all pairs anew for every merge.
  private static List<List<Integer>> textbook(List<String> words, int merges) {
    int[] byteIds = new GrowingVocabulary(List.of()).byteIds();
    List<List<Integer>> symbols = new ArrayList<>();
    for (String word : words) {
      List<Integer> row = new ArrayList<>();
      for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
        row.add(byteIds[b & 0xFF]);
      }
      symbols.add(row);
    }
    List<List<Integer>> found = new ArrayList<>();
    for (int id = 256; id < 256 + merges; id++) {
      Map<Long, Integer> counts = new HashMap<>();
      for (List<Integer> row : symbols) {
        for (int i = 1; i < row.size(); i++) {
          counts.merge((long) row.get(i - 1) << 32 | row.get(i), 1, Integer::sum);
        }
      }
      if (counts.isEmpty()) {
        break;
      }
      long best =
          counts.entrySet().stream()
              .min(
                  Map.Entry.<Long, Integer>comparingByValue()
                      .reversed()
                      .thenComparing(Map.Entry.comparingByKey()))
              .orElseThrow()
              .getKey();
      for (List<Integer> row : symbols) {
        for (int i = 0; i + 1 < row.size(); i++) {
          if (((long) row.get(i) << 32 | row.get(i + 1)) == best) {
            row.set(i, id);
            row.remove(i + 1);
          }
        }
      }
      found.add(List.of((int) (best >>> 32), (int) best, id));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomWordsAreMergedAsByTheTextbook(long seed) throws IOException {
    Random random = new Random(seed);
    int letters = 1 + (int) (seed % 4);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 1 + random.nextInt(20); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(letters)));
      }
      words.add(word.toString());
    }
    LearnedBpe learned = train(words, size(256 + 200), 2);
    assertThat(merges(learned)).as("seed %d", seed).isEqualTo(textbook(words, 200));
  }

  @Test
  void anyNumberOfThreadsLearnsTheSame() throws IOException {
    List<String> texts = texts(9, 400, 500);
    LearnedBpe one = train(texts, size(2000), 1);
    for (int threads : new int[] {2, 7}) {
      LearnedBpe other = train(texts, size(2000), threads);
      assertThat(merges(other)).as("%d threads", threads).isEqualTo(merges(one));
      for (int i = 0; i < one.merges(); i++) {
        assertThat(other.frequency(i)).isEqualTo(one.frequency(i));
      }
    }
    assertThat(one.size()).isEqualTo(2000);
  }

  /// Documents of random words, some 6 bytes each.
  private static List<String> texts(long seed, int documents, int words) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < words; word++) {
        text.append(' ');
        long number = (long) (Math.exp(11 * random.nextDouble()));
        text.append(Long.toString(number * 7919, 26));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void tokensAreTheBytesOfTheirParts() throws IOException {
    LearnedBpe learned = train(texts(3, 20, 300), size(700), 1);
    Set<String> distinct = new HashSet<>();
    for (int i = 0; i < learned.merges(); i++) {
      byte[] left = learned.token(learned.left(i));
      byte[] right = learned.token(learned.right(i));
      byte[] joined = Arrays.copyOf(left, left.length + right.length);
      System.arraycopy(right, 0, joined, left.length, right.length);
      assertThat(learned.token(learned.result(i))).isEqualTo(joined);
      assertThat(distinct.add(Arrays.toString(joined))).isTrue();
      if (i > 0) {
        assertThat(learned.frequency(i)).isLessThanOrEqualTo(learned.frequency(i - 1));
      }
    }
    assertThatThrownBy(() -> learned.token(700)).hasMessage("token 700 of a vocabulary of 700");
    assertThatThrownBy(() -> learned.left(-1)).hasMessage("merge -1 of 444");
  }

  @Test
  void anEmptyCorpusTeachesTheBytesAlone() throws IOException {
    LearnedBpe learned =
        train(List.of(), size(1000).withSpecialTokens(List.of("<pad>", "<pad>", "<s>")), 2);
    assertThat(learned.size()).isEqualTo(258);
    assertThat(learned.merges()).isZero();
    assertThat(learned.specialTokens()).containsExactly("<pad>", "<s>");
    assertThat(learned.token(1)).isEqualTo("<s>".getBytes(StandardCharsets.UTF_8));
    assertThat(learned.byteId((byte) '!')).isEqualTo(2);
    assertThat(learned.byteId((byte) 0)).isEqualTo(2 + 188);
    assertThat(learned.byteId((byte) ' ')).isEqualTo(2 + 188 + 32);
  }

  /// A word of n equal letters doubles its longest token until it is one, and n log n steps find
  /// all of them: were each merge to look at the whole word, this would take hours.
  @Test
  void aWordOfAMillionEqualLetters() throws IOException {
    int letters = 1 << 20;
    LearnedBpe learned = train(List.of("a".repeat(letters)), size(5000), 2);
    assertThat(learned.merges()).isEqualTo(20);
    assertThat(learned.token(learned.result(19))).hasSize(letters);
    assertThat(learned.frequency(0)).isEqualTo(letters - 1);
    assertThat(learned.frequency(19)).isEqualTo(1);
  }

  /// The worst case of a trainer that looks at whole words: one long word whose pairs are all
  /// different, so that every merge finds it again.
  @Test
  void aWordOfAMillionRandomLetters() throws IOException {
    Random random = new Random(12);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    LearnedBpe learned = train(List.of(word.toString()), size(20_000), 2);
    assertThat(learned.size()).isEqualTo(20_000);
  }

  @Test
  void bytesThatAreNoTextAreBytes() throws IOException {
    byte[] document = {(byte) 0xFF, (byte) 0xC0, (byte) 0xFF, (byte) 0xC0, 0, (byte) 0xFF, 0, 0};
    LearnedBpe learned =
        BpeTrainer.train(
            (text, from, to, ends) -> {
              ends[0] = to;
              return 1;
            },
            1,
            Corpus.documents(List.of(document, document)),
            size(257),
            SILENT);
    assertThat(learned.token(256)).isEqualTo(new byte[] {(byte) 0xFF, (byte) 0xC0});
    assertThat(learned.frequency(0)).isEqualTo(4);
    LearnedBpe surrogate = train(List.of("\uD800\uD800 \uD800"), size(258), 1);
    assertThat(surrogate.token(257)).isEqualTo("\uFFFD".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theLinesOfFilesAreDocuments(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first.txt");
    Path second = folder.resolve("second.txt");
    Path empty = folder.resolve("empty.txt");
    StringBuilder text = new StringBuilder();
    for (String line : texts(4, 3000, 60)) {
      text.append(line).append(line.hashCode() % 3 == 0 ? "\n\n" : "\n"); // over many batches
    }
    Files.writeString(first, text + "no line feed at the end");
    Files.writeString(empty, "");
    Files.writeString(second, "of this file\n  \n");
    List<String> lines = new ArrayList<>();
    for (String line : (text + "no line feed at the end").split("(?<=\n)", -1)) {
      lines.add(line);
    }
    lines.addAll(List.of("of this file\n", "  \n"));
    long[] heard = new long[1];
    LearnedBpe fromFiles =
        BpeTrainer.train(
            SPLIT,
            2,
            Corpus.files(List.of(first, empty, second)),
            size(1000),
            new BpeTrainer.Listener() {
              @Override
              public void bytesRead(long bytes) {
                assertThat(bytes).isGreaterThanOrEqualTo(heard[0]);
                heard[0] = bytes;
              }
            });
    assertThat(heard[0]).isEqualTo(Files.size(first) + Files.size(second));
    assertThat(merges(fromFiles)).isEqualTo(merges(train(lines, size(1000), 1)));
    Path missing = folder.resolve("missing.txt");
    assertThatThrownBy(
            () -> BpeTrainer.train(SPLIT, 2, Corpus.files(List.of(missing)), size(300), SILENT))
        .isInstanceOf(java.nio.file.NoSuchFileException.class)
        .hasMessageContaining("missing.txt");
  }

  @Test
  void longDocumentsAndManyWordsGrowTheTables() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) { // past the words at which a thread flushes
      texts.add(" w" + Integer.toString(i, 36) + (i % 2 == 0 ? "" : "longer"));
    }
    texts.add("Z".repeat(700_000));
    LearnedBpe learned = train(texts, size(300), 2);
    // pairs with so many places that their merges are shared out
    assertThat(merges(train(texts, size(300), 1))).isEqualTo(merges(learned));
    assertThat(merges(train(texts, size(300), 7))).isEqualTo(merges(learned));
    assertThat(learned.size()).isEqualTo(300);
    assertThat(learned.frequency(0)).isEqualTo(699_999);
  }

  @Test
  void progressIsHeardOnTheCallingThread() throws IOException {
    Thread caller = Thread.currentThread();
    List<Integer> sizes = new ArrayList<>();
    BpeTrainer.train(
        SPLIT,
        2,
        Corpus.texts(texts(5, 50, 100)),
        size(1000),
        new BpeTrainer.Listener() {
          @Override
          public void tokensLearned(int tokens, int vocabularySize) {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(vocabularySize).isEqualTo(1000);
            sizes.add(tokens);
          }
        });
    assertThat(sizes).isSorted().hasSizeGreaterThan(2).last().isEqualTo(1000);
  }

  @Test
  void anInterruptEndsReadingAndMerging() {
    Iterator<String> endless =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public String next() {
            return "words without end ";
          }
        };
    for (int threads : new int[] {1, 2}) {
      assertThatThrownBy(
              () ->
                  BpeTrainer.train(
                      SPLIT,
                      threads,
                      Corpus.texts(() -> endless),
                      size(300),
                      new BpeTrainer.Listener() {
                        @Override
                        public void bytesRead(long bytes) {
                          Thread.currentThread().interrupt();
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatThrownBy(
            () ->
                BpeTrainer.train(
                    SPLIT,
                    1,
                    Corpus.texts(texts(6, 50, 100)),
                    size(2000),
                    new BpeTrainer.Listener() {
                      @Override
                      public void tokensLearned(int tokens, int vocabularySize) {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void whatIsWrittenIsReadBack(TrainingFixture fixture, @TempDir Path folder) throws IOException {
    LearnedBpe learned =
        BpeTrainer.train(
            SPLIT, 1, Corpus.documents(fixture.documents()), fixture.options(), SILENT);
    Path json = folder.resolve("tokenizer.json");
    learned.writeTokenizerJson(json);
    TokenizerJson read = TokenizerJson.read(json);
    assertThat(read.addedTokens())
        .extracting(TokenizerJson.AddedToken::content)
        .isEqualTo(learned.specialTokens());
    TokenizerJson.Model model = read.model();
    List<List<Integer>> merges = new ArrayList<>();
    for (int i = 0; i < model.left().length; i++) {
      merges.add(List.of(model.left()[i], model.right()[i], model.merged()[i]));
    }
    assertThat(merges).isEqualTo(fixture.merges());
    Path ranks = folder.resolve("learned.tiktoken");
    if (fixture.name().equals("special")) { // two of its special tokens are ordinary ones, too
      assertThatThrownBy(() -> learned.writeRanks(ranks))
          .hasMessage(
              "the special token `x` is an ordinary one, too: a file of ranks has no way to say"
                  + " so");
      assertThat(ranks).doesNotExist();
      return;
    }
    learned.writeRanks(ranks);
    RankFile file = RankFile.read(ranks);
    assertThat(file.ranks()).isEqualTo(learned.size());
    for (int id = 0; id < learned.size(); id++) {
      assertThat(file.token(id)).isEqualTo(learned.token(id));
    }
  }

  @Test
  void everyPatternIsWrittenAsOneThatIsRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    for (SplitPattern pattern : SplitPattern.values()) {
      LearnedBpe learned =
          BpeTrainer.train(
              SPLIT, 1, Corpus.texts(List.of("a b")), BpeTrainerOptions.of(300, pattern), SILENT);
      assertThat(learned.pattern()).isEqualTo(pattern);
      learned.writeTokenizerJson(file);
      assertThat(TokenizerJson.read(file).model().left()).hasSize(1);
      PublishedRegexes.written(pattern)
          .ifPresent(regex -> assertThat(PublishedRegexes.recognise(regex)).hasValue(pattern));
    }
  }

  @Test
  void optionsNameBothNumbers() {
    assertThatThrownBy(() -> size(255))
        .hasMessage("a vocabulary of 255 tokens does not hold 256 bytes and 0 special tokens");
    assertThatThrownBy(() -> size(257).withSpecialTokens(List.of("a", "b")))
        .hasMessage("a vocabulary of 257 tokens does not hold 256 bytes and 2 special tokens");
    assertThatThrownBy(() -> size(300).withMinimumFrequency(-1)).hasMessageContaining("not -1");
    assertThatThrownBy(() -> size(300).withTokenLimitBytes(-5)).hasMessageContaining("not -5");
    assertThatThrownBy(() -> size(300).withSpecialTokens(List.of("")))
        .hasMessage("a special token has at least 1 character");
  }
}
