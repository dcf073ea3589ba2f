"""Writes the character properties that dev.tessera.internal.unicode reads: python make_tables.py

They are asked of tiktoken's own regular expressions, so that they are those of the reference implementation.
Made with tiktoken 0.14.0.

properties.bin begins with the Unicode version, ASCII, and a line feed. Runs of code points follow, ascending from U+0000 to
U+10FFFF, each a length (LEB128) and a byte: the general category as java.lang.Character numbers it, plus 0x20 for what
matches \\w and 0x40 for what matches \\s.

unicode9.bin says which characters Unicode 9.0 has, by whose tables Hugging Face's tokenizers 0.23 normalize: the
lengths (LEB128) of runs of code points that it has not and has, by turns, the first of those that it has not.
"""

import pathlib

import tiktoken

CATEGORIES = {
    "Lu": 1, "Ll": 2, "Lt": 3, "Lm": 4, "Lo": 5, "Mn": 6, "Me": 7, "Mc": 8, "Nd": 9, "Nl": 10, "No": 11, "Zs": 12,
    "Zl": 13, "Zp": 14, "Cc": 15, "Cf": 16, "Co": 18, "Pd": 20, "Ps": 21, "Pe": 22, "Pc": 23, "Po": 24, "Sm": 25,
    "Sc": 26, "Sk": 27, "So": 28, "Pi": 29, "Pf": 30,
}
SURROGATE = 19
WORD = 0x20
WHITE_SPACE = 0x40

BYTES = {bytes([value]): value for value in range(256)}
EVERYTHING = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)


def matching(pattern):
    """The code points that a pattern of one character matches: tiktoken drops all others."""
    encoding = tiktoken.Encoding("bytes", pat_str=pattern, mergeable_ranks=BYTES, special_tokens={})
    return [ord(c) for c in bytes(encoding.encode_ordinary(EVERYTHING)).decode()]


def unicode_version():
    newest = "1.1"
    for major in range(2, 30):
        for minor in range(3):
            try:
                if matching(rf"\p{{Age={major}.{minor}}}"):
                    newest = f"{major}.{minor}"
            except ValueError:
                pass  # an age that it does not know
    return newest + ".0"


properties = bytearray(0x110000)
properties[0xD800:0xE000] = bytes([SURROGATE]) * 0x800
for name, value in CATEGORIES.items():
    for c in matching(rf"\p{{{name}}}"):
        assert properties[c] == 0, hex(c)
        properties[c] = value
for pattern, flag in ((r"\w", WORD), (r"\s", WHITE_SPACE)):
    for c in matching(pattern):
        properties[c] |= flag


def leb128(number):
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(written) + bytes([number])


resources = pathlib.Path(__file__).parent.parent / "resources/dev/tessera/internal"
version = unicode_version()
out = bytearray(version.encode() + b"\n")
start = 0
for c in range(1, 0x110001):
    if c == 0x110000 or properties[c] != properties[start]:
        out += leb128(c - start) + bytes([properties[start]])
        start = c
(resources / "unicode/properties.bin").write_bytes(out)
print(f"Unicode {version}, {len(out)} bytes")

known = set(matching(r"\p{Age=9.0}")) | set(range(0xD800, 0xE000))
out, start, has = bytearray(), 0, False
for c in range(0x110001):
    if c == 0x110000 or (c in known) != has:
        out += leb128(c - start)
        start, has = c, not has
(resources / "normalizer/unicode9.bin").write_bytes(out)
print(f"Unicode 9.0, {len(out)} bytes")
