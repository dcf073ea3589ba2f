#!/usr/bin/env python3
"""Times Tessera's nearest codeword beside its peers, on the same files, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests
    ~/.cache/tessera-peers/bin/python benchmarks/peers/nearest.py FOLDER [--cases CASE...] [--threads T]

FOLDER holds the files of nearest_data.py; those that are missing are made first. Peers: faiss IndexFlatL2; numpy and torch
in blocks (one matrix product, then argmin; the fastest of three block sizes counts); scipy's cKDTree where d <= 16; and,
for scale, the matrix product alone. Everything runs on the same T processors. A round takes a peer's turn, then Tessera's,
then the next peer's; a turn repeats calls for at least 0.1 s; the figure is the median of the turns. Whatever depends on the
codebook alone (packing, norms, trees) is timed apart, for everyone. Tessera is timed in --forks JVMs, since they differ.

"others" is the share of the processors in use that other programs took meanwhile: near 0, or the figures mean little.

Prints a table, and writes everything with its circumstances to --output (default: benchmarks/results/nearest-DATE.json).
Exit status 1 if one of Tessera's ids is not the exact one.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time

import nearest_data
from jvm import Tessera, java_command
from timing import Processors, array_versions, circumstances, keep, pin, settle_environment, stopwatch, turn, verdict

WARM_SECONDS = 10
BLOCK_ELEMENTS = (1 << 18, 1 << 20, 1 << 22)  # scores that a blocked peer holds at a time
TREE_MOST_COLUMNS = 16

# What Tessera must reach, as multiples of a peer's speed, one thread. "exact" is the fastest of the peers that return ids,
# "product" the faster of the two matrix products alone.
BARS = {
    "65536_8192_32": {"exact": 3.0},
    "65536_32768_4": {"kd-tree": 5.0, "faiss": 15.0},
    "16384_16384_256": {"exact": 3.0},
    "65536_1024_256": {"exact": 3.0},
    "65536_512_300": {"exact": 2.5},
    "32768_4096_768": {"exact": 3.0},
    "65536_1024_128": {"exact": 2.5},
    "1024_32768_4": {"kd-tree": 2.0},
    "256_16384_256": {"product": 1.2},
}
MOST_EXTRA_MB = 64.0
LEAST_SCALING = 1.7
SCALING_FROM_MILLIS = 50.0
MOST_OUTLIER_COST = 1.10
MOST_CHOICE_COST = 1.05
KMEANS = {"case": "65536_1024_128", "codes": 1024, "steps": 10, "seed": 7, "bar": 2.0}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="of nearest_data.py's files")
    parser.add_argument("--cases", nargs="+", default=nearest_data.CASES, metavar="CASE")
    parser.add_argument("--threads", type=int, default=1, metavar="T")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--forks", type=int, default=3, help="JVMs that Tessera is timed in")
    parser.add_argument("--backend", default="simd")
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--skip", nargs="*", default=[], choices=["cases", "kmeans", "costs", "scaling"])
    return parser.parse_args()


def fastest_block(make, codes, preparation):
    """Of the same search with different block sizes the fastest: (action, preparation, note)."""
    best = None
    for elements in BLOCK_ELEMENTS:
        rows = max(16, elements // codes)
        action = make(rows)
        action()
        millis = turn(action)
        if best is None or millis < best[0]:
            best = (millis, action, f"{rows} rows a block")
    return best[1], preparation, best[2]


def peers(x, c, threads):
    """name -> (search, preparation in ms, note); the searches of "... product" return no ids."""
    import faiss
    import numpy as np
    import scipy.spatial
    import torch

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    faiss.omp_set_num_threads(threads)
    points, codes, dim = len(x), *c.shape
    found = {}

    def flat():
        index = faiss.IndexFlatL2(dim)
        index.add(c)
        return index

    index, millis = stopwatch(flat)
    found["faiss"] = (lambda: index.search(x, 1)[1][:, 0], millis, "IndexFlatL2")

    def numpy_operands():
        with np.errstate(over="ignore"):  # one codeword of norm 1e30
            return np.ascontiguousarray(-2 * c.T), (c * c).sum(1)

    (transposed, norms), millis = stopwatch(numpy_operands)

    def numpy_search(rows, argmin=True):
        scores = np.empty((min(rows, points), codes), np.float32)
        ids = np.empty(points, np.int64)

        def search():
            for begin in range(0, points, rows):
                block = x[begin : begin + rows]
                out = scores[: len(block)]
                np.matmul(block, transposed, out=out)
                if argmin:
                    out += norms
                    out.argmin(1, out=ids[begin : begin + rows])
            return ids

        return search

    found["numpy"] = fastest_block(numpy_search, codes, millis)
    found["numpy product"] = fastest_block(lambda rows: numpy_search(rows, argmin=False), codes, millis)

    points_tensor, codes_tensor = torch.from_numpy(x), torch.from_numpy(c)
    norms_tensor, millis = stopwatch(lambda: (codes_tensor * codes_tensor).sum(1))

    def torch_search(rows, argmin=True):
        scores = torch.empty(min(rows, points), codes)
        ids = torch.empty(points, dtype=torch.int64)

        def search():
            for begin in range(0, points, rows):
                block = points_tensor[begin : begin + rows]
                out = scores[: len(block)]
                if argmin:
                    torch.addmm(norms_tensor, block, codes_tensor.t(), alpha=-2, out=out)
                    torch.argmin(out, 1, out=ids[begin : begin + rows])
                else:
                    torch.mm(block, codes_tensor.t(), out=out)
            return ids.numpy()

        return search

    found["torch"] = fastest_block(torch_search, codes, millis)
    found["torch product"] = fastest_block(lambda rows: torch_search(rows, argmin=False), codes, millis)

    if dim <= TREE_MOST_COLUMNS:
        tree, millis = stopwatch(lambda: scipy.spatial.cKDTree(c))
        found["kd-tree"] = (lambda: tree.query(x, 1, workers=threads)[1], millis, "cKDTree, default leaf size")
    return found


def compare(case, args, java):
    """One case, everyone in turns."""
    import numpy as np

    x, c, ids = (np.load(args.folder / f"{name}_{case}.npy") for name in ("x", "c", "ids"))
    kind, shape = nearest_data.parse(case)
    result = {"case": case, "kind": kind, "points": shape[0], "codes": shape[1], "dim": shape[2], "peers": {}}
    searches = peers(x, c, args.threads)
    for name, (search, millis, note) in searches.items():
        got = search()
        result["peers"][name] = {"preparationMillis": millis, "note": note, "turns": []}
        if "product" not in name:
            result["peers"][name]["differ"] = int((np.asarray(got) != ids).sum())
    with Tessera(java, args.folder) as tessera:
        ours = start(tessera, "it", case, args)
        ours["turns"] = []
        for _ in range(args.rounds):
            for name, (search, _, _) in searches.items():
                result["peers"][name]["turns"].append(turn(search))
                ours["turns"].append(tessera.turn("it"))
        ours.update(tessera.ask("check", "it"))
        packing = [tessera.ask("prepare", "it") for _ in range(5)]
        ours["preparationMillis"] = statistics.median(one["nanos"] for one in packing) / 1e6
        ours["preparationBytes"] = packing[-1]["bytes"]
        ours["bytesPerCall"] = min(tessera.ask("allocation", "it", 5)["bytes"] for _ in range(3))
        ours["memory"] = tessera.ask("memory", "it")
    ours["forks"] = [statistics.median(ours["turns"])]
    for _ in range(args.forks - 1):
        with Tessera(java, args.folder) as tessera:
            start(tessera, "it", case, args)
            ours["forks"].append(statistics.median(tessera.turn("it") for _ in range(args.rounds)))
            ours["differ"] += tessera.ask("check", "it")["differ"]
    ours["millis"] = statistics.median(ours["forks"])
    for peer in result["peers"].values():
        peer["millis"] = statistics.median(peer["turns"])
    memory = ours["memory"]
    ours["extraMB"] = (memory["heap"] + max(0, memory["resident"])) / 1e6
    result["tessera"] = ours
    millis = {name: peer["millis"] for name, peer in result["peers"].items()}
    best = min((name for name in millis if "product" not in name), key=millis.get)
    millis["exact"] = millis[best]
    millis["product"] = min(millis["numpy product"], millis["torch product"])
    result["bestPeer"], result["ratio"] = best, millis[best] / ours["millis"]
    result["bars"] = [
        {"peer": peer, "factor": factor, "measured": millis[peer] / ours["millis"]}
        for peer, factor in (BARS.get(case, {}) if args.threads == 1 else {}).items()
    ]
    result["passed"] = all(bar["measured"] >= bar["factor"] for bar in result["bars"])
    return result


def start(tessera, name, case, args, backend=None, threads=None):
    first = tessera.ask("open", name, case, backend or args.backend, threads or args.threads)
    tessera.ask("warm", name, WARM_SECONDS)
    return {"firstPreparationMillis": first["nanos"] / 1e6}


def in_turns(tessera, names, rounds):
    """name -> median milliseconds, one turn each a round."""
    turns = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            turns[name].append(tessera.turn(name))
    return {name: statistics.median(values) for name, values in turns.items()}


def outlier_cost(args, java):
    """One codeword of norm 1e30 against the same codebook without it."""
    with Tessera(java, args.folder) as tessera:
        start(tessera, "usual", "65536_8192_32", args)
        start(tessera, "outlier", "outlier_65536_8192_32", args)
        millis = in_turns(tessera, ["usual", "outlier"], 2 * args.rounds)
        differ = tessera.ask("check", "outlier")["differ"]
    ratio = millis["outlier"] / millis["usual"]
    return {"millis": millis, "ratio": ratio, "differ": differ, "passed": ratio <= MOST_OUTLIER_COST}


def choice_cost(case, args, java):
    """Structureless data: the adaptive choice against the dense kernel alone."""
    with Tessera(java, args.folder) as tessera:
        start(tessera, "adaptive", case, args)
        start(tessera, "dense", case, args, backend="simd-dense")
        millis = in_turns(tessera, ["adaptive", "dense"], 2 * args.rounds)
        detail = {name: tessera.ask("check", name)["detail"] for name in millis}
    ratio = millis["adaptive"] / millis["dense"]
    return {"case": case, "millis": millis, "ratio": ratio, "detail": detail, "passed": ratio <= MOST_CHOICE_COST}


def scaling(case, args, java):
    """One thread against two, both JVM threads free to use two processors; in several JVMs, since they differ."""
    forks, differ = [], 0
    for _ in range(args.forks):
        with Tessera(java, args.folder) as tessera:
            start(tessera, "one", case, args, threads=1)
            start(tessera, "two", case, args, threads=2)
            forks.append(in_turns(tessera, ["one", "two"], args.rounds))
            forks[-1]["detail"] = {name: tessera.ask("check", name)["detail"] for name in ("one", "two")}
            differ += tessera.ask("check", "two")["differ"]
    millis = {name: statistics.median(fork[name] for fork in forks) for name in ("one", "two")}
    factor = statistics.median(fork["one"] / fork["two"] for fork in forks)
    passed = factor >= LEAST_SCALING if millis["one"] >= SCALING_FROM_MILLIS else None
    return {"case": case, "millis": millis, "forks": forks, "factor": factor, "differ": differ, "passed": passed}


def kmeans(args, java):
    """Lloyd steps from the same rows: Tessera and faiss.Kmeans, both over all vectors."""
    import faiss
    import numpy as np

    case, codes, steps, seed = (KMEANS[key] for key in ("case", "codes", "steps", "seed"))
    faiss.omp_set_num_threads(args.threads)
    x = np.load(args.folder / f"x_{case}.npy")
    turns = {"faiss": [], "tessera": []}
    objective = {}

    def inertia(codewords):
        ids = nearest_data.exact(x, codewords)
        return float(((x.astype(np.float64) - codewords[ids]) ** 2).sum())

    with Tessera(java, args.folder) as tessera:
        tessera.ask("seeds", case, codes, seed, "kmeans_seeds.npy")
        seeds = np.load(args.folder / "kmeans_seeds.npy")

        def learn():
            return tessera.ask("learn", case, args.backend, args.threads, codes, seed, steps, "kmeans_codes.npy")

        def train():
            learner = faiss.Kmeans(
                x.shape[1], codes, niter=steps, max_points_per_centroid=1 << 30, min_points_per_centroid=1
            )
            learner.train(x, init_centroids=seeds)
            return learner.centroids

        warm = time.perf_counter() + 2 * WARM_SECONDS
        while time.perf_counter() < warm:
            learned = learn()
        for _ in range(args.rounds):
            centroids, millis = stopwatch(train)
            turns["faiss"].append(millis)
            turns["tessera"].append(learn()["nanos"] / 1e6)
        objective["faiss"] = inertia(np.ascontiguousarray(centroids))
        objective["tessera"] = inertia(np.load(args.folder / "kmeans_codes.npy"))
    for name in ("seeds", "codes"):
        (args.folder / f"kmeans_{name}.npy").unlink()
    millis = {name: statistics.median(values) for name, values in turns.items()}
    ratio = millis["faiss"] / millis["tessera"]
    return {
        **KMEANS,
        "millis": millis,
        "ratio": ratio,
        "objective": objective,
        "reseeded": learned["reseeded"],
        "passed": ratio >= KMEANS["bar"],
    }


def row(cells, widths=(26, 9, 9, 9, 9, 11, 11, 9, 36, 8, 7, 9, 9, 8, 8)):
    print("".join(str(cell).rjust(width) for cell, width in zip(cells, widths)), flush=True)


def show(result):
    def millis(name):
        return f"{result['peers'][name]['millis']:.2f}" if name in result["peers"] else "-"

    ours = result["tessera"]
    bars = " ".join(f"{bar['measured']:.2f}/{bar['factor']:g} {bar['peer']}" for bar in result["bars"])
    row(
        [
            result["case"],
            millis("faiss"),
            millis("numpy"),
            millis("torch"),
            millis("kd-tree"),
            millis("numpy product"),
            millis("torch product"),
            f"{ours['millis']:.2f}",
            bars or f"{result['ratio']:.2f} {result['bestPeer']}",
            verdict(result["passed"] if result["bars"] else None),
            ours["differ"],
            f"{ours['preparationMillis']:.1f}",
            f"{ours['extraMB']:.1f}",
            f"{ours['bytesPerCall']:.0f}",
            result["others"],
        ]
    )


def main():
    args = arguments()
    settle_environment(args.threads)
    processors = sorted(os.sched_getaffinity(0))
    scale = "scaling" not in args.skip and args.threads == 1
    if scale and len(processors) < 2:
        sys.exit("scaling needs two processors: --skip scaling leaves it out")
    java = java_command(args.java)
    nearest_data.require(args.folder, args.cases)
    pin(processors, args.threads)
    with Tessera(java, args.folder) as tessera:
        report = circumstances(args, tessera.ask("hello"), array_versions())
    report["threads"] = args.threads
    wrong = 0
    if "cases" not in args.skip:
        print(f"milliseconds, {args.threads} thread(s)")
        row("case faiss numpy torch kd-tree np.product t.product Tessera times/bar verdict differ prepare extraMB B/call others".split())
        report["cases"] = []
        for case in args.cases:
            with Processors() as processors_used:
                result = compare(case, args, java)
            result["others"] = processors_used.others
            report["cases"].append(result)
            show(result)
        wrong += sum(case["tessera"]["differ"] for case in report["cases"])
    if "kmeans" not in args.skip:
        with Processors() as processors_used:
            found = report["kmeans"] = kmeans(args, java)
        found["others"] = processors_used.others
        print(
            f"k-means {found['case']}, {found['steps']} steps: faiss {found['millis']['faiss']:.0f} ms,"
            f" Tessera {found['millis']['tessera']:.0f} ms, {found['ratio']:.2f} times"
            f" (bar {found['bar']:g}) {verdict(found['passed'])};"
            f" objective {found['objective']['faiss']:.8g} and {found['objective']['tessera']:.8g}"
        )
    if "costs" not in args.skip:
        found = report["outlier"] = outlier_cost(args, java)
        wrong += found["differ"]
        print(f"one codeword of norm 1e30: {found['ratio']:.3f} times the time {verdict(found['passed'])}, {found['differ']} ids differ")
        report["choice"] = []
        for case in (case for case in args.cases if case.startswith("gaussian")):
            found = choice_cost(case, args, java)
            report["choice"].append(found)
            print(f"adaptive choice on {case}: {found['ratio']:.3f} times the dense kernel's time {verdict(found['passed'])}")
    if scale:
        report["scaling"] = []
        pin(processors, 2)
        for case in (case for case in args.cases if case in BARS):
            with Processors() as processors_used:
                found = scaling(case, args, java)
            found["others"] = processors_used.others
            wrong += found["differ"]
            report["scaling"].append(found)
            print(
                f"two threads on {case}: {found['factor']:.2f} times as fast {verdict(found['passed'])}"
                f" (others took {found['others']} of the processors)",
                flush=True,
            )
    keep(report, args.output, "nearest")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
