#!/usr/bin/env python3
"""Times Tessera's linear layers and its Q-Former beside torch's, on the same weights, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests
    ~/.cache/tessera-peers/bin/python benchmarks/peers/linear.py FOLDER [--cases CASE...] [--threads T]

FOLDER takes the files that are made first (random weights, 1.2 GB for all cases). torch's linear layers are MKL's sgemm, with the
weights as they are stored; Tessera packs its own once, which is timed apart ("packing" holds the first call, by a JVM that has
compiled nothing). Everything runs on the same T processors. A round takes torch's turn, then Tessera's; a turn repeats calls for at
least 0.1 s; the figure is the median of the turns, in --forks JVMs.

error       the greatest difference from torch's result in float64, as a multiple of the bound that Tessera promises (of the
            Q-Former: the difference from torch's result in float32)
"others" is the share of the processors in use that other programs took meanwhile: near 0, or the figures mean little.

Prints a table, and writes everything with its circumstances to --output (default: benchmarks/results/linear-DATE.json).
Exit status 1 if a result is further off than it may be.
"""
import argparse
import os
import pathlib
import statistics
import sys

from jvm import Tessera, java_command
from timing import Processors, array_versions, circumstances, keep, pin, settle_environment, turn, verdict

WARM_SECONDS = 6

# rows, inputs, outputs, whether a GELU follows
LAYERS = {
    "llava0": (576, 1024, 4096, False),
    "llava0_gelu": (576, 1024, 4096, True),
    "llava2": (576, 4096, 4096, False),
    "teaglm": (64, 4096, 20480, False),
}
QFORMER = "qformer"
CASES = [*LAYERS, QFORMER]

LINEAR_BAR = 0.9  # of torch's speed
QFORMER_BAR = 1 / 1.5
QFORMER_ERROR = 1e-4
SUM_ERROR = 1e-5  # of the sum of the terms' magnitudes
GELU_ERROR = 1.24e-5

QUERIES, WIDTH, INNER, ENCODER, PATCHES, QFORMER_LAYERS, HEADS, EPS = 32, 768, 3072, 1408, 257, 12, 12, 1e-12


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="for the weights' files")
    parser.add_argument("--cases", nargs="+", default=CASES, choices=CASES, metavar="CASE")
    parser.add_argument("--threads", type=int, default=1, metavar="T")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--forks", type=int, default=2, help="JVMs that Tessera is timed in")
    parser.add_argument("--backend", default="simd")
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--output", type=pathlib.Path)
    return parser.parse_args()


def linear_tensors(case):
    import torch

    rows, inputs, outputs, gelu = LAYERS[case]
    generator = torch.Generator().manual_seed(CASES.index(case))
    tensors = {
        "x": torch.randn(rows, inputs, generator=generator),
        "weight": torch.randn(outputs, inputs, generator=generator) * inputs**-0.5,
        "bias": torch.randn(outputs, generator=generator),
    }
    return tensors | ({"gelu": torch.ones(1)} if gelu else {})


def qformer_tensors():
    import torch

    generator = torch.Generator().manual_seed(7)
    tensors = {"x": torch.randn(PATCHES, ENCODER, generator=generator)}

    def linear(name, inputs, outputs):
        tensors[name + ".weight"] = torch.randn(outputs, inputs, generator=generator) * inputs**-0.5
        tensors[name + ".bias"] = torch.randn(outputs, generator=generator) * 0.1

    def norm(name):
        tensors[name + ".weight"] = 1 + torch.randn(WIDTH, generator=generator) * 0.1
        tensors[name + ".bias"] = torch.randn(WIDTH, generator=generator) * 0.1

    tensors["query_tokens"] = torch.randn(1, QUERIES, WIDTH, generator=generator)
    norm("Qformer.bert.embeddings.LayerNorm")
    for i in range(QFORMER_LAYERS):
        layer = f"Qformer.bert.encoder.layer.{i}."
        for part, seen in (("attention", WIDTH), ("crossattention", ENCODER)):
            if part == "attention" or i % 2 == 0:
                linear(f"{layer}{part}.self.query", WIDTH, WIDTH)
                linear(f"{layer}{part}.self.key", seen, WIDTH)
                linear(f"{layer}{part}.self.value", seen, WIDTH)
                linear(f"{layer}{part}.output.dense", WIDTH, WIDTH)
                norm(f"{layer}{part}.output.LayerNorm")
        linear(layer + "intermediate_query.dense", WIDTH, INNER)
        linear(layer + "output_query.dense", INNER, WIDTH)
        norm(layer + "output_query.LayerNorm")
    return tensors


