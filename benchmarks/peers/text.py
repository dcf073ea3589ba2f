#!/usr/bin/env python3
"""Times Tessera's tokenizer beside its peers, on the same texts, in turns, in one run.

    benchmarks/peers/setup.sh && mvn -q package -DskipTests
    ~/.cache/tessera-peers/bin/python benchmarks/peers/text.py FOLDER [--encodings cl100k o200k r50k] [--corpora TEXT...]

FOLDER holds the files of text_data.py; those that are missing are made first. Peers: tiktoken; Hugging Face's tokenizers, which
is given documents of 8,192 characters, as one long text slows it down; jtokkit, in Tessera's JVM; and, for a SentencePiece model
(--sentencepiece MODEL, for example that of mistral-common), sentencepiece, with documents too. Everything runs on one processor.
A round takes tiktoken's turn, then Tessera's, then the next peer's; the figure is the median of the rounds.

Tessera is timed twice, once its code is compiled: "first" is one pass over the text with a piece cache that knows the vocabulary
and nothing else, "kept" a pass right after another, with its cache. All ids are compared with tiktoken's (sentencepiece's) in
every run.

All have their tables in huge pages, where Linux gives them: peers by GLIBC_TUNABLES, the JVM by its own flag.

"others" is the share of the processor that other programs took meanwhile: near 0, or the figures mean little. On a machine that
is never quiet, --clock processor counts processor time instead.

Prints tables, and writes everything with its circumstances to --output (default: benchmarks/results/text-DATE.json). Exit status
1 if one of Tessera's ids is another one.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time

import text_data
from jvm import Jvm, java_command
from timing import HUGE_PAGES, Processors, circumstances, keep, pin, settle_environment, verdict

DOCUMENT_CHARS = 8192

# Room for several passes, whose memory is there before the first: without it a collection of garbage falls into one pass in a
# few, and copies the arrays of a piece of 10 MB.
HEAP = ["-Xms4g", "-Xmx4g", "-Xmn3g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages"]
HUGGING_FACE_BYTES = 1_000_000
WORST_BYTES = 1_000_000
WORST_WARM = 10  # of five cold ones, the third was 25 to 98 ms, as the compiler came before or behind it

# What Tessera must reach: multiples of tiktoken's speed on one thread, (first pass, steady state).
BARS = {
    "cl100k": {"english": (13, 20), "code": (16, 22), "cjk": (4.3, 8), "multi": (6.3, 12), "jsonlog": (27, 27)},
    "o200k": {"english": (8, 14), "code": (10, 15), "cjk": (3.1, 8.8), "multi": (4.6, 9.9), "jsonlog": (15, 18)},
}
DECODE_BAR = 5.0
LEAST_DECODE_MB = 1000.0
JTOKKIT_BAR = 6.0  # geometric mean
SENTENCEPIECE_BAR = 10.0  # first pass
MOST_WORST_MILLIS = {"a": 60, "space": 60, "newline": 60, "random": 150}
MOST_LOAD_MILLIS = 200
LEAST_SCALING = 1.7


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="of text_data.py's files")
    parser.add_argument("--encodings", nargs="*", default=text_data.ENCODINGS, choices=text_data.ENCODINGS)
    parser.add_argument("--corpora", nargs="+", default=text_data.CORPORA, metavar="TEXT")
    parser.add_argument("--sentencepiece", type=pathlib.Path, nargs="*", default=[], metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm", type=float, default=6, metavar="SECONDS", help="before a text is timed")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall")
    parser.add_argument("--java", help="a JDK 25's java; by default that of JAVA_HOME, or on the PATH")
    parser.add_argument("--java-flags", nargs="*", default=[], help="more flags for Tessera's JVM")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--skip", nargs="*", default=[], choices=["tokenizers", "jtokkit", "worst", "scaling"])
    return parser.parse_args()


class Tessera(Jvm):
    """TextPeerRun; answers are words."""

    def __init__(self, args, java, threads=1):
        command = [*java, *HEAP, *args.java_flags]
        command += ["dev.tessera.benchmarks.TextPeerRun", args.backend, str(threads), args.clock, str(args.folder)]
        super().__init__(command)

    def seconds(self, *words):
        return int(self.answer(*words)) / 1e9


class Texts:
    """The texts, and what peers are given of them."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        self.string = (self.folder / f"{name}.txt").read_text(encoding="utf-8")
        self.megabytes = (self.folder / f"{name}.txt").stat().st_size / 1e6
        self.documents = documents(self.string)
        self.sample = documents(self.string.encode()[:HUGGING_FACE_BYTES].decode("utf-8", "ignore"))
        self.sample_megabytes = sum(len(document.encode()) for document in self.sample) / 1e6


