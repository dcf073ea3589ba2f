#!/usr/bin/env python3
"""Makes a graph of the packages that a Debian machine knows, from its package lists.

    python3 samples/debian-graph.py build/debian-all
    python3 samples/debian-graph.py build/debian --roots gnome-core,build-essential

A node is a package; an edge leads from a package to one that it needs (Pre-Depends, Depends, or
Recommends): of alternatives ("a | b") to the first that there is; where none of them is a package, to
the first, by name, of the packages that provide the first of them that any does. With --roots the graph
is cut down to the packages named and all that they need, directly or not. Nodes are numbered by name.

Reads /var/lib/apt/lists, or, where that is empty, /var/lib/dpkg/status, and needs nothing but
Python's library. Writes into the folder

    edges.txt      a line "package dependency" an edge, by number, sorted
    packages.txt   a line a node: the package's name
    features.npz   features [nodes x columns], float32
    features.txt   a line a column: what it holds

The features of a package are 1 in the column of its section and in that of its priority, 0 in the
others of these; and log2(1 + x) / 16 of the kilobytes that it takes installed, of the bytes of its
archive, of the number of packages that it needs here, and of the number of those that need it.
"""

import argparse
import gzip
import io
import lzma
import math
import pathlib
import re
import struct
import subprocess
import sys
import zipfile

NEEDS = ("Pre-Depends", "Depends", "Recommends")
PRIORITIES = ("required", "important", "standard", "optional", "extra")
# "libc6:any (>= 2.36) [amd64]" -> "libc6"
NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]*)")


def list_texts():
    """The text of each package list."""
    lists = sorted(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*"))
    for path in lists:
        if path.suffix == ".gz":
            yield gzip.open(path, "rt", encoding="utf-8").read()
        elif path.suffix == ".xz":
            yield lzma.open(path, "rt", encoding="utf-8").read()
        elif path.suffix.endswith("_Packages"):
            yield path.read_text(encoding="utf-8")
        else:  # apt knows its own compressions
            helper = ["/usr/lib/apt/apt-helper", "cat-file", str(path)]
            yield subprocess.run(helper, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
    if not lists:
        yield pathlib.Path("/var/lib/dpkg/status").read_text(encoding="utf-8")


def paragraphs(text):
    """The fields of each paragraph; a continued line belongs to its field."""
    for paragraph in text.split("\n\n"):
        fields = {}
        name = None
        for line in paragraph.split("\n"):
            if line[:1] in (" ", "\t"):
                if name in fields:
                    fields[name] += line
            elif ":" in line:
                name, value = line.split(":", 1)
                fields[name] = value.strip()
        if "Package" in fields:
            yield fields


def read_packages():
    """All packages by name; of several with one name the first read."""
    packages = {}
    for text in list_texts():
        for fields in paragraphs(text):
            packages.setdefault(fields["Package"], fields)
    return packages


def names(field):
    """For each need the names of its alternatives."""
    for need in field.split(","):
        matches = [NAME.match(alternative) for alternative in need.split("|")]
        found = [match.group(1) for match in matches if match]
        if found:
            yield found


def dependencies(packages):
    """For each package the set of those that it needs."""
    providers = {}
    for name in sorted(packages):
        for provided in names(packages[name].get("Provides", "")):
            providers.setdefault(provided[0], name)
    needed = {}
    for name, fields in packages.items():
        needed[name] = set()
        for kind in NEEDS:
            for alternatives in names(fields.get(kind, "")):
                real = [a for a in alternatives if a in packages]
                provided = [providers[a] for a in alternatives if a in providers]
                if real or provided:
                    needed[name].add((real or provided)[0])
        needed[name].discard(name)
    return needed


def closure(needed, roots):
    unknown = [root for root in roots if root not in needed]
    if unknown:
        sys.exit("debian-graph: no such package: " + ", ".join(unknown))
    reached = set(roots)
    waiting = list(roots)
    while waiting:
        for name in needed[waiting.pop()]:
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached


def logarithm(value):
    return math.log2(1 + int(value)) / 16


def features(packages, chosen, needed):
    """A row of numbers a package, and what each column holds."""
    section = {name: packages[name].get("Section", "unknown").split("/")[-1] for name in chosen}
    sections = sorted(set(section.values()))
    needing = dict.fromkeys(chosen, 0)
    for name in chosen:
        for other in needed[name]:
            needing[other] += 1
    rows = []
    for name in chosen:
        fields = packages[name]
        row = [float(section[name] == s) for s in sections]
        row += [float(fields.get("Priority", "optional") == p) for p in PRIORITIES]
        row.append(logarithm(fields.get("Installed-Size", 0)))
        row.append(logarithm(fields.get("Size", 0)))
        row.append(logarithm(len(needed[name])))
        row.append(logarithm(needing[name]))
        rows.append(row)
    columns = ["section " + s for s in sections] + ["priority " + p for p in PRIORITIES]
    columns += ["installed size", "archive size", "packages that it needs", "packages that need it"]
    return rows, columns


def npy(rows, columns):
    """A .npy file, version 1, of float32 [rows x columns]."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), columns)
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    data = io.BytesIO()
    data.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii"))
    for row in rows:
        data.write(struct.pack("<%df" % columns, *row))
    return data.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--roots", default="", help="packages, with commas between")
    arguments = parser.parse_args()

    packages = read_packages()
    needed = dependencies(packages)
    roots = [root for root in arguments.roots.split(",") if root]
    chosen = sorted(closure(needed, roots) if roots else packages)
    number = {name: i for i, name in enumerate(chosen)}
    edges = sorted((number[a], number[b]) for a in chosen for b in needed[a])
    rows, columns = features(packages, chosen, needed)

    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "edges.txt").write_text("".join("%d %d\n" % edge for edge in edges), encoding="ascii")
    (folder / "packages.txt").write_text("".join(name + "\n" for name in chosen), encoding="ascii")
    (folder / "features.txt").write_text("".join(name + "\n" for name in columns), encoding="ascii")
    with zipfile.ZipFile(folder / "features.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("features.npy")  # of 1980: the same lists give the same file
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, npy(rows, len(columns)), compresslevel=9)
    print("%d packages, %d edges, %d features" % (len(chosen), len(edges), len(columns)), file=sys.stderr)


if __name__ == "__main__":
    main()
