#!/usr/bin/env python3
"""Times Tessera's hop aggregation beside its peers, on the same graphs, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests -Pmkl
    ~/.cache/tessera-peers/bin/python benchmarks/peers/hops.py FOLDER [--graphs GRAPH...]

FOLDER holds the files of hops_data.py; those that are missing are made first. Peers, all with the same symmetric weights:
oneMKL's mkl_sparse_s_mm with hints, in Tessera's JVM, into two buffers in turn; torch's CSR product; scipy's, which knows
one thread. For each graph, with one and with two threads, on as many processors:

hop     milliseconds a hop in a run of three. Tessera: what four hops take longer than one, over three, so that neither its
        plan nor the copy of the features is counted; peers: three products, over three. A round takes everybody's turn, each
        some time after the one before, as the threads of torch and MKL keep processors busy for 200 ms when they are done;
        the figure is the median of the rounds. torch and scipy get one turn where they take thrice as long as the fastest
tokens  features and three hops into float32 [nodes, 4, d]. Tessera and MKL (buffers in turn, and a copy) into memory that
        is there; "first" by a fresh kernel, which has planned nothing yet, and by MKL with two fresh buffers
plan    milliseconds of Tessera's preparing, and in hops of its kernel without plans (simd-plain); then the same with memory
        that was freed just before and that the system has at hand, as hops have theirs: this is what is judged, the least of
        the rounds, as a virtual machine's host may have taken that memory in between; below, what the system takes to give
        as much memory, zeroed, to one thread
bf16    a hop that gathers rows of bfloat16: times the best peer, times a hop from float32, and its greatest error
float64 the third hop's greatest difference from sums in float64, in units of its greatest value, as all errors here
memory  megabytes of a fresh kernel's first tokens beyond features, graph and tokens, and what they may be: a tenth of these,
        and one copy of the graph and one hop where nodes are reordered or tiled

Tessera's third hop must equal the scalar specification's bit for bit, and scipy's within the rounding of its sums.
"others" is the share of the processors in use that other programs took meanwhile: near 0, or the figures mean little.
Memory is in huge pages for all in the JVM, where Linux gives them (GLIBC_TUNABLES).

Prints a table, and writes everything with its circumstances to --output (default: benchmarks/results/hops-DATE.json).
Exit status 1 if a value of Tessera's is not the exact one.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time

import hops_data
from jvm import Tessera, java_command
from timing import HUGE_PAGES, Processors, array_versions, circumstances, keep, pin, settle_environment, stopwatch, verdict

HOPS = 3
WARM_SECONDS = 8
SETTLE_SECONDS = 3  # until memory that was freed is the system's again, and, in a virtual machine, its host's
SPIN_SECONDS = 0.3  # as long as the threads of an OpenMP library may go on waiting without sleeping
SLOW_PEER = 3  # times the fastest: such a peer gets one turn
MOST_ERROR = 1e-5  # of the greatest value, between float32 sums in another order

# What Tessera must reach, as multiples of the fastest peer's speed a hop, with one and two threads, and with rows of bfloat16;
# and how many hops its plan may cost.
BARS = {
    "arxiv": (0.95, 0.95),
    "pokec": (0.95, 0.95),
    "arxiv_comm": (1.5, 1.4),
    "pokec_comm": (1.5, 1.4),
    "reddit": (1.7, 1.4),
    "reddit_comm": (1.7, 1.4),
}
HALVES_BARS = {"arxiv": 1.6, "pokec": 1.6, "reddit": 1.6, "arxiv_comm": 2.0, "pokec_comm": 2.0, "reddit_comm": 2.0}
TOKENS_BAR = 1.1  # times MKL with two buffers and a copy
PLAN_BARS = {"nodes reordered": 1.6, "blocks of": 0.4}  # hops, by what Tessera says it did
PLAIN, HALVES = "simd-plain", "simd-bf16"
NAGPHORMER_BAR = 25.0
NAGPHORMER_GRAPH = "arxiv_comm"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="of hops_data.py's files")
    parser.add_argument("--graphs", nargs="+", default=hops_data.GRAPHS, choices=hops_data.GRAPHS, metavar="GRAPH")
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], metavar="T")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", default="simd")
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--skip", nargs="*", default=[], choices=["mkl", "scipy", "torch", "nagphormer", HALVES])
    return parser.parse_args()


def hop_by_hop(product, x, hops=HOPS):
    for _ in range(hops):
        x = product(x)
    return x


def symmetric_weights(indptr, indices):
    """1 / sqrt(d_i d_j) in float64."""
    import numpy as np

    degree = np.diff(indptr).astype(np.float64)
    return 1 / np.sqrt(np.repeat(degree, np.diff(indptr)) * degree[indices])


def hops_in_float64(matrix, x):
    """The last hop by sums in float64."""
    exact = matrix.astype("float64")
    exact.data = symmetric_weights(matrix.indptr, matrix.indices)
    return hop_by_hop(lambda y: exact @ y, x.astype("float64"))


def peers(folder, graph, threads, skip):
    """name -> a function that takes hops; and the weights' scipy matrix and the features."""
    import numpy as np
    import scipy.sparse

    indptr, indices, x = (np.load(folder / f"{graph}_{part}.npy") for part in ("indptr", "indices", "x"))
    weights = symmetric_weights(indptr, indices).astype(np.float32)
    matrix = scipy.sparse.csr_matrix((weights, indices, indptr), shape=(len(x),) * 2)
    found = {}
    if "scipy" not in skip and threads == 1:
        found["scipy"] = lambda: hop_by_hop(lambda y: matrix @ y, x)
    if "torch" not in skip:
        import warnings

        import torch

        warnings.filterwarnings("ignore", message="Sparse", category=UserWarning)
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        index = [torch.from_numpy(part.astype(np.int32)) for part in (indptr, indices)]
        sparse = torch.sparse_csr_tensor(*index, torch.from_numpy(weights), size=matrix.shape)
        features = torch.from_numpy(x)
        found["torch"] = lambda: hop_by_hop(lambda y: sparse @ y, features)
    return found, matrix, x