def qformer(w):
    """The Q-Former of BLIP-2 for one image, by torch."""
    import torch.nn.functional as F

    def linear(name, x):
        return F.linear(x, w[name + ".weight"], w[name + ".bias"])

    def norm(name, x):
        return F.layer_norm(x, (WIDTH,), w[name + ".weight"], w[name + ".bias"], EPS)

    def attend(name, hidden, seen):
        def heads(x):
            return x.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(0, 1)

        q, k, v = (linear(f"{name}.self.{part}", x) for part, x in (("query", hidden), ("key", seen), ("value", seen)))
        context = F.scaled_dot_product_attention(heads(q), heads(k), heads(v)).transpose(0, 1).flatten(-2)
        return norm(name + ".output.LayerNorm", linear(name + ".output.dense", context) + hidden)

    hidden = norm("Qformer.bert.embeddings.LayerNorm", w["query_tokens"][0])
    for i in range(QFORMER_LAYERS):
        layer = f"Qformer.bert.encoder.layer.{i}."
        hidden = attend(layer + "attention", hidden, hidden)
        if i % 2 == 0:
            hidden = attend(layer + "crossattention", hidden, w["x"])
        inner = F.gelu(linear(layer + "intermediate_query.dense", hidden))
        hidden = norm(layer + "output_query.LayerNorm", linear(layer + "output_query.dense", inner) + hidden)
    return hidden


def peer(case, w):
    """What torch calls, and what it must be close to: a result, and how far each element may be off."""
    import torch.nn.functional as F

    if case == QFORMER:
        return (lambda: qformer(w)), qformer(w).double(), QFORMER_ERROR

    def layer(x, weight, bias):
        y = F.linear(x, weight, bias)
        return F.gelu(y) if "gelu" in w else y

    x, weight, bias = (w[name].double() for name in ("x", "weight", "bias"))
    magnitudes = F.linear(x.abs(), weight.abs(), bias.abs())
    return (lambda: layer(w["x"], w["weight"], w["bias"])), layer(x, weight, bias), magnitudes * (GELU_ERROR if "gelu" in w else SUM_ERROR)


def compare(case, args, java):
    import numpy as np
    import safetensors.torch
    import torch

    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    file = args.folder / f"{case}.safetensors"
    if not file.exists():
        args.folder.mkdir(parents=True, exist_ok=True)
        safetensors.torch.save_file(qformer_tensors() if case == QFORMER else linear_tensors(case), file)
    action, reference, allowed = peer(case, safetensors.torch.load_file(file))
    result = {"case": case, "threads": args.threads, "torchTurns": [], "tesseraTurns": [], "ratios": []}
    for _ in range(args.forks):
        with Tessera(java, args.folder, "LayerPeerRun") as jvm:
            packing = jvm.ask("open", case, args.backend, args.threads)
            jvm.ask("warm", case, WARM_SECONDS)
            action()
            for _ in range(args.rounds):
                theirs, ours = turn(action), jvm.turn(case)
                result["torchTurns"].append(theirs)
                result["tesseraTurns"].append(ours)
                result["ratios"].append(theirs / ours)
            result["allocation"] = jvm.ask("allocation", case, 10)["bytes"]
            result.update(jvm.ask("write", case, "y.npy"))
    found = torch.from_numpy(np.load(args.folder / "y.npy")).double()
    (args.folder / "y.npy").unlink()
    result["packingMillis"], result["packedBytes"] = packing["nanos"] / 1e6, packing["bytes"]
    result["torch"], result["tessera"] = (statistics.median(result[name]) for name in ("torchTurns", "tesseraTurns"))
    result["ratio"] = statistics.median(result["ratios"])
    result["bar"] = QFORMER_BAR if case == QFORMER else LINEAR_BAR
    result["passed"] = result["ratio"] >= result["bar"]
    result["error"] = float(((found - reference).abs() / allowed).max())
    if case != QFORMER:
        rows, inputs, outputs, _ = LAYERS[case]
        result["gflops"] = 2e-6 * rows * inputs * outputs / result["tessera"]
    return result


def row(cells, widths=(14, 3, 10, 10, 12, 8, 10, 10, 10, 12, 8)):
    print("".join(str(cell).rjust(width) for cell, width in zip(cells, widths)), flush=True)


def main():
    args = arguments()
    settle_environment(args.threads)
    processors = sorted(os.sched_getaffinity(0))
    java = java_command(args.java)
    args.folder.mkdir(parents=True, exist_ok=True)
    with Tessera(java, args.folder) as jvm:
        report = circumstances(args, jvm.ask("hello"), array_versions())
    report["threads"] = args.threads
    pin(processors, args.threads)
    row("case T torch-ms Tessera-ms times/bar verdict GFLOP/s error packing bytes/call others".split())
    report["cases"] = []
    for case in args.cases:
        with Processors() as used:
            result = compare(case, args, java)
        result["others"] = used.others
        report["cases"].append(result)
        row(
            [
                case,
                args.threads,
                f"{result['torch']:.2f}",
                f"{result['tessera']:.2f}",
                f"{result['ratio']:.2f}/{result['bar']:.2f}",
                verdict(result["passed"]),
                f"{result['gflops']:.0f}" if "gflops" in result else "-",
                f"{result['error']:.3f}",
                f"{result['packingMillis']:.0f}",
                f"{result['allocation']:.0f}",
                result["others"],
            ]
        )
    keep(report, args.output, "linear")
    sys.exit(1 if any(not case["error"] <= 1 for case in report["cases"]) else 0)


if __name__ == "__main__":
    main()
