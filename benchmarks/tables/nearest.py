"""The nearest codeword: results of benchmarks/peers/nearest.py."""
from tables.cells import lines, machine, newest, number, others, times, verdict, when

KINDS = {
    "mixture": "",
    "picture": "patches of a photograph, ",
    "gaussian": "structureless, ",
    "outlier": "one codeword of norm 1e30, ",
}


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
    versions, jvm, arguments = result["versions"], result["jvm"], result["arguments"]
    return (
        f"One thread of an {machine(result)}, JDK {jvm['java']} with `{jvm['flags']}`, faiss {versions['faiss']}, numpy {versions['numpy']}, "
        f"torch {versions['torch']}, scipy {versions['scipy']}, {when(result)}. Milliseconds a call: medians of {arguments['rounds']} rounds "
        f"in turns, Tessera in {arguments['forks']} JVMs ([all figures]({name})). {others(result['cases'])}"
    )


HEADER = [
    "points x codewords x columns",
    "faiss",
    "numpy",
    "torch",
    "kd-tree",
    "product alone, numpy / torch",
    "**Tessera**",
    "times the best peer",
    "bar: measured, demanded",
    "ids not exact: Tessera / faiss / numpy / torch",
    "packing, ms",
    "extra memory, MB",
    "B/call",
]


def rows(result):
    for case in result["cases"]:
        peers, ours = case["peers"], case["tessera"]

        def millis(peer):
            return number(peers[peer]["millis"]) if peer in peers else "-"

        yield [
            f"{KINDS[case['kind']]}{case['points']} x {case['codes']} x {case['dim']}",
            *(millis(peer) for peer in ("faiss", "numpy", "torch", "kd-tree")),
            f"{millis('numpy product')} / {millis('torch product')}",
            f"**{number(ours['millis'])}**",
            f"{times(case['ratio'])} ({case['bestPeer']})",
            bars(case),
            " / ".join(str(d) for d in [ours["differ"], *(peers[name]["differ"] for name in ("faiss", "numpy", "torch"))]),
            number(ours["preparationMillis"]),
            number(ours["extraMB"]),
            f"{ours['bytesPerCall']:.0f}",
        ]


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
    result, name = newest("nearest", "scaling")
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
    result, name = newest("nearest", "cases")
    parts = [circumstances(result, name), "", *lines(HEADER, rows(result)), "", *(f"* {sentence}" for sentence in findings(result))]
    return "\n".join(parts) + "\n"
