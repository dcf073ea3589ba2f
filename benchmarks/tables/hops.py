"""Hop aggregation: results of benchmarks/peers/hops.py."""
from tables.cells import lines, machine, newest, number, others, times, verdict, when


def circumstances(result, name):
    versions, jvm = result["versions"], result["jvm"]
    return (
        f"Three hops with symmetric weights on {machine(result)}, JDK {jvm['java']} with `{jvm['flags']}`, oneMKL in the same JVM, "
        f"torch {versions['torch']}, scipy {versions['scipy']}, {when(result)}. Milliseconds a hop: medians of "
        f"{result['arguments']['rounds']} rounds in turns ([all figures]({name})). Tokens are features and hops in one array "
        f"[nodes, 4, columns], planning included. {others(result['cases'])}"
    )


def rows(result):
    backend = result["arguments"]["backend"]
    for case in result["cases"]:
        ours, peers = case["jvm"][backend], case["peers"]

        def millis(peer):
            return number(peers[peer]["hop"]) if peer in peers else "-"

        yield [
            f"{case['graph'].replace('_', ', ').replace('comm', 'communities')}: {case['nodes']} nodes, {case['edges']} edges, {case['columns']} columns",
            str(case["threads"]),
            number(case["jvm"]["mkl"]["hop"]) if "mkl" in case["jvm"] else "-",
            millis("torch"),
            millis("scipy"),
            f"**{number(ours['hop'])}**",
            f"{times(case['ratio'])} ({case['bestPeer']}; demanded {case['bar']:g}: {verdict(case['passed'])})",
            f"{times(case['firstRatio'])} ({verdict(case['tokensPassed'])})" if "firstRatio" in case else "-",
            f"{number(case['planMillis'])} ms, {times(case['planHops'])} hops",
            str(ours["differ"]),
        ]


def findings(result):
    """The measurements that are not columns of the table, a sentence each."""
    backend = result["arguments"]["backend"]
    for case in result["cases"]:
        name = f"{case['graph']}, threads {case['threads']}"
        if "halvesRatio" in case:
            error = case["jvm"]["simd-bf16"]["error"]
            yield f"Rows of bfloat16, {name}: {times(case['halvesRatio'])} times as fast, an error of {error:.1e} of the greatest value."
        if "float64Error" in case["jvm"][backend]:
            yield f"The third hop against float64, {name}: {case['jvm'][backend]['float64Error']:.1e} of the greatest value."
        if "memory" in case:
            extra, allowed = (number(case["memory"][key] / 1e6) for key in ("extraBytes", "allowedBytes"))
            yield f"Memory beside features, graph and tokens, {name}: {extra} MB (allowed {allowed})."
        if "nagphormerRatio" in case:
            yield (
                f"Tokens by NAGphormer's own way (torch's sparse product, then one assignment a node), {name}: "
                f"{number(case['nagphormerMillis'])} ms, {times(case['nagphormerRatio'])} times Tessera's time "
                f"(demanded 25: {verdict(case['nagphormerRatio'] >= 25)})."
            )


def section():
    result, name = newest("hops", "cases")
    header = [
        "graph",
        "threads",
        "oneMKL",
        "torch",
        "scipy",
        "**Tessera**",
        "times the best peer",
        "tokens, times oneMKL (1.1 demanded)",
        "planning",
        "values not exact",
    ]
    parts = [circumstances(result, name), "", *lines(header, rows(result)), "", *(f"* {sentence}" for sentence in findings(result))]
    return "\n".join(parts) + "\n"