def documents(string):
    return [string[at : at + DOCUMENT_CHARS] for at in range(0, len(string), DOCUMENT_CHARS)]


def clock(args):
    return time.process_time if args.clock == "processor" else time.perf_counter


def seconds(action, now):
    start = now()
    action()
    return now() - start


def write_ids(folder, name, ids):
    import numpy as np

    np.asarray(ids, dtype="<i4").tofile(folder / name)
    return name


def tiktoken_encoding(folder, encoding):
    import tiktoken

    ranks = text_data.read_ranks(folder / f"{encoding}_base.tiktoken")
    return tiktoken.Encoding(encoding, pat_str=text_data.pattern(encoding), mergeable_ranks=ranks, special_tokens={})


def summary(times, megabytes):
    """MB/s by name."""
    return {name: megabytes[name] / statistics.median(values) for name, values in times.items()}


def compare(encoding, name, texts, args, tessera, peers):
    """One text by one encoding, everyone in turns."""
    texts.read(name)
    now, file = clock(args), f"{name}.txt"
    tiktoken, tokenizers = peers
    ids = tiktoken.encode_ordinary(texts.string)
    expected = write_ids(args.folder, f"{encoding}_{name}.ids", ids)
    tessera.answer("warm", file, args.warm)
    times = {}

    def turn(who, value):
        times.setdefault(who, []).append(value)

    for round_number in range(args.rounds):
        turn("tiktoken", seconds(lambda: tiktoken.encode_ordinary(texts.string), now))
        turn("first", tessera.seconds("first", file))
        turn("kept", tessera.seconds("kept", file))
        turn("decode", tessera.seconds("decode", file))
        turn("tiktoken decode", seconds(lambda: tiktoken.decode_bytes(ids), now))
        if "jtokkit" not in args.skip:
            turn("jtokkit", tessera.seconds("jtokkit", encoding, file))
        if tokenizers and round_number < 2:
            turn("tokenizers", seconds(lambda: [tokenizers.encode(document) for document in texts.sample], now))
    megabytes = {who: texts.sample_megabytes if who == "tokenizers" else texts.megabytes for who in times}
    rates = summary(times, megabytes)
    bars = BARS.get(encoding, {}).get(name)
    result = {
        "encoding": encoding,
        "text": name,
        "tokens": len(ids),
        "seconds": times,
        "megabytesPerSecond": rates,
        "differ": int(tessera.answer("check", file, expected)),
        "allocatedBytes": int(tessera.answer("allocated", file)),
        "times": {kind: rates[kind] / rates["tiktoken"] for kind in ("first", "kept")},
        "bars": dict(zip(("first", "kept"), bars)) if bars else {},
    }
    result["passed"] = all(result["times"][kind] >= bar for kind, bar in result["bars"].items())
    result["decodePassed"] = (
        rates["decode"] >= DECODE_BAR * rates["tiktoken decode"] and rates["decode"] >= LEAST_DECODE_MB
    )
    return result


