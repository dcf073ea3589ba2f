package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.internal.bpe.CharacterSymbols;
import dev.tessera.internal.normalizer.TextNormalizer;
import org.jspecify.annotations.Nullable;

/// What a vocabulary asks for beyond a published pattern and special tokens that are found as they
/// stand. In order: added tokens are taken out of the text, what is left is normalized, more added
/// tokens are taken out, what is left is prepared and cut into pieces, and those are merged.
/// Immutable.
///
/// @param addedTokens looked for in the text as it comes
/// @param normalizer what is done to the text between them, or null
/// @param normalizerFirst the same for text at the very beginning, or null
/// @param spaces what `normalizer` and `normalizerFirst` are if they escape spaces and nothing
///   else, or null
/// @param normalizedTokens looked for in normalized text
/// @param prepare what is done to each part that is to be cut, or null
/// @param prepareFirst the same for a part at the very beginning of the text, or null
/// @param spellsBytes whether the symbols are the characters by which GPT-2 spells bytes
/// @param pretokenizer how that is cut
/// @param tables the tokens that merging leads to, with their bytes
/// @param symbols what characters begin as; null where bytes are the symbols
/// @param decoder how ids become text; null where they are bytes, one behind the other
/// @param decodeTables the bytes of all tokens, added ones included
record TextPipeline(
    AddedTokens addedTokens,
    @Nullable TextNormalizer normalizer,
    @Nullable TextNormalizer normalizerFirst,
    @Nullable EscapedSpaces spaces,
    AddedTokens normalizedTokens,
    @Nullable TextNormalizer prepare,
    @Nullable TextNormalizer prepareFirst,
    boolean spellsBytes,
    Pretokenizer pretokenizer,
    BpeTables tables,
    @Nullable CharacterSymbols symbols,
    @Nullable TokenDecoder decoder,
    BpeTables decodeTables) {}
