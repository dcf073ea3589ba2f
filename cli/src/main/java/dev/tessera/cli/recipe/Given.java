package dev.tessera.cli.recipe;

import dev.tessera.io.Rounding;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a caller gives a system besides its inputs.
///
/// @param weights null for none
/// @param prefix what stands before the names of weights
/// @param tokenizer the vocabulary of text; null for none
/// @param encoder null where inputs are tensors
/// @param settings values by the names of settings
public record Given(
    @Nullable Path weights,
    String prefix,
    @Nullable Path tokenizer,
    @Nullable EncoderFile encoder,
    Map<String, String> settings,
    Rounding rounding) {}
