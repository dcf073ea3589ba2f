package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.GridConstraint;
import dev.tessera.sequence.GridLayout;
import dev.tessera.sequence.GridMarkers;
import dev.tessera.sequence.Labels;
import dev.tessera.sequence.ParsedGrid;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.io.IOException;
import java.util.List;

/// Emu3: images and videos as grids of codes among text, all of it predicted token by token (Wang
/// et al., arXiv 2409.18869). Follows `baaivision/Emu3` at commit f6ea9aa.
///
/// The vision encoder (its `quant_conv` included) delivers `[4 x h x w]` for an image or for four
/// frames of a video; each pixel gets the nearest of 32768 codewords, by squared distance. Codes
/// have the ids 151854 to 184621, behind the ids of the text (`emu3.tiktoken`) and of the special
/// tokens. Thread-safe.
///
/// ```java
/// Weights weights = Weights.of(TensorFile.open(Path.of("vision.safetensors")));
/// BpeTokenizer text = tessera.text(BpeVocabulary.named("emu3", Path.of("emu3.tiktoken")));
/// try (Emu3 emu3 = Emu3.of(tessera, weights, text)) {
///   TokenIds image = emu3.encode(latents); // [4 x h x w] -> [h x w]
///   int[] ids = emu3.question("What is this?", image).ids();
/// }
/// ```
public final class Emu3 implements AutoCloseable {
  /// The name of the range of codes.
  public static final String VISUAL = "visual";

  private static final int CODES = 32768;
  private static final int CHANNELS = 4;
  private static final int TEXT_IDS = 151643;
  private static final int EXTRA_TOKENS = 205;
  private static final String PAD = "<|endoftext|>";
  private static final String BEGIN = "<|extra_203|>";
  private static final String END = "<|extra_204|>";

  private static final UnifiedVocabulary VOCABULARY = makeVocabulary();

  private final Quantizer quantizer;
  private final BpeTokenizer text;
  private final GridLayout layout;

  private Emu3(Quantizer quantizer, BpeTokenizer text) {
    this.quantizer = quantizer;
    this.text = text;
    layout = new GridLayout(VOCABULARY, VISUAL, GridMarkers.EMU3, text);
  }

  /// Emu3 with the codebook `quantize.embedding.weight [32768 x 4]`.
  ///
  /// @param text a tokenizer of the vocabulary `emu3`; stays the caller's
  /// @throws IOException if there is no such tensor, or it has another shape
  public static Emu3 of(Tessera tessera, Weights weights, BpeTokenizer text) throws IOException {
    Codebook codebook = Codebook.of(weights.matrix("quantize.embedding.weight", CODES, CHANNELS));
    return new Emu3(tessera.quantizer(codebook), text);
  }

  private static UnifiedVocabulary makeVocabulary() {
    UnifiedVocabulary.Builder vocabulary =
        UnifiedVocabulary.builder()
            .text(TEXT_IDS)
            .appendSpecial(PAD)
            .appendSpecial("<|im_start|>")
            .appendSpecial("<|im_end|>");
    for (int i = 0; i < EXTRA_TOKENS; i++) {
      vocabulary.appendSpecial("<|extra_" + i + "|>");
    }
    return vocabulary
        .appendSpecial("<|image token|>")
        .appendSpecial("<|image start|>")
        .appendSpecial("<|image end|>")
        .append(VISUAL, CODES)
        .build();
  }

  /// All 184622 ids.
  public static UnifiedVocabulary vocabulary() {
    return VOCABULARY;
  }

  /// The codes of an image, or of four frames of a video: `[4 x h x w] -> [h x w]`.
  ///
  /// @throws IllegalArgumentException if there are not four channels
  public TokenIds encode(FloatTensor latents) {
    TokenIds ids = quantizer.encode(Channels.rows(latents, CHANNELS));
    return TokenIds.of(ids.segment(), latents.second(), latents.third());
  }

  /// What the vision decoder takes: `[h x w] -> [4 x h x w]`. It wants these latents twice, once
  /// through its `post_quant_conv` and once as they are.
  ///
  /// @throws IllegalArgumentException if a code is outside the codebook
  public FloatTensor decode(TokenIds codes) {
    TokenIds flat = TokenIds.of(codes.toArray());
    return Channels.image(quantizer.decode(flat), codes.rows(), codes.columns());
  }

  /// How grids are written and read: `<|image start|>`, the size as text, `<|image token|>`, each
  /// row with `<|extra_200|>` behind it, `<|extra_201|>`, `<|image end|>`.
  public GridLayout layout() {
    return layout;
  }

  /// A document to learn to generate from: the beginning, the prompt, the image.
  public TokenSequence document(String prompt, TokenIds image) {
    return begin().add("text", ids(prompt)).add("image", layout.write(image)).build();
  }

  /// A document to learn to generate from: the beginning, the prompt, the video, an end of frame
  /// behind every four frames.
  public TokenSequence document(String prompt, List<TokenIds> video) {
    return begin().add("text", ids(prompt)).add("video", layout.write(video)).build();
  }

  /// The labels of a document of which the codes alone are learned.
  public static int[] visualLabels(int[] ids) {
    return Labels.where(ids, VOCABULARY.range(VISUAL)::contains);
  }

  /// A question about images, up to where the answer begins.
  public TokenSequence question(String question, TokenIds... images) {
    TokenSequence.Builder sequence =
        begin().add("text", ids("You are a helpful assistant. USER: "));
    for (TokenIds image : images) {
      sequence.add("image", layout.write(image));
    }
    return sequence.add("text", ids(question + ". ASSISTANT:")).build();
  }

  /// A prompt behind which an image of so many codes is generated, under [#constraint].
  public TokenSequence generation(String prompt, int height, int width) {
    return begin().add("text", ids(prompt)).add("image", layout.opening(height, width)).build();
  }

  /// What may come next behind [#generation].
  public GridConstraint constraint(int height, int width) {
    return layout.constraint(1, height, width, END, PAD);
  }

  /// The images in a sequence.
  ///
  /// @throws dev.tessera.sequence.MalformedSequenceException if one is not laid out as it must be:
  ///   names the first place
  public List<ParsedGrid> images(int[] ids) {
    return layout.readAll(ids);
  }

  private static TokenSequence.Builder begin() {
    return TokenSequence.builder().add("begin", VOCABULARY.special(BEGIN).first());
  }

  /// The ids of a text in which special tokens are text like any other.
  private int[] ids(String prompt) {
    return text.encodeOrdinary(prompt);
  }

  /// The size of a grid.
  ///
  /// @param height rows of codes
  /// @param width codes a row
  public record GridSize(int height, int width) {
    /// The grid for images of this ratio and, about, `area` pixels; 720 * 720 in the released code.
    /// A code stands for 8 x 8 pixels; a half is rounded to the even number.
    public static GridSize of(int ratioWidth, int ratioHeight, int area) {
      if (ratioWidth < 1 || ratioHeight < 1 || area < 1) {
        throw new IllegalArgumentException(
            "a ratio and an area are at least 1, not %d:%d and %d"
                .formatted(ratioWidth, ratioHeight, area));
      }
      double scale = Math.sqrt(area / ((double) ratioHeight * ratioWidth));
      return new GridSize(
          (int) Math.rint(ratioHeight * scale / 8), (int) Math.rint(ratioWidth * scale / 8));
    }
  }

  /// Frees what the backends allocated for the codebook.
  @Override
  public void close() {
    quantizer.close();
  }
}
