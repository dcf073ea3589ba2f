"""Hop aggregation: results of benchmarks/peers/hops.py."""
from tables.cells import committed, lines, machine, number, others, times, verdict, when


def circumstances(result, name):
    versions, jvm = result["versions"], result["jvm"]
    buffers = ", oneMKL's with two new buffers" if any("planAtHandHops" in case for case in result["cases"]) else ""
    return (
        f"Three hops with symmetric weights on {machine(result)}, JDK {jvm['java']} with `{jvm['flags']}`, oneMKL in the same JVM, "
        f"torch {versions['torch']}, scipy {versions['scipy']}, {when(result)}. Milliseconds a hop: medians of "
        f"{result['arguments']['rounds']} rounds in turns ([all figures]({name})). Tokens are features and hops in one array "
        f"[nodes, 4, columns], planning included{buffers}. {others(result['cases'])}"
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
            planning(case),
            str(ours["differ"]),
        ]


def planning(case):
    """With memory that the system has to find first; and, in later results, with memory that it has at hand."""
    passed = case.get("planPassed")
    said = "" if passed is None else f" ({verdict(passed)})"
    first = f"{number(case['planMillis'])} ms, {times(case['planHops'])} hops"
    if "planAtHandHops" not in case:
        return first + said
    return f"{first}; {number(case['planAtHandMillis'])} ms, {times(case['planAtHandHops'])} hops with memory at hand{said}"


def findings(result):
    """The measurements that are not columns of the table, a sentence each."""
    backend = result["arguments"]["backend"]
    for case in result["cases"]:
        name = f"{case['graph']}, threads {case['threads']}"
        if "halvesPeerRatio" in case:
            error = case["jvm"]["simd-bf16"]["error"]
            yield (
                f"Rows of bfloat16, {name}: {times(case['halvesPeerRatio'])} times the best peer "
                f"(demanded {case['halvesBar']:g}: {verdict(case['halvesPassed'])}), {times(case['halvesRatio'])} times float32, "
                f"an error of {error:.1e} of the greatest value."
            )
        if "float64Error" in case["jvm"][backend]:
            yield f"The third hop against float64, {name}: {case['jvm'][backend]['float64Error']:.1e} of the greatest value."
        if case.get("planMemoryMillis") and case["planPassed"] is not None:
            held, given = number(case["planBytes"] / 1e6), number(case["planMemoryMillis"])
            yield f"Planning, {name}: as much memory as the plan holds ({held} MB) takes the system {given} ms to give, zeroed, to one thread."
        if "memory" in case:
            extra, allowed = (number(case["memory"][key] / 1e6) for key in ("extraBytes", "allowedBytes"))
            yield f"Memory beside features, graph and tokens, {name}: {extra} MB (allowed {allowed})."
        if "nagphormerRatio" in case:
            yield (
                f"Tokens by NAGphormer's own way (torch's sparse product, then one assignment a node), {name}: "
                f"{number(case['nagphormerMillis'])} ms, {times(case['nagphormerRatio'])} times Tessera's time "
                f"(demanded 25: {verdict(case['nagphormerRatio'] >= 25)})."
            )


def newest_cases():
    """Each graph's latest cases, by the results that they come from."""
    results = committed("hops", "cases")
    latest = {}
    for at, (result, _) in enumerate(results):
        for case in result["cases"]:
            latest[case["graph"]] = at
    for at, (result, name) in enumerate(results):
        cases = [case for case in result["cases"] if latest[case["graph"]] == at]
        if cases:
            yield {**result, "cases": cases}, name


def section():
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
    parts = []
    for result, name in newest_cases():
        parts += [circumstances(result, name), "", *lines(header, rows(result)), "", *(f"* {sentence}" for sentence in findings(result)), ""]
    return "\n".join(parts[:-1]) + "\n"
