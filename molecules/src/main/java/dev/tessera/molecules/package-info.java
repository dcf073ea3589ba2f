/// Molecules by their SMILES, as the recipes of Mole-BERT and GraphsGPT take them.
///
/// [Smiles] reads a string through CDK and gives a [MolecularGraph] with the atoms, bonds, marks
/// and directions that RDKit's `MolFromSmiles` would give, which the published models were trained
/// on. Its [MolecularGraph#molecule()] is what a [dev.tessera.sequence.MoleculeSerializer] writes
/// for GraphsGPT; [MoleBertFeatures] are the inputs of Mole-BERT's network.
@NullMarked
package dev.tessera.molecules;

import org.jspecify.annotations.NullMarked;
