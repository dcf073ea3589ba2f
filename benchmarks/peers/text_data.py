#!/usr/bin/env python3
"""Makes the texts and the vocabulary files of text.py: text_data.py FOLDER  (needs apt-get, dpkg, and a JDK 25 with src.zip)

english, code, cjk, multi, jsonlog: 8,000,000 bytes each (jsonlog less), cut at a UTF-8 boundary, from Debian packages and the JDK's
sources; only jsonlog's log lines are synthetic (fixed seed). The packages are documentation under free licences; what is made of
them is for measuring and is not committed. Rank files come from jtokkit's jar, and tokenizer.json files for Hugging Face's
tokenizers are made of those.
"""
import base64
import datetime
import glob
import gzip
import html
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import zipfile

from jvm import LIBRARIES

CORPORA = ["english", "code", "cjk", "multi", "jsonlog"]
ENCODINGS = ["cl100k", "o200k", "r50k"]
LIMIT = 8_000_000
PACKAGES = (
    "debian-handbook fortunes dict-foldoc perl-doc manpages-ja manpages-zh manpages-ru manpages-de manpages-fr "
    "debian-reference-ja debian-reference-zh-cn iso-codes"
).split()


class Packages:
    """Debian packages, unpacked below a folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for package in PACKAGES:
            if not (folder / package).is_dir():
                subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, stderr=subprocess.DEVNULL)
                archive = next(folder.glob(package + "_*.deb"))
                subprocess.run(["dpkg", "-x", archive, folder / package], check=True)
                archive.unlink()

    def files(self, pattern):
        return sorted(glob.glob(str(self.folder / pattern), recursive=True))

    def pages(self, pattern):
        return "".join(page(path) for path in self.files(pattern))

    def handbook(self, language):
        return self.pages(f"debian-handbook/usr/share/doc/debian-handbook/html/{language}/*.html")

    def manual(self, package, language):
        parts = []
        for path in self.files(f"{package}/usr/share/man/{language}/**/*.gz"):
            if not os.path.islink(path):
                lines = unzipped(path).split("\n")
                parts.append("\n".join(line for line in lines if not line.startswith(('.\\"', "'\\\""))))
        return "".join(parts)


def text(path):
    return pathlib.Path(path).read_text(encoding="utf-8", errors="ignore")


def unzipped(path):
    with gzip.open(path) as file:
        return file.read().decode("utf-8", "ignore")


def page(path):
    plain = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text(path), flags=re.S)
    plain = html.unescape(re.sub(r"<[^>]+>", "", plain))
    return re.sub(r"[ \t]+\n", "\n", re.sub(r"\n{3,}", "\n\n", plain))


def interleave(parts, step=65536):
    out, at = [], 0
    while any(at < len(part) for part in parts):
        out += [part[at : at + step] for part in parts if at < len(part)]
        at += step
    return "".join(out)


def english(packages):
    fortunes = "".join(
        text(path)
        for path in packages.files("fortunes/usr/share/games/fortunes/*")
        if os.path.isfile(path) and not os.path.islink(path) and not path.endswith(".dat")
    )
    foldoc = "".join(unzipped(path) for path in packages.files("dict-foldoc/usr/share/dictd/*.dict.dz"))
    perl = "".join(text(path) for path in packages.files("perl-doc/usr/share/perl/**/pod/*.pod"))
    return interleave([packages.handbook("en-US"), fortunes, foldoc, perl])


def code(packages):
    with zipfile.ZipFile(sorted(glob.glob("/usr/lib/jvm/*25*/lib/src.zip"))[0]) as sources:
        modules = ("java.base/", "java.net.http/", "jdk.compiler/", "java.desktop/")
        names = sorted(name for name in sources.namelist() if name.endswith(".java") and name.startswith(modules))
        java = "".join(sources.read(name).decode("utf-8", "ignore") for name in names[::9])
    python = "".join(text(path) for path in sorted(glob.glob("/usr/lib/python3*/*.py")))
    headers = ("/usr/include/*.h", "/usr/include/linux/*.h", "/usr/include/c++/12/**/*.h")
    c = "".join(text(path) for pattern in headers for path in sorted(glob.glob(pattern, recursive=True)))
    return interleave([java[:3_500_000], python[:2_500_000], c[:3_000_000]])


def cjk(packages):
    def mostly(plain):
        lines = plain.split("\n")
        return "".join(line + "\n" for line in lines if sum(ord(char) > 0x2E7F for char in line) * 3 >= len(line))

    reference = packages.pages("debian-reference-ja/usr/share/debian-reference/*.ja.html") + packages.pages(
        "debian-reference-zh-cn/usr/share/debian-reference/*.zh-cn.html"
    )
    books = "".join(packages.handbook(language) for language in ("ja-JP", "zh-CN", "zh-TW", "ko-KR"))
    manuals = [mostly(packages.manual("manpages-ja", "ja")), mostly(packages.manual("manpages-zh", "zh_CN"))]
    return interleave([mostly(books), mostly(reference), *(manual[:1_200_000] for manual in manuals)], 20000)


def multi(packages):
    def translated(plain):
        lines = plain.split("\n")
        return "".join(line + "\n" for line in lines if any(ord(char) > 0x7F and char.isalpha() for char in line))

    manuals = [("ru", 1_300_000), ("de", 700_000), ("fr", 500_000)]
    books = "ru-RU ar-MA de-DE fr-FR el-GR pl-PL vi-VN fa-IR es-ES cs-CZ".split()
    return interleave(
        [translated(packages.manual(f"manpages-{language}", language))[:most] for language, most in manuals]
        + [translated(packages.handbook(language))[:520_000] for language in books],
        20000,
    )


def jsonlog(packages):
    pretty = [text(path) for path in packages.files("iso-codes/usr/share/iso-codes/json/*.json")]
    compact = [json.dumps(json.loads(item), separators=(",", ":"), ensure_ascii=False) + "\n" for item in pretty]
    draw, lines, seconds = random.Random(20260101), [], 1767225600.0
    segments = "api v1 v2 users orders items static img search login metrics health cart checkout".split()
    for _ in range(26000):
        seconds += draw.random() * 3
        date = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        kind = draw.random()
        path = "/" + "/".join(draw.choice(segments) for _ in range(draw.randint(1, 4)))
        path += f"?id={draw.randrange(10**7)}" if draw.random() < 0.4 else ""
        if kind < 0.4:
            address = ".".join(str(draw.randrange(256)) for _ in range(4))
            status = draw.choice([200, 200, 304, 404, 500])
            lines.append(
                f'{address} - - [{date:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} {draw.randrange(90000)} "-" "curl/8.5.0"\n'
            )
        elif kind < 0.7:
            record = {
                "ts": f"{date:%Y-%m-%dT%H:%M:%S.%fZ}",
                "level": draw.choice(["INFO", "WARN", "ERROR"]),
                "trace_id": f"{draw.getrandbits(128):032x}",
                "msg": f"request {path} completed",
                "latency_ms": round(draw.random() * 900, 3),
            }
            lines.append(json.dumps(record) + "\n")
        else:
            lines.append(
                f"{date:%Y-%m-%d %H:%M:%S},{draw.randrange(1000):03d} WARN  [worker-{draw.randrange(32)}] o.a.k.c.NetworkClient - "
                f"Node {draw.randrange(9)} disconnected; offset={draw.randrange(10**9)} uuid={draw.getrandbits(32):08x}\n"
            )
    return interleave(["".join(pretty)[:2_300_000], "".join(compact)[:1_700_000], "".join(lines)[:4_200_000]])


def make_corpora(folder, names):
    missing = [name for name in names if not (folder / f"{name}.txt").exists()]
    if missing:
        packages = Packages(folder / "debs")
        for name in missing:
            cut = globals()[name](packages).encode("utf-8", "ignore")[:LIMIT].decode("utf-8", "ignore")
            (folder / f"{name}.txt").write_bytes(cut.encode())


def pattern(encoding):
    """The pattern that tiktoken itself has."""
    import tiktoken_ext.openai_public as public

    public.load_tiktoken_bpe = lambda *args, **named: {}
    public.data_gym_to_mergeable_bpe_ranks = lambda *args, **named: {}
    return public.r50k_pat_str if encoding == "r50k" else getattr(public, encoding + "_base")()["pat_str"]


def hugging_face_pattern(encoding):
    """The same pattern for Oniguruma, to which a `+` behind braces is one more repetition, and `$` the end of a line."""
    plain = pattern(encoding)
    for possessive in ("++", "?+", "*+"):
        plain = plain.replace(possessive, possessive[0])
    plain = re.sub(r"(\{[\d,]+\})\+", r"\1", plain)
    return plain.replace("$", r"\z")


def make_ranks(folder, encodings):
    """The rank files, from jtokkit's jar."""
    jars = sorted(LIBRARIES.glob("jtokkit-*.jar"))
    for encoding in encodings:
        target = folder / f"{encoding}_base.tiktoken"
        if not target.exists():
            if not jars:
                sys.exit(f"{LIBRARIES} has no jtokkit jar: build with mvn -q package -DskipTests")
            with zipfile.ZipFile(jars[-1]) as jar:
                target.write_bytes(jar.read(f"com/knuddels/jtokkit/{target.name}"))


