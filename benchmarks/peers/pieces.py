#!/usr/bin/env python3
"""Writes where tiktoken's own regular expressions cut text: pieces.py OUT [--strings 200000] [--corpora FOLDER]

tiktoken tells ids, not boundaries. But a piece that is a token as a whole is one id, whatever the ranks: so each batch of strings
gets an encoding whose tokens are all substrings of these strings, and the ids then are the pieces. dev.tessera.benchmarks.PieceComparison
reads the file and compares. Strings are fuzz (seeded), and, with --corpora, parts of 60 characters of the texts that corpora.py makes.

The file: for each string its length in bytes (int32, little-endian), its bytes, and for each of gpt2, cl100k, llama3, qwen2, o200k the
number of pieces and where each ends in bytes (int32).
"""
import argparse
import pathlib
import random
import struct

import tiktoken
import tiktoken_ext.openai_public as public

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
WORDS = r"|[^\r\n\p{L}\p{N}]?\p{L}+"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
BATCH = 400


def published(name):
    saved = public.load_tiktoken_bpe
    public.load_tiktoken_bpe = lambda *arguments, **options: {}
    try:
        return getattr(public, name)()["pat_str"]
    finally:
        public.load_tiktoken_bpe = saved


PATTERNS = [
    public.r50k_pat_str,
    published("cl100k_base"),
    CONTRACTIONS + WORDS + r"|\p{N}{1,3}" + REST,
    CONTRACTIONS + WORDS + r"|\p{N}" + REST,
    published("o200k_base"),
]

SNIPPETS = (
    "a b Z hello World ABC camelCase HTTPServer x s t re LL ' 's 'S 't 're 'RE 've 'Ll 'd 'm '\u017f '\u212a \u017f \u2019s '' ''' 'l 'v 'r "
    "0 1 12 123 1234 1234567 \u00b2 \u00bd \u2167 \u0663 \uff15 \u3007 \u096b \U0001d7d8 \u2460 ! ? . , / // ( () {} \" - -- _ # @ = \u00d7 \u00f7 "
    "\u00b7 \u2014 \u2026 \u201c \u3001 \u3002 \uff01 \u30fb \u4dc0 \u037e \u00e9 \u00c9 \u0178 \u01c5 \u02b0 \u00aa \u00df \u0396\u03b5\u03cd\u03c2 "
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u0451 \u0482 \u0483 \u0587 \u05d0\u05b8\u05d1 \u0645\u0631\u062d\u0628\u0627 \u064b \u0640 \u06cc "
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31\u0e2a \u10d0\u1c90 \u1e00 \u1ea5 \u4e2d \u4e2d\u6587 \u9fff \u3400 \u3042 \u3099 "
    "\u309b \u309d \u30ab\u30fc \u3005 \ud55c \uac00\ud7a3 \ud7a4 \ua000 \ua4d0 \ua66f \uff21 \uff41 \uff76 \U00020000 \U00010400 \U00010428 "
    "\U0001f170 \u0301 \u0301\u0302 e\u0301 E\u0301 \u20dd \u0903 \u2166 \U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea "
    "\u2764\ufe0f \U0001f44d\U0001f3fd \ue000 \ufffd \u0378 \U0010ffff \u200b \ufeff \u180e"
).split(" ") + [" ", "  ", "   ", "\t", "\n", "\r", "\r\n", "\n\n", "\n \n", " \n", "\n ", "\t\n\t", "\x85", "\xa0", "\u2028", "\u2029",
                "\u3000", "\u2009", "\u1680", "\v", "\f", "\x1c", "\x1f", "!\n", "/\n", "\n/", "!/\n/", "(\n\n"]


def any_character(generator):
    while True:
        c = generator.randrange(generator.choice([0x80, 0x250, 0x3100, 0x10000, 0x110000]))
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def fuzz(generator):
    length, kind = generator.randrange(1, 28), generator.randrange(5)
    few = generator.sample(SNIPPETS, generator.randrange(2, 7))
    out = ""
    while len(out) < length:
        if kind == 0:
            out += generator.choice(SNIPPETS)
        elif kind == 1:
            out += generator.choice(few)
        elif kind == 2:
            out += any_character(generator)
        elif kind == 3:
            out += chr(generator.randrange(128))
        else:
            out += generator.choice(SNIPPETS) * generator.randrange(1, 9)
    return out[:40]


def ends(strings):
    substrings = {s[i:j].encode() for s in strings for i in range(len(s)) for j in range(i + 1, len(s) + 1)}
    ranks = {piece: rank for rank, piece in enumerate(substrings)}
    by_pattern = []
    for pattern in PATTERNS:
        encoding = tiktoken.Encoding("substrings", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        by_pattern.append([])
        for s in strings:
            found, at = [], 0
            for piece in encoding.decode_tokens_bytes(encoding.encode_ordinary(s)):
                at += len(piece)
                found.append(at)
            assert at == len(s.encode()), repr(s)
            by_pattern[-1].append(found)
    return by_pattern


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--strings", type=int, default=200_000)
    parser.add_argument("--corpora")
    parser.add_argument("--parts", type=int, default=8_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    strings = [fuzz(generator) for _ in range(options.strings)]
    if options.corpora:
        for path in sorted(pathlib.Path(options.corpora).glob("*.txt")):
            text = path.read_bytes().decode()
            starts = (generator.randrange(len(text) - 60) for _ in range(options.parts))
            strings += [text[start : start + generator.randrange(20, 60)] for start in starts]
    with open(options.out, "wb") as out:
        for first in range(0, len(strings), BATCH):
            batch = strings[first : first + BATCH]
            by_pattern = ends(batch)
            for i, s in enumerate(batch):
                data = s.encode()
                out.write(struct.pack("<i", len(data)) + data)
                for found in by_pattern:
                    out.write(struct.pack(f"<{len(found[i]) + 1}i", len(found[i]), *found[i]))
    print(len(strings), "strings")


main()
