#!/usr/bin/env python3
"""Writes the newest committed result of benchmarks/results into the README, between the markers nearest:begin and
nearest:end: benchmarks/readme.py. With --check it writes nothing, and exits with 1 if the README says anything else."""
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- nearest:begin -->\n", "<!-- nearest:end -->\n"
KINDS = {
    "mixture": "",
    "picture": "patches of a photograph, ",
    "gaussian": "structureless, ",
    "outlier": "one codeword of norm 1e30, ",
}


def newest(part):
    """The latest result that measured this part, among those that git tracks, and its path."""
    listed = subprocess.run(
        ["git", "-C", PROJECT, "ls-files", "benchmarks/results/nearest-*.json"], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    results = [(json.loads((PROJECT / name).read_text()), name) for name in listed if name]
    results = [(result, name) for result, name in results if result.get(part)]
    if not results:
        sys.exit(f"benchmarks/results has no committed result with {part}")
    return max(results, key=lambda result: (result[0]["date"], result[1]))


def number(value):
    """Three digits that matter, never an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value):
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(passed):
    return "yes" if passed else "**no**"


def bars(case):
    """What is demanded, what was measured, and whether it is enough."""
    if not case["bars"]:
        return "-"
    names = {"exact": "best"}
    return "; ".join(
        f"{times(bar['measured'])} of {bar['factor']:g}x {names.get(bar['peer'], bar['peer'])}: "
        f"{verdict(bar['measured'] >= bar['factor'])}"
        for bar in case["bars"]
    )


def circumstances(result, name):
    machine, versions, jvm = result["machine"], result["versions"], result["jvm"]
    arguments = result["arguments"]
    caches = [(level, machine[f"cache{level}"]) for level in ("L1d", "L2", "L3")]
    known = [f"{level} {size}" for level, size in caches if size]  # a virtual machine need not tell
    return (
        f"One thread of an {machine['processor']} (family {machine['family']}, model {machine['model']}, "
        f"{' and '.join(machine['vectors'])}{'; ' if known else ''}{', '.join(known)}), "
        f"JDK {jvm['java']} with `{jvm['flags']}`, faiss {versions['faiss']}, numpy {versions['numpy']}, torch {versions['torch']}, "
        f"scipy {versions['scipy']}, {result['date'][:10]}, commit {result['commit'][:10]}"
        f"{' with changes' if result['modified'] else ''}. Milliseconds a call: medians of {arguments['rounds']} rounds in turns, "
        f"Tessera in {arguments['forks']} JVMs ([all figures]({name})). The machine is virtual and shared: read the ratios{others(result)}."
    )


def others(result):
    """How much of the processors other programs took meanwhile, where that was measured."""
    shares = [case["others"] for case in result["cases"] if case.get("others") is not None]
    return f"; other programs took at most {100 * max(shares):.0f} % of the processor" if shares else ""


def table(result):
    lines = [
        "| points x codewords x columns | faiss | numpy | torch | kd-tree | product alone, numpy / torch | **Tessera** "
        "| times the best peer | bar: measured, demanded | ids not exact: Tessera / faiss / numpy / torch | packing, ms | extra memory, MB | B/call |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in result["cases"]:
        peers, ours = case["peers"], case["tessera"]

        def millis(peer):
            return number(peers[peer]["millis"]) if peer in peers else "-"

        differ = " / ".join(str(d) for d in [ours["differ"], *(peers[name]["differ"] for name in ("faiss", "numpy", "torch"))])
        cells = [
            f"{KINDS[case['kind']]}{case['points']} x {case['codes']} x {case['dim']}",
            *(millis(peer) for peer in ("faiss", "numpy", "torch", "kd-tree")),
            f"{millis('numpy product')} / {millis('torch product')}",
            f"**{number(ours['millis'])}**",
            f"{times(case['ratio'])} ({case['bestPeer']})",
            bars(case),
            differ,
            number(ours["preparationMillis"]),
            number(ours["extraMB"]),
            f"{ours['bytesPerCall']:.0f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def findings(result):
    """The measurements that are not rows of the table, a sentence each."""
    if "kmeans" in result:
        found = result["kmeans"]
        points, codes, dim = found["case"].split("_")
        yield (
            f"k-means, {points} x {dim}, K = {codes}, {found['steps']} steps from the same rows: faiss {number(found['millis']['faiss'])} ms, "
            f"Tessera {number(found['millis']['tessera'])} ms, {times(found['ratio'])} times as fast "
            f"(demanded {found['bar']:g}: {verdict(found['passed'])})."
        )
    if "outlier" in result:
        found = result["outlier"]
        yield (
            f"One codeword of norm 1e30 among 8192: {found['ratio']:.3f} times the time without it "
            f"(allowed 1.1: {verdict(found['passed'])}), {found['differ']} ids not exact."
        )
    for found in result.get("choice", []):
        points, codes, dim = found["case"].split("_")[1:]
        yield (
            f"Structureless data, {points} x {codes} x {dim}: choosing costs {found['ratio']:.3f} times the dense kernel alone "
            f"(allowed 1.05: {verdict(found['passed'])})."
        )
    yield scaling()


def scaling():
    """Two threads against one: measured alone, too, as it wants two quiet processors."""
    result, name = newest("scaling")
    parts = [
        f"{times(found['factor'])} at {found['case'].replace('_', ' x ')}"
        + ("" if found["passed"] is None else f" ({verdict(found['passed'])})")
        + (f", others on {100 * found['others']:.0f} % of the processors" if (found.get("others") or 0) > 0.1 else "")
        for found in result["scaling"]
    ]
    return (
        f"Two threads against one, median of {result['arguments']['forks']} JVMs, {result['date'][:10]}, commit {result['commit'][:10]} "
        f"([all figures]({name}); 1.7 demanded of rows of 50 ms or more): {'; '.join(parts)}."
    )


def section():
    result, name = newest("cases")
    lines = [circumstances(result, name), "", *table(result), "", *(f"* {sentence}" for sentence in findings(result))]
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    readme = PROJECT / "README.md"
    text = readme.read_text()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        sys.exit(f"{readme} has no lines {BEGIN.strip()} and {END.strip()}, in this order")
    wanted = text[: begin + len(BEGIN)] + section() + text[end:]
    if wanted == text:
        return
    if sys.argv[1:]:
        sys.exit("README.md is not what the newest result says: run benchmarks/readme.py")
    readme.write_text(wanted)


if __name__ == "__main__":
    main()
