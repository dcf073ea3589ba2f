package dev.tessera.text;

import dev.tessera.internal.normalizer.AlignedText;
import dev.tessera.internal.normalizer.TextNormalizer;
import dev.tessera.io.ByteLevelAlphabet;
import dev.tessera.io.TokenizerJson.AddedToken;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes text through a [TextPipeline]. Holds scratch memory: one a thread.
final class PipelineEncoder {
  private final TextPipeline pipeline;
  private final SegmentEncoder encoder;
  private final AlignedText normalized = new AlignedText();
  private final AlignedText prepared = new AlignedText();
  private final AlignedText changed = new AlignedText();
  private final AlignedText spelled = new AlignedText();
  private final IdSink pieceIds = new IdSink();

  PipelineEncoder(TextPipeline pipeline, SegmentEncoder encoder) {
    this.pipeline = pipeline;
    this.encoder = encoder;
  }

  /// Appends the ids of `text[from .. to)`, all of a text.
  ///
  /// @param spans where the ids' places in `text` go, or null
  /// @throws AddedTokens.SpecialTokenException if a special token that is refused stands there
  void encode(
      byte[] text,
      int from,
      int to,
      SpecialTokens policy,
      IdSink sink,
      @Nullable TokenSpans spans) {
    pipeline
        .addedTokens()
        .split(
            text,
            from,
            to,
            policy,
            new AddedTokens.Parts() {
              @Override
              public void text(int partFrom, int partTo) {
                normalize(text, partFrom, partTo, partFrom == from, policy, sink, spans);
              }

              @Override
              public void token(AddedToken token, int tokenFrom, int tokenTo) {
                sink.add(token.id());
                if (spans != null) {
                  spans.add(tokenFrom, tokenTo);
                }
              }
            });
  }

  private void normalize(
      byte[] text,
      int from,
      int to,
      boolean first,
      SpecialTokens policy,
      IdSink sink,
      @Nullable TokenSpans spans) {
    boolean track = spans != null;
    EscapedSpaces spaces = pipeline.spaces();
    if (spaces != null
        && !track
        && encoder instanceof CharacterEncoder spaced
        && spaced.knowsSpaces()) {
      if (first ? spaces.addedFirst() : spaces.addedBehindToken()) {
        spaced.encodeBehindSpace(text, from, to, sink);
      } else {
        spaced.encode(text, from, to, sink);
      }
      return;
    }
    TextNormalizer normalizer = first ? pipeline.normalizerFirst() : pipeline.normalizer();
    if (normalizer == null
        && pipeline.normalizedTokens().isEmpty()
        && pipeline.prepare() == null
        && pipeline.prepareFirst() == null
        && !track
        && pipeline.pretokenizer().leavesWhole()) {
      encoder.encode(text, from, to, sink);
      return;
    }
    normalized.begin(text, from, to, track);
    if (normalizer != null) {
      normalizer.apply(normalized);
    }
    AddedTokens.Parts parts =
        new AddedTokens.Parts() {
          @Override
          public void text(int partFrom, int partTo) {
            prepare(partFrom, partTo, first && partFrom == 0, sink, spans);
          }

          @Override
          public void token(AddedToken token, int tokenFrom, int tokenTo) {
            sink.add(token.id());
            if (spans != null) {
              int last = Math.max(tokenFrom, tokenTo - 1);
              spans.add(normalized.start(tokenFrom), normalized.end(last));
            }
          }
        };
    try {
      pipeline.normalizedTokens().split(normalized.bytes(), 0, normalized.length(), policy, parts);
    } catch (AddedTokens.SpecialTokenException e) {
      throw new AddedTokens.SpecialTokenException(e.token(), from); // in what begins there
    }
  }

