"""Writes pretokenizers.tsv beside it, which PretokenizerTest reads: python make_pretokenizers.py

Made with tokenizers 0.23.2 and tiktoken 0.14.0. A line is the name of a pre-tokenizer, a text and its pieces, tab-separated, everything but
ASCII's letters and digits as \\uXXXX.
"""

import pathlib
import random

import tiktoken
from tokenizers import Regex, pre_tokenizers as p

BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
DEEPSEEK = r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+"

STEPS = {
    "whitespace": p.Whitespace(),
    "whitespace_split": p.WhitespaceSplit(),
    "digits": p.Digits(individual_digits=False),
    "digits_individual": p.Digits(individual_digits=True),
    "metaspace_first": p.Metaspace("\u2581", "first", True),
    "metaspace_always": p.Metaspace("\u2581", "always", True),
    "metaspace_never": p.Metaspace("\u2581", "never", True),
    "metaspace_whole": p.Metaspace("\u2581", "always", False),
    "digits_metaspace": p.Sequence([p.Digits(individual_digits=True), p.Metaspace("\u2581", "first", True)]),
    "digits_metaspace_always": p.Sequence([p.Digits(individual_digits=True), p.Metaspace("\u2581", "always", True)]),
    "deepseek": p.Sequence(
        [
            p.Split(Regex("[\r\n]"), "isolated"),
            p.Split(Regex(DEEPSEEK), "isolated"),
            p.Split(Regex(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"), "isolated"),
            p.Split(Regex(r"\s+$"), "isolated"),
            p.Split(Regex("[一-龥ࠀ-一가-퟿]+"), "isolated"),
            p.Digits(individual_digits=True),
        ]
    ),
    "lines": p.Split(Regex("^."), "isolated"),
    "empty_matches": p.Split(Regex("a*"), "isolated"),
    "words": p.Split(Regex(r"\w+|\d"), "merged_with_next"),
    "boundary": p.Split(Regex(r"\b"), "isolated"),
    "dot": p.Split(Regex("a.b"), "isolated"),
    "dot_all": p.Split(Regex("(?m:a.b)"), "isolated"),
}
for behavior in BEHAVIORS:
    STEPS["punctuation_" + behavior] = p.Punctuation(behavior)
    STEPS["literal_" + behavior] = p.Split("a", behavior)
    STEPS["literal_inverted_" + behavior] = p.Split("a", behavior, invert=True)
    STEPS["regex_" + behavior] = p.Split(Regex(r"\s|[ab]{2}"), behavior)
    STEPS["regex_inverted_" + behavior] = p.Split(Regex(r"\p{L}+|\p{N}"), behavior, invert=True)

BYTE_LEVEL = {
    "byte_level": p.ByteLevel(add_prefix_space=False, use_regex=True),
    "byte_level_space": p.ByteLevel(add_prefix_space=True, use_regex=True),
    "digits_byte_level_space": p.Sequence([p.Digits(individual_digits=True), p.ByteLevel(add_prefix_space=True, use_regex=False)]),
}

TIKTOKEN = {
    "rust_words": r"\w+",
    "rust_caseless": r"(?i:k|s)+|\d",
    "rust_ends": r"^a|a$|\s++$",
    "rust_look": r"(?<=a)b|b(?!c)|\S",
    "rust_classes": r"[\p{Greek}\p{Han}]+|\p{^L}|\PL|[^\p{Lu}\s]",
    "rust_boundary": r"\ba|a\b|\Ba\B",
    "rust_sets": r"[\w&&[^\d_]]+",
    "rust_dots": r"a.b|(?s:b.c)",
}

TEXTS = [
    "a", " ", "aa", "abab", "aab aab", " a", "a ", "  a  b", "Hello, world!  It's 2024.", "x1y22z333", "1 2\t3\n45", "a,b,,c", "...", "a...b",
    "\u4e2d\u6587abc\u3002", "\u2581a \u2581", "caf\u00e9 \u00b2\u00bd\u0663", "a\u0085b\u00a0c\u3000d", "line\nline two \n  end \n", "a\nb", "a\r\nb a\u2028b axb",
    "\u00abq\u00bb \u2014 $5+3=8 ^~`|<>", "\u17b4\u1cf9", "\U0001f600\u200d\U0001f468 x", "\u017fK\u212aks", "a_b-c", "bcb abc ab", "\u0130\u0131iI",
    "\u03b1\u03b2\u0391 \u0416\u0436 aa", "b\nc b\rc", "\ta", "\u00a0a", "\u0301a", "a\u0301b", "\u203f\u2040", "\u05f3\u10fb",
]


def escape(s):
    units = s.encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(c) if c < 128 and chr(c).isalnum() else f"\\u{c:04X}" for c in codes)


def byte_alphabet():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    borrowed = [b for b in range(256) if b not in kept]
    return {chr(b): b for b in kept} | {chr(256 + i): b for i, b in enumerate(borrowed)}


ALPHABET = byte_alphabet()


def unspelled(piece):
    return bytes(ALPHABET[c] for c in piece).decode()


def tiktoken_pieces(pattern, text):
    """The pieces: with all substrings as tokens, a piece is one id."""
    ranks = {text[i:j].encode(): None for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    ranks = {piece: rank for rank, piece in enumerate(ranks)}
    encoding = tiktoken.Encoding("substrings", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return [piece.decode() for piece in encoding.decode_tokens_bytes(encoding.encode_ordinary(text))]


generator = random.Random(7)
alphabet = list("ab a1,.\n") + ["\u4e2d", "\u2581", "\u0301", "  ", "aa"]
texts = TEXTS + ["".join(generator.choices(alphabet, k=generator.randrange(3, 12))) for _ in range(12)]
lines = []
for name, step in STEPS.items():
    lines += [(name, text, [piece for piece, _ in step.pre_tokenize_str(text)]) for text in texts]
for name, step in BYTE_LEVEL.items():
    lines += [(name, text, [unspelled(piece) for piece, _ in step.pre_tokenize_str(text)]) for text in texts]
for name, pattern in TIKTOKEN.items():
    lines += [(name, text, tiktoken_pieces(pattern, text)) for text in texts]
path = pathlib.Path(__file__).parent / "pretokenizers.tsv"
path.write_text("".join("\t".join([name, escape(text), *map(escape, pieces)]) + "\n" for name, text, pieces in lines))
print(len(lines), "lines")