def compare_sentencepiece(model, name, texts, args, tessera):
    """One text by one SentencePiece model."""
    import sentencepiece

    texts.read(name)
    now, file = clock(args), f"{name}.txt"
    processor_ = sentencepiece.SentencePieceProcessor(model_file=str(model))
    ids = processor_.encode(texts.string)
    expected = write_ids(args.folder, f"{model.stem}_{name}.ids", ids)
    tessera.answer("warm", file, args.warm)
    times = {}
    for round_number in range(args.rounds):
        if round_number < 2:
            peer = seconds(lambda: [processor_.encode(document) for document in texts.documents], now)
            times.setdefault("sentencepiece", []).append(peer)
        times.setdefault("first", []).append(tessera.seconds("first", file))
        times.setdefault("kept", []).append(tessera.seconds("kept", file))
    rates = summary(times, dict.fromkeys(times, texts.megabytes))
    times_ = {kind: rates[kind] / rates["sentencepiece"] for kind in ("first", "kept")}
    return {
        "model": model.name,
        "text": name,
        "tokens": len(ids),
        "seconds": times,
        "megabytesPerSecond": rates,
        "times": times_,
        "differ": int(tessera.answer("check", file, expected)),
        "passed": times_["first"] >= SENTENCEPIECE_BAR,
    }


