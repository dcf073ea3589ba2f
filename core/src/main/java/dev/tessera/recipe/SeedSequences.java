package dev.tessera.recipe;

import dev.tessera.sequence.CodeGroup;
import dev.tessera.sequence.Labels;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.SpecialTokens;

/// The sequences of SEED-LLaMA: text of Llama 2's vocabulary and images of 32 tokens each, between
/// `<img>` and `</img>`. Follows `AILab-CVC/SEED` at commit 93b3cf4. Images have no grid: their
/// tokens stand in the order of the queries. Code c has the id 32000 + c; the ids of the two
/// markers come after the codes, and which is which is what the model's `added_tokens.json` says.
/// White space beside an image is left out, as it is by the tokenizer that the released code is
/// written for (`transformers` 4.30). Thread-safe.
public final class SeedSequences {
  private static final String IMAGE = "image";
  private static final String TEXT = "text";
  private static final int TEXT_IDS = 32000;
  private static final int BEGIN_OF_SEQUENCE = 1;
  private static final int END_OF_SEQUENCE = 2;

  private final UnifiedVocabulary vocabulary;
  private final CodeGroup images;
  private final BpeTokenizer text;

  private SeedSequences(UnifiedVocabulary vocabulary, BpeTokenizer text) {
    this.vocabulary = vocabulary;
    this.text = text;
    images = new CodeGroup(vocabulary, IMAGE, Seed.TOKENS_PER_IMAGE, "<img>", "</img>");
  }

  /// Sequences by the ids of the markers.
  ///
  /// @param beginOfImage the id of `<img>`, 40192 or 40193 in the released models
  /// @param endOfImage the id of `</img>`
  /// @param text a tokenizer of Llama 2's vocabulary; stays the caller's
  /// @throws IllegalArgumentException if the ids are the same, or those of codes
  public static SeedSequences of(int beginOfImage, int endOfImage, BpeTokenizer text) {
    UnifiedVocabulary vocabulary =
        UnifiedVocabulary.builder()
            .text(TEXT_IDS)
            .special("<s>", BEGIN_OF_SEQUENCE)
            .special("</s>", END_OF_SEQUENCE)
            .range(IMAGE, TEXT_IDS, Seed.CODES)
            .special("<img>", beginOfImage)
            .special("</img>", endOfImage)
            .build();
    return new SeedSequences(vocabulary, text);
  }

  /// All ids.
  public UnifiedVocabulary vocabulary() {
    return vocabulary;
  }

  /// How images are written and read.
  public CodeGroup images() {
    return images;
  }

  /// The ids of a piece of text, without the white space beside an image.
  ///
  /// @param behindImage whether an image stands before it
  /// @param beforeImage whether an image follows
  public int[] text(String piece, boolean behindImage, boolean beforeImage) {
    String begun = behindImage ? TextBesideTokens.behind(piece) : piece;
    String cut = beforeImage ? TextBesideTokens.before(begun) : begun;
    return text.encode(cut, SpecialTokens.AS_TEXT);
  }

  /// An image, then its caption, to learn from: `<s>`, image, caption, `</s>`.
  ///
  /// @param image `[1 x 32]`, or more rows for several images or the frames of a video
  public TokenSequence imageFirst(TokenIds image, String caption) {
    return TokenSequence.builder()
        .add("begin", BEGIN_OF_SEQUENCE)
        .add(IMAGE, images.write(image))
        .add(TEXT, text(caption, true, false))
        .add("end", END_OF_SEQUENCE)
        .build();
  }

  /// A caption, then its image, to learn from: `<s>`, caption, image, `</s>`.
  ///
  /// @param image `[1 x 32]`, or more rows for several images or the frames of a video
  public TokenSequence captionFirst(String caption, TokenIds image) {
    return TokenSequence.builder()
        .add("begin", BEGIN_OF_SEQUENCE)
        .add(TEXT, text(caption, false, true))
        .add(IMAGE, images.write(image))
        .add("end", END_OF_SEQUENCE)
        .build();
  }

  /// The labels of a sequence of which only the second part is learned: what stands behind `</img>`
  /// where the image comes first, what stands behind `<img>` where the caption does.
  public int[] labels(TokenSequence sequence) {
    TokenSequence.Span second = sequence.spans().get(2);
    boolean captionSecond = second.modality().equals(TEXT);
    return Labels.from(sequence.ids(), captionSecond ? second.from() : second.from() + 1);
  }

  /// A question about images, up to where the answer begins: `<s>USER:`, images, question,
  /// `\nASSISTANT:`.
  public TokenSequence question(TokenIds image, String question) {
    return TokenSequence.builder()
        .add("begin", BEGIN_OF_SEQUENCE)
        .add(TEXT, text("USER:", false, true))
        .add(IMAGE, images.write(image))
        .add(TEXT, text(question + "\nASSISTANT:", true, false))
        .build();
  }

  /// The images in what a model has generated: `[images x 32]`.
  ///
  /// @throws dev.tessera.sequence.MalformedSequenceException if one is not exactly 32 codes between
  ///   its markers: names the first place
  public TokenIds parse(int[] generated) {
    return images.readAll(generated);
  }
}
