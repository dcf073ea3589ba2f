package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Grids as Emu3 lays them out, with a small vocabulary for the size in text.
class GridLayoutTest {
  private static final int TEXT = 5000;
  private static final int BEGIN = 5001;
  private static final int GRID = 5002;
  private static final int ROW = 5003;
  private static final int FRAME = 5004;
  private static final int END = 5005;
  private static final int STOP = 5006;
  private static final int PAD = 5007;
  private static final int CODES = 6000;

  private static final UnifiedVocabulary VOCABULARY =
      UnifiedVocabulary.builder()
          .text(TEXT)
          .special("begin", BEGIN)
          .special("grid", GRID)
          .special("row", ROW)
          .special("frame", FRAME)
          .special("end", END)
          .special("stop", STOP)
          .special("pad", PAD)
          .range("visual", CODES, 100)
          .build();

  private static final TokenIds IMAGE = TokenIds.of(new int[] {5, 0, 99, 1, 2, 3}, 2, 3);

  private final Tessera tessera = Tessera.open("scalar");
  private BpeTokenizer tokenizer;
  private GridLayout layout;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(
                    GridLayoutTest.class.getResource("/dev/tessera/text/vocabularies/gpt2.json"))
                .toURI());
    tokenizer = tessera.text(BpeVocabulary.tokenizerJson(file));
    layout =
        new GridLayout(
            VOCABULARY,
            "visual",
            new GridMarkers("begin", "grid", "row", "frame", "end"),
            tokenizer);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    tessera.close();
  }

  private int[] concatenated(String size, int... rest) {
    int[] text = tokenizer.encodeOrdinary(size);
    int[] ids = new int[1 + text.length + rest.length];
    ids[0] = BEGIN;
    System.arraycopy(text, 0, ids, 1, text.length);
    System.arraycopy(rest, 0, ids, 1 + text.length, rest.length);
    return ids;
  }

  /// Where the codes begin: behind `begin`, the text `2*3`, and `grid`.
  private int first() {
    return tokenizer.encodeOrdinary("2*3").length + 2;
  }

  @Test
  void aGridIsWrittenWithItsSizeAndItsMarkers() {
    int[] ids = layout.write(IMAGE);
    assertThat(ids)
        .isEqualTo(
            concatenated("2*3", GRID, 6005, 6000, 6099, ROW, 6001, 6002, 6003, ROW, FRAME, END));
    assertThat(layout.opening(2, 3)).isEqualTo(concatenated("2*3", GRID));
    ParsedGrid back = layout.read(ids, 0);
    assertThat(back.from()).isZero();
    assertThat(back.to()).isEqualTo(ids.length);
    assertThat(back.frames()).hasSize(1);
    assertThat(back.frames().getFirst().toArray()).isEqualTo(IMAGE.toArray());
    assertThat(back.frames().getFirst().columns()).isEqualTo(3);
  }

  @Test
  void aVideoHasAnEndOfFramePerFrame() {
    TokenIds second = TokenIds.of(new int[] {9, 8, 7, 6, 5, 4}, 2, 3);
    int[] video = layout.write(List.of(IMAGE, second));
    assertThat(Arrays.stream(video).filter(id -> id == FRAME)).hasSize(2);
    int[] mixed = new int[video.length + 4];
    mixed[0] = 17;
    mixed[1] = 18;
    System.arraycopy(video, 0, mixed, 2, video.length);
    List<ParsedGrid> grids = layout.readAll(mixed);
    assertThat(grids).hasSize(1);
    assertThat(grids.getFirst().from()).isEqualTo(2);
    assertThat(grids.getFirst().to()).isEqualTo(2 + video.length);
    assertThat(grids.getFirst().frames().get(1).toArray()).isEqualTo(second.toArray());
    assertThatThrownBy(() -> layout.write(List.of(IMAGE, TokenIds.of(new int[] {1}, 1, 1))))
        .hasMessage("the frames of a video have one size: the first [2 x 3], another one [1 x 1]");
    assertThatThrownBy(() -> layout.write(List.of())).hasMessage("a grid has at least 1 frame");
    assertThatThrownBy(() -> layout.opening(0, 3))
        .hasMessage("a grid has at least 1 row and 1 column, not [0 x 3]");
  }

  @Test
  void aGridThatIsNotRectangularIsNamedWithItsPlace() {
    int at = first();
    assertMalformed(
        at + 2,
        "visual for row 1 of 2, column 3 of 3",
        "row (id 5003)",
        concatenated("2*3", GRID, 6005, 6000, ROW, 6001, 6002, 6003, ROW, FRAME, END));
    assertMalformed(
        at + 3,
        "row behind the 3 codes of row 1 of 2",
        "code 4 of visual (id 6004)",
        concatenated("2*3", GRID, 6005, 6000, 6099, 6004, ROW, 6001, 6002, 6003, ROW, FRAME, END));
    assertMalformed(
        at + 4,
        "visual for row 2 of 2, column 1 of 3",
        "frame (id 5004)",
        concatenated("2*3", GRID, 6005, 6000, 6099, ROW, FRAME, END));
    assertMalformed(
        at + 8,
        "frame behind the last row",
        "code 1 of visual (id 6001)",
        concatenated("2*3", GRID, 6005, 6000, 6099, ROW, 6001, 6002, 6003, ROW, 6001));
    assertMalformed(
        at + 9,
        "end",
        "code 7 of text (id 7)",
        concatenated("2*3", GRID, 6005, 6000, 6099, ROW, 6001, 6002, 6003, ROW, FRAME, 7));
    assertMalformed(1, "a size in text, as in '90*90'", "'2x3'", concatenated("2x3", GRID, 6005));
    assertMalformed(1, "a size in text, as in '90*90'", "'0*3'", concatenated("0*3", GRID, FRAME));
    assertMalformed(
        at - 1, "grid behind the size", "code 5 of visual (id 6005)", concatenated("2*3", 6005));
    assertMalformed(0, "begin before what belongs to a grid", "row (id 5003)", new int[] {ROW});
    assertMalformed(0, "begin before what belongs to a grid", "code 1 of visual (id 6001)", 6001);
  }

  @Test
  void everyTruncationOfAGridIsAnError() {
    int[] whole = layout.write(IMAGE);
    for (int length = 1; length < whole.length; length++) {
      int[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(MalformedSequenceException.class)
          .as("%d ids", length)
          .isThrownBy(() -> layout.readAll(cut))
          .withMessageContaining("expected");
    }
  }

  @Test
  void aSizeThatNoSequenceHasTakesNoMemory() {
    assertMalformed(
        tokenizer.encodeOrdinary("999999*999999").length + 3,
        "visual for row 1 of 999999, column 2 of 999999",
        "the end of the sequence",
        concatenated("999999*999999", GRID, 6001));
  }

  private void assertMalformed(int position, String expected, String found, int... ids) {
    assertThatExceptionOfType(MalformedSequenceException.class)
        .isThrownBy(() -> layout.readAll(ids))
        .withMessage("position %d: expected %s, found %s".formatted(position, expected, found));
  }

  @Test
  void whatTheConstraintAllowsIsAGrid() {
    Random random = new Random(20261126);
    for (int[] size : new int[][] {{1, 1, 1}, {1, 2, 3}, {1, 3, 1}, {1, 1, 2}, {2, 2, 2}}) {
      GridConstraint constraint = layout.constraint(size[0], size[1], size[2], "stop", "pad");
      int[] ids = layout.opening(size[1], size[2]);
      int begin = ids.length;
      for (long i = 0; i < constraint.length(); i++) {
        IdRange allowed = constraint.allowed(ids);
        assertThat(allowed).isEqualTo(constraint.allowed(i));
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = allowed.first() + random.nextInt(allowed.size());
      }
      ParsedGrid grid = layout.read(ids, 0);
      assertThat(grid.to()).isEqualTo(ids.length);
      assertThat(grid.frames()).hasSize(size[0]);
      assertThat(ids.length - begin).isEqualTo((int) constraint.length());
      assertThat(constraint.allowed(constraint.length()).name()).isEqualTo("stop");
      assertThat(constraint.allowed(constraint.length() + 1).name()).isEqualTo("pad");
      assertThat(constraint.allowed(constraint.length() + 1000).name()).isEqualTo("pad");
    }
  }

  /// The released helper's rule: with `offset` ids behind and including the marker.
  @Test
  void theConstraintFollowsThePublishedRule() {
    int height = 4;
    int width = 5;
    GridConstraint constraint = layout.constraint(1, height, width, "stop", "pad");
    for (int offset = 1; offset <= (width + 1) * height + 3; offset++) {
      String expected =
          offset % (width + 1) == 0
              ? "row"
              : switch (offset - (width + 1) * height) {
                case 1 -> "frame";
                case 2 -> "end";
                case 3 -> "stop";
                default -> "visual";
              };
      assertThat(constraint.allowed(offset - 1L).name())
          .as("offset %d", offset)
          .isEqualTo(expected);
    }
    assertThatThrownBy(() -> constraint.allowed(new int[] {1, 2}))
        .hasMessage("none of the 2 ids is grid (id 5002)");
    assertThatThrownBy(() -> layout.constraint(1, 0, 5, "stop", "pad"))
        .hasMessage("a grid has at least 1 frame, 1 row and 1 column, not [1 x 0 x 5]");
  }
}
