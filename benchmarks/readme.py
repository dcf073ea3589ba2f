#!/usr/bin/env python3
"""Writes the newest committed results of benchmarks/results into the README, each table between its markers, such as
nearest:begin and nearest:end: benchmarks/readme.py. With --check it writes nothing, and exits with 1 if the README says
anything else."""
import sys

from tables import hops, linear, nearest, text, training
from tables.cells import PROJECT

SECTIONS = {"nearest": nearest.section, "text": text.section, "training": training.section, "hops": hops.section, "linear": linear.section}


def replaced(readme, name, section):
    """The README with this section between its markers."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->\n"
    at, behind = readme.find(begin), readme.find(end)
    if at < 0 or behind < at:
        sys.exit(f"README.md has no lines {begin.strip()} and {end.strip()}, in this order")
    return readme[: at + len(begin)] + section + readme[behind:]


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    path = PROJECT / "README.md"
    found = wanted = path.read_text()
    for name, section in SECTIONS.items():
        wanted = replaced(wanted, name, section())
    if wanted == found:
        return
    if sys.argv[1:]:
        sys.exit("README.md is not what the newest results say: run benchmarks/readme.py")
    path.write_text(wanted)


if __name__ == "__main__":
    main()
