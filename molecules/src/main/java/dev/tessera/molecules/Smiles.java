package dev.tessera.molecules;

import dev.tessera.sequence.Molecule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openscience.cdk.aromaticity.Aromaticity;
import org.openscience.cdk.exception.InvalidSmilesException;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.smiles.SmilesParser;

/// Reads SMILES as RDKit's `MolFromSmiles` does, whose molecules the published models were trained
/// on; CDK parses, finds Kekulé structures, aromatic bonds and stereocentres.
///
/// * Atoms have the order of the string. Hydrogens are not among them, those alone, charged
///   negatively, of a given mass, bound to another hydrogen or to several atoms excepted, and one
///   that alone says on which side of a double bond it lies.
/// * Bonds have the order in which the string completes them, but those that close rings come last,
///   by the number of the ring.
/// * A bond is aromatic (type 1.5) by Daylight's model, however it was written: `C1=CC=CC=C1` is
///   benzene. RDKit's model is the same but for rare rings: thiophene oxide is aromatic here alone.
/// * Nitro groups, azides and oxides of halogens that were written without charges get them.
/// * Chirality and directions that make no difference are left out.
///
/// GraphsGPT's tokenizer also passes molecules through RDKit's `Normalizer`, which rewrites a few
/// functional groups, sulfoxides above all. That is not done here: `C[S+](C)[O-]` gives what it
/// makes of `CS(=O)C`, up to the order of atoms.
///
/// ```java
/// MolecularGraph aspirin = Smiles.read("CC(=O)Oc1ccccc1C(=O)O");
/// MoleculeSequence sequence = new MoleculeSerializer(bonds).write(aspirin.molecule());
/// MoleBertFeatures features = MoleBertFeatures.of(aspirin);
/// ```
public final class Smiles {
  /// CDK shows where below the string: a line of spaces and marks.
  private static final Pattern MARKED = Pattern.compile("\n.*\n( *)\\^.*", Pattern.DOTALL);

  private Smiles() {}

  /// The molecule of a SMILES; a name behind it, after a space, is left out.
  ///
  /// @throws MalformedSmilesException if it is none, no Kekulé structure fits its aromatic atoms,
  ///   or an atom from boron to fluorine has too many bonds: says where, and what is wrong
  /// @throws IllegalArgumentException if an atom is of no element (`*`): names it
  public static MolecularGraph read(String smiles) {
    String string = smiles.strip().split("\\s", 2)[0];
    IAtomContainer molecule = parse(string);
    WrittenMolecule written = WrittenMolecule.of(string);
    ChargeSeparation.apply(molecule);
    Valence.check(molecule, string, written);
    Aromaticity.apply(Aromaticity.Model.Daylight, molecule);

    int[] places = KeptAtoms.places(molecule, written);
    Stereocentres centres = new Stereocentres(molecule, places);
    List<WrittenBond> bonds = Directions.cleared(molecule, centres, places, written.bonds());
    List<Chirality> chiralities = ChiralTags.of(molecule, centres, places, written);
    return graph(molecule, string, written, places, bonds, chiralities);
  }

  private static IAtomContainer parse(String smiles) {
    try {
      return new SmilesParser(SilentChemObjectBuilder.getInstance()).parseSmiles(smiles);
    } catch (InvalidSmilesException e) {
      String message = String.valueOf(e.getMessage());
      Matcher marked = MARKED.matcher(message);
      int position = marked.find() ? marked.group(1).length() : MalformedSmilesException.WHOLE;
      throw new MalformedSmilesException(smiles, position, reason(message), e);
    }
  }

  /// What is wrong, from `could not parse 'C(C', unclosed branch:` and a drawing of the place.
  private static String reason(String message) {
    String line = message.lines().findFirst().orElse(message);
    String reason = line.substring(line.lastIndexOf("', ") < 0 ? 0 : line.lastIndexOf("', ") + 3);
    return (reason.endsWith(":") ? reason.substring(0, reason.length() - 1) : reason).strip();
  }

  private static MolecularGraph graph(
      IAtomContainer molecule,
      String smiles,
      WrittenMolecule written,
      int[] places,
      List<WrittenBond> bonds,
      List<Chirality> chiralities) {
    int[] atomicNumbers = new int[chiralities.size()];
    for (IAtom atom : molecule.atoms()) {
      int place = places[atom.getIndex()];
      if (place != KeptAtoms.LEFT_OUT) {
        atomicNumbers[place] = atom.getAtomicNumber();
      }
      if (atom.getAtomicNumber() == 0) {
        throw new MalformedSmilesException(
            smiles, written.positions().get(atom.getIndex()), "expected an element, found none");
      }
    }
    List<Molecule.Bond> kept = new ArrayList<>();
    List<BondDirection> directions = new ArrayList<>();
    for (WrittenBond bond : bonds) {
      int begin = places[bond.begin()];
      int end = places[bond.end()];
      if (begin != KeptAtoms.LEFT_OUT && end != KeptAtoms.LEFT_OUT) {
        kept.add(new Molecule.Bond(begin, end, type(molecule, bond)));
        directions.add(bond.direction());
      }
    }
    return new MolecularGraph(Molecule.of(atomicNumbers, kept), chiralities, directions);
  }

  private static double type(IAtomContainer molecule, WrittenBond written) {
    IBond bond =
        molecule.getBond(molecule.getAtom(written.begin()), molecule.getAtom(written.end()));
    return bond.isAromatic() ? 1.5 : bond.getOrder().numeric();
  }
}
