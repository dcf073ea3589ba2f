"""Writes rdkit.tsv: what RDKit makes of SMILES, as Mole-BERT's and GraphsGPT's code reads it.

    python3 make_fixtures.py

Needs RDKit (made with 2022.09.3; Debian: python3-rdkit). A line has four fields: the SMILES, the atoms as
ATOMIC_NUMBER:CHIRALITY, the bonds as BEGIN-END:TYPE:DIRECTION, and a comment. Chirality and direction are indices
of the lists in Mole-BERT's loader.py, the type is GetBondTypeAsDouble(). A molecule that RDKit refuses has "-" for atoms.
"""

from pathlib import Path

from rdkit import Chem, rdBase

MOLECULES = """
C methane
CCO ethanol
C1CC1 cyclopropane
c1ccccc1 benzene
C1=CC=CC=C1 benzene, Kekule
CC(=O)Oc1ccccc1C(=O)O aspirin
CC(=O)OC1=CC=CC=C1C(O)=O aspirin, Kekule
CN1C=NC2=C1C(=O)N(C(=O)N2C)C caffeine
Cn1cnc2c1c(=O)n(C)c(=O)n2C caffeine, aromatic
CC(C)Cc1ccc(cc1)C(C)C(=O)O ibuprofen
CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O ibuprofen, dextro
CC(=O)Nc1ccc(O)cc1 paracetamol
CN1CCC[C@H]1c1cccnc1 nicotine
CN1[C@H]2CC[C@@H]1[C@H]([C@H](C2)OC(=O)C3=CC=CC=C3)C(=O)OC cocaine
CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5 morphine
C[C@]12CC[C@H]3[C@H]([C@@H]1CC[C@@H]2O)CCC4=CC(=O)CC[C@]34C testosterone
C[C@H](CCCC(C)C)[C@H]1CC[C@@H]2[C@@]1(CC[C@H]3[C@H]2CC=C4[C@@]3(CC[C@@H](C4)O)C)C cholesterol
OC[C@H]1O[C@@H](O)[C@H](O)[C@@H](O)[C@@H]1O glucose
CC1([C@@H](N2[C@H](S1)[C@@H](C2=O)NC(=O)Cc3ccccc3)C(=O)O)C penicillin G
N[C@@H](C)C(=O)O L-alanine
C[C@H](N)C(=O)O L-alanine, from the other end
[C@@H](N)(C)C(=O)O a chiral atom at the beginning
N[C@@]([H])(C)C(=O)O a hydrogen written as an atom
[H][C@@](F)(Cl)Br a hydrogen at the beginning
OC(=O)[C@@H](N)CS L-cysteine
N[C@@H](Cc1ccccc1)C(=O)O L-phenylalanine
[NH3+][C@@H](C)C(=O)[O-] a zwitterion
F[C@](Cl)(Br)I four halogens
F[C@@]1(Cl)CCO1 a ring closed at a chiral atom
[C@]1(F)(Cl)CCO1 a ring opened at a chiral atom
C[C@@H]1CO1 propylene oxide
C[C@H]1CC[C@@H](C)CC1 trans-1,4-dimethylcyclohexane
C[C@H](C)O isopropanol, no stereocentre
C[C@H](Cl)[C@H](Br)[C@@H](Cl)C a plain pair and what lies between
C[S@](=O)c1ccccc1 a chiral sulfoxide
C[P@](CC)c1ccccc1 a chiral phosphine
C[Si@H](F)Cl a chiral silane
C[N@]1CC1C an aziridine
C[N@@](CC)CCC an amine that inverts
C[C@H]([2H])O a deuterium at a chiral atom
N1[C@H]2CC[C@@H]1CC2 a bridged amine
C[S@@+]1CCCC1C a sulfonium, ring closed at it
[S@@+]1(C)CCCC1C a sulfonium at the beginning
C1CC[S@@+](C)C1C a sulfonium within a ring
O=[S@]1CCCC1C a ring sulfoxide
[O-][S@+]1CCCC1C a ring sulfoxide with charges
C[P@]1CCCC1C a ring phosphine
O=[S@@]1(C)=NCCC1 a sulfoximine
[N@@]12CC[C@@H](CC1)[C@@H](O)C2 a bridgehead nitrogen at the beginning
C1C[N@@]2CC[C@H]1C[C@@H]2F a bridgehead nitrogen
C1C[N@]2CCC[C@H]2C1 a nitrogen between two rings
C=C[C@H]1CN2CC[C@H]1C[C@H]2[C@@H](c1ccnc2ccc(cc12)OC)O quinine
[H]/C([H])=C/F two hydrogens
F/C=C/F trans
F/C=C\\F cis
C/C=C/C trans-but-2-ene
C/C=C(/C)C no difference
C(/F)=C/F from the middle
F/C=C/C=C/F two double bonds
F/C=C/1CC1F a direction where a ring opens
F/C=C\\1CC1F a direction where a ring opens, down
F\\C=C1.F/1 a direction where a ring closes
C1CCC/1=C/F no difference at a ring
C1=CC/C=C/CCC1 a ring of eight
C1CC/C=C/CC1 a ring of seven
C/C a direction without a double bond
C/C=N/O an oxime
[H]/C=C/F a hydrogen as the only witness
[H]/N=C/F a hydrogen at nitrogen
[H]/C(C)=C/F a direction handed over
[H]/C(Cl)=C(/[H])F a direction handed over, twice
CC(/[H])=C(/[H])C behind the atom
CC(\\[H])=C(/[H])C behind the atom, down
F/C([H])=C/F a hydrogen beside a direction
C12CC1C2 two rings closed
C2CC2C1CC1 rings by number
C1CCC=1 a bond where a ring closes
C=1CCC1 a bond where a ring opens
C=1CCC=1 a bond on both sides
C-1CC1 a single bond where a ring opens
C1CC-1 a single bond where a ring closes
C%12CC%12 a ring of two digits
CN(=O)=O nitromethane without charges
C[N+](=O)[O-] nitromethane
Cc1c(cc(cc1N(=O)=O)N(=O)=O)N(=O)=O TNT
CN=N#N methyl azide without charges
CN=[N+]=[N-] methyl azide
c1ccccn1=O pyridine oxide without charges
[O-][n+]1ccccc1 pyridine oxide
OCl(=O)(=O)=O perchloric acid
OBr(=O)=O bromic acid
C=P(=O)C an ylide
CP(=O)(O)O a phosphonic acid
OS(=O)(=O)O sulfuric acid
CS(=O)C DMSO
[Na+].[Cl-] salt
CC(=O)[O-].[NH4+] ammonium acetate
[H][N+]([H])([H])[H] ammonium with hydrogens
O=C=O carbon dioxide
[C-]#[O+] carbon monoxide
C#N hydrogen cyanide
N#N nitrogen
[H][H] hydrogen
[H]O[H] water with hydrogens
O water
[2H]O[2H] heavy water
[H+] a proton
[H-] a hydride
[Na+].[H-] sodium hydride
[13CH4] an isotope
[CH3] a radical
[Fe+2] iron
c1ccc2ccccc2c1 naphthalene
c1ccc2cc3ccccc3cc2c1 anthracene
C1=CC2=CC=CC2=CC=C1 azulene
c1ccc2c(c1)[nH]c1ccccc12 carbazole
c1cc2ccc3cccc4ccc(c1)c2c34 pyrene
c1cc[nH]c1 pyrrole
C1=CNC=C1 pyrrole, Kekule
c1ccoc1 furan
c1ccsc1 thiophene
c1c[nH]cn1 imidazole
c1ncc2nc[nH]c2n1 purine
n1ccccc1 pyridine
O=c1cc[nH]cc1 pyridone
O=C1C=CC=CC=C1 tropone
O=C1C=CC(=O)C=C1 quinone
C1=CC(=C)C=C1 fulvene
C1=CC=CC=CC=C1 cyclooctatetraene
c1cc[cH-]c1 cyclopentadienide
[cH+]1cccccc1 tropylium
B1C=CC=C1 borole
C1=CSC=CN1 thiazine
O=C1NC(=O)C=CN1 uracil
O=c1cc[nH]c(=O)[nH]1 uracil, aromatic
Nc1ccn(C2CC(O)C(CO)O2)c(=O)n1 deoxycytidine
Clc1ccc(cc1)C(c1ccccc1)N1CCN(CC1)CCO a piperazine
FC(F)(F)c1cccc(c1)N1CCNCC1 a trifluoromethyl group
CC1=C(C(=O)C2=CC=CC=C2C1=O)CC=C(C)CCCC(C)CCCC(C)CCCC(C)C vitamin K1
C1=CC=C2C(=C1)C=CC(=O)O2 coumarin
CC(C)(C)(C)C too many bonds
C[N](C)(C)C too many bonds at nitrogen
CN(=O)C four bonds at nitrogen
FCF(C) two bonds at fluorine
[CH5] five hydrogens
c1cccc1 no Kekule structure
"""

