#!/usr/bin/env python3
"""Times Tessera's trainers beside Hugging Face's and SentencePiece's, on the same files, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests
    ~/.cache/tessera-peers/bin/python benchmarks/peers/training.py FILE... [--size 32000] [--threads 2] [--rounds 5]

Byte-level: `BpeTrainer` of tokenizers with a ByteLevel pre-tokenizer (GPT-2's pattern) and its 256 characters, against
dev.tessera.text.BpeTrainer; all merges are compared. SentencePiece-style: `spm_train --model_type=bpe --byte_fallback` without
normalisation, with its own defaults and with Llama 2's options, against dev.tessera.text.SentencePieceTrainer; all pieces are
compared. Everyone reads the files anew each time, on the same processors. A round takes a peer's turn, then Tessera's; the figure
is the median of the rounds. Tessera's first call, by a JVM that has compiled nothing, is reported apart.

Exit status 1 if a merge or a piece differs.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from jvm import LIBRARIES, Jvm, java_command
from timing import pin

BAR = 5.0  # times Hugging Face's speed, a vocabulary of 32,000 from english and code
KINDS = ("bpe", "pieces", "llama2")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="UTF-8 text")
    parser.add_argument("--size", type=int, default=32000)
    parser.add_argument("--threads", type=int, default=2, metavar="T")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--classpath", help=f"by default all of {LIBRARIES}")
    return parser.parse_args()


class Tessera(Jvm):
    """TrainingRun, which trains when told to; answers are nanoseconds."""

    def __init__(self, options, java, folder):
        self.folder = folder
        run = ["dev.tessera.benchmarks.TrainingRun", options.backend, str(options.threads), str(options.size)]
        super().__init__([*java, *run, *options.files])

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
    tokenizer.train(options.files, trainer)
    seconds = time.perf_counter() - start
    model = json.loads(tokenizer.to_str())["model"]
    ids = model["vocab"]
    return seconds, [f"{ids[left]} {ids[right]} {ids[left + right]}" for left, right in model["merges"]]


def sentencepiece(options, folder, **flags):
    """Seconds, and the pieces."""
    import sentencepiece

    start = time.perf_counter()
    sentencepiece.SentencePieceTrainer.train(
        input=options.files, model_prefix=str(folder / "peer"), model_type="bpe", vocab_size=options.size, byte_fallback=True,
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


def main():
    options = arguments()
    java = java_command(options.java, options.classpath)
    pin(sorted(os.sched_getaffinity(0)), options.threads)
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    megabytes = sum(os.path.getsize(file) for file in options.files) / 1e6
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in options.kinds:
            peer, train, flags = PEERS[kind]
            peers, own = [], []
            with Tessera(options, java, folder) as tessera:
                cold, ours = tessera.train(kind)
                for _ in range(options.rounds):
                    seconds, theirs = train(options, folder, **flags)
                    peers.append(seconds)
                    own.append(tessera.train(kind)[0])
            count, first = differing(ours, theirs)
            wrong += count
            ratio = statistics.median(peers) / statistics.median(own)
            print(f"{kind}: {megabytes:.1f} MB, {options.size} tokens, {options.threads} threads: {peer} {statistics.median(peers):.2f} s, "
                  f"Tessera {statistics.median(own):.3f} s, {ratio:.1f} times faster; first call {cold:.2f} s, "
                  f"{statistics.median(peers) / cold:.1f} times" + (f" (bar: {BAR})" if kind == "bpe" else ""))
            print(f"  {len(ours)} against {len(theirs)} lines, " + (f"{count} differ, first line {first}: {ours[first:first + 1]} against {theirs[first:first + 1]}" if count else "all equal"), flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