def read_ranks(path):
    return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in path.read_bytes().splitlines() if line)}


def merge(ranks, token, below):
    """The two parts that a token is joined from."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [(ranks.get(left + right, below), i) for i, (left, right) in enumerate(zip(parts, parts[1:]))]
        rank, i = min(pairs)
        if rank >= below:
            break
        parts[i : i + 2] = [parts[i] + parts[i + 1]]
    return parts


def make_tokenizer_json(folder, encoding):
    """A tokenizer.json with the same ranks and pattern."""
    target = folder / f"{encoding}.json"
    if target.exists():
        return
    ranks = read_ranks(folder / f"{encoding}_base.tiktoken")
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    letters = {byte: chr(byte) for byte in visible} | {byte: chr(256 + i) for i, byte in enumerate(hidden)}

    def spelled(token):
        return "".join(letters[byte] for byte in token)

    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        parts = merge(ranks, token, rank)
        if len(parts) == 2:
            merges.append([spelled(part) for part in parts])
    split = {"type": "Split", "pattern": {"Regex": hugging_face_pattern(encoding)}, "behavior": "Isolated", "invert": False}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    model = {"type": "BPE", "vocab": {spelled(token): rank for token, rank in ranks.items()}, "merges": merges}
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, level]},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        "model": model,
    }
    target.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


def require(folder, corpora=CORPORA, encodings=ENCODINGS):
    """Makes what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    make_corpora(folder, corpora)
    make_ranks(folder, encodings)
    for encoding in encodings:
        make_tokenizer_json(folder, encoding)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    require(pathlib.Path(sys.argv[1]))