def worst_cases(args, java):
    """Milliseconds for one piece of 1 MB, and how they grow from 100 KB to 10 MB."""
    found = []
    with Tessera(args, java) as tessera:
        tessera.answer("open", "cl100k")
        for letters in ("a", "space", "newline", "random", "han"):
            for _ in range(WORST_WARM):
                tessera.answer("worst", letters, WORST_BYTES)
            sizes = (WORST_BYTES // 10, WORST_BYTES, 10 * WORST_BYTES)
            millis = [statistics.median(tessera.seconds("worst", letters, size) for _ in range(5)) * 1e3 for size in sizes]
            bar = MOST_WORST_MILLIS.get(letters)
            found.append({"letters": letters, "bytes": sizes, "millis": millis, "bar": bar, "passed": bar is None or millis[1] <= bar})
    return found


def scaling(args, java):
    """One thread against two, on two processors, in wall time."""
    found = []
    wall = argparse.Namespace(**{**vars(args), "clock": "wall"})
    with Tessera(wall, java, 1) as one, Tessera(wall, java, 2) as two:
        for name in args.corpora:
            times = {}
            for tessera in (one, two):
                tessera.answer("warm", f"{name}.txt", args.warm)
            for _ in range(args.rounds):
                times.setdefault("one", []).append(one.seconds("kept", f"{name}.txt"))
                times.setdefault("two", []).append(two.seconds("kept", f"{name}.txt"))
            factor = statistics.median(times["one"]) / statistics.median(times["two"])
            found.append({"text": name, "factor": factor, "passed": factor >= LEAST_SCALING})
    return found


def versions():
    import sentencepiece
    import tiktoken
    import tokenizers

    return {peer.__name__: peer.__version__ for peer in (tiktoken, tokenizers, sentencepiece)}


def row(cells, widths=(9, 9, 10, 11, 9, 9, 9, 20, 20, 9, 10, 9, 7, 9, 8)):
    print("".join(str(cell).rjust(width) for cell, width in zip(cells, widths)), flush=True)


def show(result):
    rates, bars = result["megabytesPerSecond"], result["bars"]

    def rate(who):
        return f"{rates[who]:.1f}" if who in rates else "-"

    def times(kind):
        demanded = f" of {bars[kind]:g} {verdict(result['times'][kind] >= bars[kind])}" if bars else ""
        return f"{result['times'][kind]:.1f}{demanded}"

    row(
        [
            result["encoding"],
            result["text"],
            rate("tiktoken"),
            rate("tokenizers"),
            rate("jtokkit"),
            f"{rates['first']:.0f}",
            f"{rates['kept']:.0f}",
            times("first"),
            times("kept"),
            f"{rates['decode']:.0f}",
            f"{rates['decode'] / rates['tiktoken decode']:.1f}x",
            verdict(result["decodePassed"]),
            result["differ"],
            result["allocatedBytes"],
            result["others"],
        ]
    )


def geometric_mean(values):
    return statistics.geometric_mean(values) if values else None


def main():
    args = arguments()
    settle_environment(1, HUGE_PAGES)
    processors = sorted(os.sched_getaffinity(0))
    java = java_command(args.java)
    text_data.require(args.folder, args.corpora, args.encodings)
    pin(processors, 1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    with Tessera(args, java) as tessera:
        report = circumstances(args, tessera.answer("hello"), versions())
    texts, wrong = Texts(args.folder), 0
    report["texts"], report["load"] = [], []
    print(f"MB/s, one thread, {args.clock} time; times tiktoken's speed, and the bar")
    row("encoding text tiktoken tokenizers jtokkit first kept first/bar kept/bar decode /tiktoken verdict differ B/pass others".split())
    for encoding in args.encodings:
        import tokenizers

        tiktoken = tiktoken_encoding(args.folder, encoding)
        fast = None if "tokenizers" in args.skip else tokenizers.Tokenizer.from_file(str(args.folder / f"{encoding}.json"))
        with Tessera(args, java) as tessera:
            millis = [tessera.seconds("open", encoding) * 1e3 for _ in range(4)]
            report["load"].append({"encoding": encoding, "millis": millis, "passed": min(millis) <= MOST_LOAD_MILLIS})
            for name in args.corpora:
                with Processors(tessera) as used:
                    result = compare(encoding, name, texts, args, tessera, (tiktoken, fast))
                result["others"] = used.others
                report["texts"].append(result)
                show(result)
                wrong += result["differ"]
    for found in report["load"]:
        print(f"load {found['encoding']}: {', '.join(f'{value:.0f}' for value in found['millis'])} ms {verdict(found['passed'])}")
    jtokkit = [
        result["megabytesPerSecond"]["first"] / result["megabytesPerSecond"]["jtokkit"]
        for result in report["texts"]
        if "jtokkit" in result["megabytesPerSecond"]
    ]
    if jtokkit:
        report["jtokkit"] = geometric_mean(jtokkit)
        print(f"first pass, times jtokkit: {report['jtokkit']:.1f} (geometric mean) {verdict(report['jtokkit'] >= JTOKKIT_BAR)}")
    report["sentencepiece"] = []
    for model in args.sentencepiece:
        (args.folder / model.name).write_bytes(model.read_bytes())
        with Tessera(args, java) as tessera:
            tessera.answer("open", model.name)
            for name in args.corpora:
                with Processors(tessera) as used:
                    found = compare_sentencepiece(model, name, texts, args, tessera)
                found["others"] = used.others
                report["sentencepiece"].append(found)
                wrong += found["differ"]
                rates = found["megabytesPerSecond"]
                print(
                    f"{model.name} {name}: sentencepiece {rates['sentencepiece']:.1f}, Tessera first {rates['first']:.0f}, "
                    f"kept {rates['kept']:.0f} MB/s; {found['times']['first']:.1f} times {verdict(found['passed'])}, {found['differ']} ids differ",
                    flush=True,
                )
    if "worst" not in args.skip:
        report["worst"] = worst_cases(args, java)
        for found in report["worst"]:
            millis = ", ".join(f"{value:.1f}" for value in found["millis"])
            print(f"one piece of {found['letters']}, 0.1, 1, 10 MB: {millis} ms {verdict(found['passed'])}")
    if "scaling" not in args.skip and len(processors) > 1:
        pin(processors, 2)
        report["scaling"] = scaling(args, java)
        for found in report["scaling"]:
            print(f"two threads on {found['text']}: {found['factor']:.2f} times as fast {verdict(found['passed'])}", flush=True)
    keep(report, args.output, "text")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
