package dev.tessera.text;

import dev.tessera.internal.bpe.BpeTables;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a tokenizer is made of.
///
/// @param tables the vocabulary and its rules
/// @param pattern how text is cut into pieces, or null
/// @param splitter where there is no pattern, what cuts it
/// @param specialTokens the special tokens and their ids
/// @param pipeline what else is done, or null; then nothing of the above but the tables counts for
///   encoding
record TextModel(
    BpeTables tables,
    @Nullable SplitPattern pattern,
    @Nullable SplitKernel splitter,
    Map<String, Integer> specialTokens,
    @Nullable TextPipeline pipeline) {}