def nagphormer(matrix, x):
    """Milliseconds of NAGphormer's own way: a product with a COO tensor, then one assignment a node."""
    import torch

    coo = matrix.tocoo()
    ends = torch.stack([torch.from_numpy(coo.row.astype("int64")), torch.from_numpy(coo.col.astype("int64"))])
    adjacency = torch.sparse_coo_tensor(ends, torch.from_numpy(coo.data), matrix.shape).coalesce()
    features = torch.from_numpy(x)

    def tokens():
        nodes = torch.empty(len(x), 1, HOPS + 1, x.shape[1])
        for node in range(len(x)):
            nodes[node, 0, 0, :] = features[node]
        y = features
        for hop in range(HOPS):
            y = torch.matmul(adjacency, y)
            for node in range(len(x)):
                nodes[node, 0, hop + 1, :] = y[node]
        return nodes

    return stopwatch(tokens)[1]


def error(found, expected):
    """The greatest difference, in units of the greatest value."""
    import numpy as np

    return float(np.abs(found - expected).max() / np.abs(expected).max())


def memory(result, extra, tiled):
    """Bytes beyond features, graph and tokens, and what they may be."""
    hop = 4 * result["nodes"] * result["columns"]
    graph = 8 * (result["nodes"] + 1) + 8 * result["edges"]
    given = graph + hop * (2 + HOPS)
    return {"extraBytes": extra, "allowedBytes": given // 10 + (graph + hop if tiled else 0)}


def millis(answer):
    return answer["nanos"] / 1e6


def compare(graph, threads, args, java):
    """One graph, everyone in turns."""
    import numpy as np

    searches, matrix, x = peers(args.folder, graph, threads, args.skip)
    ours, turns = {}, {name: [] for name in searches}
    names = [args.backend, PLAIN] + [name for name in (HALVES, "mkl") if name not in args.skip]
    with Tessera(java, args.folder, "HopPeerRun", HUGE_PAGES) as jvm:
        shape = jvm.ask("load", graph)
        for name in names:
            jvm.ask("open", name, threads)
        for name in names:
            jvm.ask("warm", name, WARM_SECONDS)
        for search in searches.values():
            search()
        measured = {name: {"hop": [], "rest": [], "tokens": [], "first": []} for name in names}
        for _ in range(args.rounds):
            for name in names:
                time.sleep(SPIN_SECONDS)
                answer = jvm.ask("hops", name)
                measured[name]["hop"].append(millis(answer))
                measured[name]["rest"].append(answer["rest"] / 1e6)
            fastest = min(found["hop"][-1] for found in measured.values())
            for name, search in searches.items():
                if not turns[name] or turns[name][-1] < SLOW_PEER * fastest:
                    time.sleep(SPIN_SECONDS)
                    turns[name].append(stopwatch(search)[1] / HOPS)
            for name in names:
                time.sleep(SPIN_SECONDS)
                measured[name]["tokens"].append(millis(jvm.ask("tokens", name)))
        for _ in range(min(3, args.rounds)):
            for name in names:
                time.sleep(SETTLE_SECONDS)
                measured[name]["first"].append(millis(jvm.ask("first", name)))
        plans, at_hand, allocations = [], [], []
        for _ in range(3):
            time.sleep(SETTLE_SECONDS)
            plans.append(jvm.ask("prepare", args.backend))
            at_hand.append(jvm.ask("at-hand", args.backend))
            time.sleep(SETTLE_SECONDS)
            allocations.append(millis(jvm.ask("allocate", plans[-1]["bytes"])))
        extra = jvm.ask("memory", args.backend)["bytes"]
        for name in names:
            ours[name] = {"turns": measured[name], **{key: statistics.median(values) for key, values in measured[name].items()}}
            ours[name].update(jvm.ask("check", name))
        if "scipy" in searches:
            jvm.ask("write", args.backend, "third.npy")
            third, reference = np.load(args.folder / "third.npy"), searches["scipy"]()
            ours[args.backend]["scipyError"] = error(third, reference)
            ours[args.backend]["float64Error"] = error(third, hops_in_float64(matrix, x))
            (args.folder / "third.npy").unlink()
    result = {"graph": graph, "threads": threads, **shape, "jvm": ours, "peers": {}}
    for name, values in turns.items():
        result["peers"][name] = {"hop": statistics.median(values), "turns": values}
    result["planMillis"] = statistics.median(millis(plan) for plan in plans)
    result["planBytes"] = plans[-1]["bytes"]
    result["planMemoryMillis"] = statistics.median(allocations)
    result["planHops"] = result["planMillis"] / ours[PLAIN]["hop"]
    result["planAtHandMillis"] = min(millis(plan) for plan in at_hand)
    result["planAtHandHops"] = result["planAtHandMillis"] / ours[PLAIN]["hop"]
    bars = [bar for words, bar in PLAN_BARS.items() if words in ours[args.backend]["detail"]]
    result["memory"] = memory(result, extra, tiled=bool(bars))
    result["planPassed"] = result["planAtHandHops"] <= bars[0] if bars else None
    hops = {name: peer["hop"] for name, peer in result["peers"].items()}
    if "mkl" in ours:
        hops["mkl"] = ours["mkl"]["hop"]
    best = min(hops, key=hops.get)
    tessera = ours[args.backend]
    result["bestPeer"], result["ratio"] = best, hops[best] / tessera["hop"]
    result["bar"] = BARS[graph][min(threads, 2) - 1]
    result["passed"] = result["ratio"] >= result["bar"]
    if HALVES in ours:
        result["halvesRatio"] = tessera["hop"] / ours[HALVES]["hop"]
        result["halvesPeerRatio"], result["halvesBar"] = hops[best] / ours[HALVES]["hop"], HALVES_BARS[graph]
        result["halvesPassed"] = result["halvesPeerRatio"] >= result["halvesBar"]
    if "mkl" in ours:
        result["tokensRatio"] = ours["mkl"]["tokens"] / tessera["tokens"]
        result["firstRatio"] = ours["mkl"]["first"] / tessera["first"]
        result["tokensPassed"] = result["firstRatio"] >= TOKENS_BAR
    if graph == NAGPHORMER_GRAPH and threads == 1 and "nagphormer" not in args.skip and "torch" not in args.skip:
        result["nagphormerMillis"] = nagphormer(matrix, x)
        result["nagphormerRatio"] = result["nagphormerMillis"] / tessera["first"]
    return result


def row(cells, widths=(12, 3, 9, 9, 9, 9, 9, 16, 8, 10, 10, 14, 18, 22, 8, 10, 8)):
    print("".join(str(cell).rjust(width) for cell, width in zip(cells, widths)), flush=True)


def show(result, backend):
    def figure(value, digits=1):
        return "-" if value is None else f"{value:.{digits}f}"

    ours = result["jvm"][backend]
    mkl = result["jvm"].get("mkl", {})
    peer = {name: found["hop"] for name, found in result["peers"].items()}
    row(
        [
            result["graph"],
            result["threads"],
            figure(mkl.get("hop")),
            figure(peer.get("torch")),
            figure(peer.get("scipy")),
            figure(result["jvm"][PLAIN]["hop"]),
            figure(ours["hop"]),
            f"{result['ratio']:.2f}/{result['bar']:g} {result['bestPeer']}",
            verdict(result["passed"]),
            figure(mkl.get("tokens")),
            figure(ours["tokens"]),
            f"{figure(result.get('tokensRatio'), 2)} {figure(result.get('firstRatio'), 2)}",
            f"{result['planMillis']:.0f} = {result['planHops']:.2f} hops",
            f"{result['planAtHandMillis']:.0f} = {result['planAtHandHops']:.2f} hops {verdict(result['planPassed'])}",
            ours["differ"],
            f"{ours.get('scipyError', 0):.1e}",
            result["others"],
        ]
    )
    print(" " * 15, ours["detail"])
    facts = [f"memory {result['memory']['extraBytes'] / 1e6:.0f} MB of {result['memory']['allowedBytes'] / 1e6:.0f}"]
    facts.append(f"memory for a plan {result['planBytes'] / 1e6:.0f} MB in {result['planMemoryMillis']:.0f} ms")
    if "halvesRatio" in result:
        times = f"{result['halvesPeerRatio']:.2f}/{result['halvesBar']:g} {verdict(result['halvesPassed'])}"
        facts.append(f"bf16 {times}, {result['halvesRatio']:.2f} times float32, error {result['jvm'][HALVES]['error']:.1e}")
    if "float64Error" in ours:
        facts.append(f"error against float64 {ours['float64Error']:.1e}")
    print(" " * 15, ", ".join(facts))
    if "nagphormerMillis" in result:
        passed = verdict(result["nagphormerRatio"] >= NAGPHORMER_BAR)
        print(" " * 15, f"NAGphormer's loop: {result['nagphormerMillis']:.0f} ms, {result['nagphormerRatio']:.0f} times {passed}")


def main():
    args = arguments()
    settle_environment(max(args.threads))
    processors = sorted(os.sched_getaffinity(0))
    java = java_command(args.java)
    hops_data.require(args.folder, args.graphs)
    with Tessera(java, args.folder) as jvm:
        report = circumstances(args, jvm.ask("hello"), array_versions())
    report["threads"] = args.threads
    print("milliseconds a hop; milliseconds of tokens; times MKL's tokens, prepared and first; planning, and with memory at hand")
    row("graph T mkl torch scipy plain Tessera times/bar verdict mkl-tok tokens times plan at-hand differ vs-scipy others".split())
    report["cases"] = []
    for graph in args.graphs:
        for threads in args.threads:
            pin(processors, threads)
            with Processors() as used:
                result = compare(graph, threads, args, java)
            result["others"] = used.others
            report["cases"].append(result)
            show(result, args.backend)
            keep(report, args.output, "hops", so_far=True)
    keep(report, args.output, "hops")
    wrong = sum(case["jvm"][args.backend]["differ"] for case in report["cases"])
    far = sum(case["jvm"][args.backend].get("scipyError", 0) > MOST_ERROR for case in report["cases"])
    sys.exit(1 if wrong or far else 0)


if __name__ == "__main__":
    main()
