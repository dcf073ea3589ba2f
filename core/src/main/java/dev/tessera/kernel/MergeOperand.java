package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;

/// The merge rules of a byte-pair encoding: rule r joins the symbols `left[r]` and `right[r]` into
/// `merged[r]`; a lower r is applied first.
///
/// @param left int32 `[rules]`, symbol ids
/// @param right int32 `[rules]`, symbol ids
/// @param merged int32 `[rules]`, the id of the joined symbol
/// @param rules the number of rules
public record MergeOperand(
    MemorySegment left, MemorySegment right, MemorySegment merged, int rules) {}
