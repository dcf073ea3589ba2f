#!/usr/bin/env python3
"""Times Tessera's trainers beside Hugging Face's and SentencePiece's, on the same files, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests
    ~/.cache/tessera-peers/bin/python benchmarks/peers/training.py FILE... [--size 32000] [--threads 2] [--rounds 5]

Byte-level: `BpeTrainer` of tokenizers with a ByteLevel pre-tokenizer (GPT-2's pattern) and its 256 characters, against
dev.tessera.text.BpeTrainer; all merges are compared. SentencePiece-style: `spm_train --model_type=bpe --byte_fallback` without
normalisation, with its own defaults and with Llama 2's options, against dev.tessera.text.SentencePieceTrainer; all pieces are
compared. Everyone reads the files anew each time, on the same processors. A round takes a peer's turn, then Tessera's; the figure
is the median of the rounds. Tessera's first call, by a JVM that has compiled nothing, is reported apart.

Writes everything with its circumstances to --output (default: benchmarks/results/training-DATE.json). Exit status 1 if a merge
or a piece differs.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from jvm import LIBRARIES, Jvm, java_command
from timing import Processors, circumstances, keep, pin, verdict

BAR = 5.0  # times Hugging Face's speed, a vocabulary of 32,000 from english and code
KINDS = ("bpe", "pieces", "llama2")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE", help="UTF-8 text")
    parser.add_argument("--size", type=int, default=32000)
    parser.add_argument("--threads", type=int, default=2, metavar="T")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--classpath", help=f"by default all of {LIBRARIES}")
    parser.add_argument("--output", type=pathlib.Path)
    return parser.parse_args()


class Tessera(Jvm):
    """TrainingRun, which trains when told to; answers are nanoseconds."""

    def __init__(self, options, java, folder):
        self.folder = folder
        run = ["dev.tessera.benchmarks.TrainingRun", options.backend, str(options.threads), str(options.size)]
        super().__init__([*java, *run, *map(str, options.files)])

    def train(self, kind):
        """Seconds, and the lines that were written."""
        output = self.folder / f"{kind}.txt"
        nanos = int(self.answer(kind, output))
        return nanos / 1e9, output.read_text(encoding="utf-8").split("\n")[:-1]


def hugging_face(options, folder):
    """Seconds, and the merges as lines of ids."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=options.size, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    start = time.perf_counter()
    tokenizer.train([str(file) for file in options.files], trainer)
    seconds = time.perf_counter() - start
    model = json.loads(tokenizer.to_str())["model"]
    ids = model["vocab"]
    return seconds, [f"{ids[left]} {ids[right]} {ids[left + right]}" for left, right in model["merges"]]


def sentencepiece(options, folder, **flags):
    """Seconds, and the pieces."""
    import sentencepiece

    start = time.perf_counter()
    sentencepiece.SentencePieceTrainer.train(
        input=[str(file) for file in options.files], model_prefix=str(folder / "peer"), model_type="bpe", vocab_size=options.size, byte_fallback=True,
        normalization_rule_name="identity", num_threads=options.threads, minloglevel=2, **flags)
    seconds = time.perf_counter() - start
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "peer.model"))
    return seconds, [model.id_to_piece(i) for i in range(model.get_piece_size())]


LLAMA2 = dict(character_coverage=0.99995, split_digits=True, allow_whitespace_only_pieces=True, remove_extra_whitespaces=False)
PEERS = {
    "bpe": ("Hugging Face tokenizers", hugging_face, {}),
    "pieces": ("sentencepiece", sentencepiece, {}),
    "llama2": ("sentencepiece, Llama 2's options", sentencepiece, LLAMA2),
}


def differing(ours, theirs):
    """How many lines differ, by position, and the first of them."""
    rows = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    rows += range(min(len(ours), len(theirs)), max(len(ours), len(theirs)))
    return len(rows), rows[0] if rows else None


def compare(kind, options, java, folder):
    """One kind of vocabulary, the peer and Tessera in turns."""
    peer, train, flags = PEERS[kind]
    peers, own = [], []
    with Tessera(options, java, folder) as tessera, Processors(tessera) as used:
        cold, ours = tessera.train(kind)
        for _ in range(options.rounds):
            seconds, theirs = train(options, folder, **flags)
            peers.append(seconds)
            own.append(tessera.train(kind)[0])
    count, first = differing(ours, theirs)
    ratio = statistics.median(peers) / statistics.median(own)
    result = {
        "kind": kind,
        "peer": peer,
        "seconds": {"peer": peers, "tessera": own, "first": cold},
        "times": ratio,
        "firstTimes": statistics.median(peers) / cold,
        "lines": len(ours),
        "differ": count,
        "others": used.others,
    }
    if kind == "bpe":
        result.update({"bar": BAR, "passed": ratio >= BAR})
    print(f"{kind}: {peer} {statistics.median(peers):.2f} s, Tessera {statistics.median(own):.3f} s, {ratio:.1f} times as fast"
          + (f" (bar: {BAR}, {verdict(ratio >= BAR)})" if kind == "bpe" else "")
          + f"; first call {cold:.2f} s, {result['firstTimes']:.1f} times")
    print(f"  {len(ours)} against {len(theirs)} lines, " + (f"{count} differ, first line {first}: {ours[first:first + 1]} against {theirs[first:first + 1]}" if count else "all equal"), flush=True)
    return result


def main():
    options = arguments()
    java = java_command(options.java, options.classpath)
    pin(sorted(os.sched_getaffinity(0)), options.threads)
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Tessera(options, java, folder) as tessera:
            versions = {package: importlib.metadata.version(package) for package in ("tokenizers", "sentencepiece")}
            report = circumstances(options, json.loads(tessera.answer("hello")), versions)
        report["megabytes"] = sum(file.stat().st_size for file in options.files) / 1e6
        print(f"{report['megabytes']:.1f} MB, {options.size} tokens, {options.threads} threads")
        report["vocabularies"] = [compare(kind, options, java, folder) for kind in options.kinds]
    keep(report, options.output, "training")
    sys.exit(1 if any(result["differ"] for result in report["vocabularies"]) else 0)


if __name__ == "__main__":
    main()
