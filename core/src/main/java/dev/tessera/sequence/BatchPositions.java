package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;

/// What goes with the positions of a batch.
///
/// @param attention `[n x length]`, 1 at what was there, 0 at pads
/// @param positions `[n x length]`, counted from 0 in each sequence; 0 at pads
/// @param labels `[n x length]`, [Labels#IGNORED] at pads
/// @param dropped `[n x 1]`, how many tokens were cut off the end of each sequence
public record BatchPositions(
    TokenIds attention, TokenIds positions, TokenIds labels, TokenIds dropped) {}