  private void prepare(int from, int to, boolean first, IdSink sink, @Nullable TokenSpans spans) {
    TextNormalizer prepare = first ? pipeline.prepareFirst() : pipeline.prepare();
    if (prepare == null) {
      cut(normalized, from, to, first, sink, spans);
    } else {
      prepared.begin(normalized, from, to);
      prepare.apply(prepared);
      cut(prepared, 0, prepared.length(), first, sink, spans);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a piece that was not changed lies in the same array
  private void cut(
      AlignedText text, int from, int to, boolean first, IdSink sink, @Nullable TokenSpans spans) {
    if (from == to) {
      return;
    }
    if (pipeline.pretokenizer().leavesWhole()) {
      piece(text.bytes(), from, to, text, sink, spans);
      return;
    }
    byte[] bytes = text.bytes();
    int shift = 0;
    if (from == 0 && !first) { // what begins at 0 counts as the beginning of all text
      bytes = new byte[to + 1];
      System.arraycopy(text.bytes(), 0, bytes, 1, to);
      shift = 1;
    }
    byte[] source = bytes;
    int shifted = shift;
    pipeline
        .pretokenizer()
        .split(
            bytes,
            from + shift,
            to + shift,
            (piece, pieceFrom, pieceTo, sourceFrom, sourceTo) -> {
              if (piece == source) {
                int begin = pieceFrom - shifted;
                piece(text.bytes(), begin, pieceTo - shifted, text, sink, spans);
              } else {
                changedPiece(
                    piece,
                    pieceFrom,
                    pieceTo,
                    sourceFrom - shifted,
                    sourceTo - shifted,
                    text,
                    sink,
                    spans);
              }
            });
  }

  private void piece(
      byte[] bytes, int from, int to, AlignedText text, IdSink sink, @Nullable TokenSpans spans) {
    if (pipeline.spellsBytes()) {
      spell(from, to, text);
      encodePiece(spelled.bytes(), 0, spelled.length(), spelled, sink, spans);
    } else {
      encodePiece(bytes, from, to, text, sink, spans);
    }
  }

  /// Turns the bytes of a piece into the characters that spell them.
  private void spell(int from, int to, AlignedText text) {
    spelled.begin(text, from, to);
    byte[] one = new byte[1];
    for (int i = 0; i < to - from; i++) {
      one[0] = spelled.bytes()[i];
      spelled.put(Utf8.bytes(ByteLevelAlphabet.spell(one)), i, i + 1);
    }
    spelled.swap();
  }

  private void encodePiece(
      byte[] bytes, int from, int to, AlignedText text, IdSink sink, @Nullable TokenSpans spans) {
    if (spans == null) {
      encoder.encode(bytes, from, to, sink);
      return;
    }
    pieceIds.begin(false);
    encoder.encode(bytes, from, to, pieceIds);
    int[] ids = pieceIds.toArray();
    sink.addAll(ids);
    spans.addAll(ids, bytes, from, to, text);
  }

  /// A piece that the pre-tokenizer has changed: each of its ids stands for all that it stems from.
  private void changedPiece(
      byte[] bytes,
      int from,
      int to,
      int sourceFrom,
      int sourceTo,
      AlignedText text,
      IdSink sink,
      @Nullable TokenSpans spans) {
    changed.begin(bytes, from, to, false);
    if (spans == null) {
      piece(changed.bytes(), 0, to - from, changed, sink, null);
      return;
    }
    pieceIds.begin(false);
    piece(changed.bytes(), 0, to - from, changed, pieceIds, null);
    int[] ids = pieceIds.toArray();
    sink.addAll(ids);
    int start = sourceFrom < text.length() ? text.start(sourceFrom) : text.end(text.length() - 1);
    int end = sourceTo > sourceFrom ? text.end(sourceTo - 1) : start;
    for (int i = 0; i < ids.length; i++) {
      spans.add(start, end);
    }
  }

  /// The ids of a text, each with the part of it that it stands for.
  EncodedText encodeWithOffsets(byte[] text, SpecialTokens policy, IdSink sink) {
    TokenSpans spans = new TokenSpans(pipeline.tables(), pipeline.symbols());
    sink.begin(false);
    encode(text, 0, text.length, policy, sink, spans);
    int[] ids = sink.toArray();
    int[] starts = spans.starts();
    int[] ends = spans.ends();
    int[] chars = charsBefore(text);
    int[] charStarts = new int[ids.length];
    int[] charEnds = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int start = starts[i];
      while (start > 0 && start < text.length && Utf8.continues(text[start])) {
        start--;
      }
      int end = ends[i];
      while (end < text.length && end > starts[i] && Utf8.continues(text[end])) {
        end++;
      }
      charStarts[i] = chars[start];
      charEnds[i] = chars[end];
    }
    return new EncodedText(ids, starts, ends, charStarts, charEnds);
  }

  /// `[bytes + 1]`, how many UTF-16 units the characters have that begin before each byte.
  private static int[] charsBefore(byte[] text) {
    int[] chars = new int[text.length + 1];
    for (int i = 0; i < text.length; i++) {
      chars[i + 1] = chars[i] + (int) Utf8.chars(text, i, i + 1);
    }
    return chars;
  }

  private static boolean cutsCharacter(EncodedText all, int count, byte[] text) {
    int end = all.byteEnds()[count - 1];
    return all.byteStarts()[count] < end || (end < text.length && Utf8.continues(text[end]));
  }

  /// The first ids of a text, at most `most`, that end where a character does.
  TextPrefix prefix(byte[] text, SpecialTokens policy, int most, IdSink sink) {
    EncodedText all = encodeWithOffsets(text, policy, sink);
    int count = Math.min(most, all.ids().length);
    while (count > 0 && count < all.ids().length && cutsCharacter(all, count, text)) {
      count--;
    }
    boolean whole = count == all.ids().length;
    int bytes = whole ? text.length : count == 0 ? 0 : all.byteEnds()[count - 1];
    return new TextPrefix(
        Arrays.copyOf(all.ids(), count), bytes, Utf8.chars(text, 0, bytes), whole);
  }
}
