package dev.tessera.nn;

/// What a [QFormer] holds of a few images between its layers; used again for the next ones.
final class QFormerScratch {
  final ScratchRows encoded = new ScratchRows();
  final ScratchRows hidden = new ScratchRows();
  final ScratchRows query = new ScratchRows();
  final ScratchRows key = new ScratchRows();
  final ScratchRows value = new ScratchRows();
  final ScratchRows context = new ScratchRows();
  final ScratchRows intermediate = new ScratchRows();
  final ScratchRows output = new ScratchRows();
}