TAGS = {
    Chem.ChiralType.CHI_UNSPECIFIED: 0,
    Chem.ChiralType.CHI_TETRAHEDRAL_CW: 1,
    Chem.ChiralType.CHI_TETRAHEDRAL_CCW: 2,
    Chem.ChiralType.CHI_OTHER: 3,
}
DIRECTIONS = {Chem.BondDir.NONE: 0, Chem.BondDir.ENDUPRIGHT: 1, Chem.BondDir.ENDDOWNRIGHT: 2}


def line(smiles: str, comment: str) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return f"{smiles}\t-\t\t{comment}"
    atoms = " ".join(f"{a.GetAtomicNum()}:{TAGS[a.GetChiralTag()]}" for a in molecule.GetAtoms())
    bonds = " ".join(
        f"{b.GetBeginAtomIdx()}-{b.GetEndAtomIdx()}:{b.GetBondTypeAsDouble()}:{DIRECTIONS[b.GetBondDir()]}"
        for b in molecule.GetBonds()
    )
    return f"{smiles}\t{atoms}\t{bonds}\t{comment}"


def main() -> None:
    rdBase.DisableLog("rdApp.*")
    lines = [line(*entry.split(" ", 1)) for entry in MOLECULES.strip().splitlines()]
    Path(__file__).with_name("rdkit.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
