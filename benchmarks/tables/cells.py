"""What the tables have in common: which result they show, and how figures are written."""
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent


def committed(kind, part):
    """The results of this kind that measured this part, among those that git tracks, each with its path; the latest last."""
    listed = subprocess.run(
        ["git", "-C", PROJECT, "ls-files", f"benchmarks/results/{kind}-*.json"], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    results = [(json.loads((PROJECT / name).read_text()), name) for name in listed if name]
    results = [(result, name) for result, name in results if result.get(part)]
    if not results:
        sys.exit(f"benchmarks/results has no committed {kind} result with {part}")
    return sorted(results, key=lambda result: (result[0]["date"], result[1]))


def newest(kind, part):
    """The latest of these."""
    return committed(kind, part)[-1]


def number(value):
    """Three digits that matter, never an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value):
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(passed):
    return "yes" if passed else "**no**"


def lines(header, rows):
    """A Markdown table."""
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *("| " + " | ".join(row) + " |" for row in rows)]


def machine(result):
    found = result["machine"]
    caches = [(level, found.get(f"cache{level}")) for level in ("L1d", "L2", "L3")]
    known = [f"{level} {size}" for level, size in caches if size]  # a virtual machine need not tell
    vectors = " and ".join(found["vectors"])
    facts = [f"family {found['family']}, model {found['model']}, {vectors}", *known]
    return f"{found['processor']} ({'; '.join(facts)})"


def when(result):
    return f"{result['date'][:10]}, commit {result['commit'][:10]}{' with changes' if result['modified'] else ''}"


def others(measured):
    """How much of the processors other programs took meanwhile, where that was measured."""
    shares = [case["others"] for case in measured if case.get("others") is not None]
    share = f"; other programs took at most {100 * max(shares):.0f} % of the processor" if shares else ""
    return f"The machine is virtual and shared: read the ratios{share}."
