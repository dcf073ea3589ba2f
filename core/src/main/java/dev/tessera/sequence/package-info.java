/// Sequences that mix text with the tokens of images and graphs: one vocabulary for all of them,
/// the layouts that published models expect and their way back, inserted embeddings, and batches.
///
/// A sequence of ids is an `int[]`, the codes of an image or of nodes are
/// [dev.tessera.tensor.TokenIds], rows of embeddings a [dev.tessera.tensor.FloatMatrix]. What a
/// model has generated is checked token by token on its way back: a
/// [dev.tessera.sequence.MalformedSequenceException] names the first place that does not fit.
@NullMarked
package dev.tessera.sequence;

import org.jspecify.annotations.NullMarked;
