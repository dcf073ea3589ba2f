package dev.tessera.vq;

import dev.tessera.kernel.KernelReport;

/// What k-means found.
///
/// @param codebook the codewords, each the mean of its members
/// @param iterations how many Lloyd steps were taken
/// @param converged whether the last step moved no vector to another codeword
/// @param reseeded how many empty clusters were given a new codeword on the way
/// @param report which backend assigned vectors to codewords in the last step
public record LearnedCodebook(
    Codebook codebook, int iterations, boolean converged, long reseeded, KernelReport report) {}
