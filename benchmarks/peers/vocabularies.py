#!/usr/bin/env python3
"""Asks the references for the ids of many random texts by real vocabularies, for VocabularyPeersTest to compare with.

    vocabularies.py FOLDER [--texts N] [--seed S] VOCABULARY...

A VOCABULARY is a tokenizer.json, a SentencePiece .model (also .model.v1 and the like), or NAME=RANKS with NAME one of
tiktoken's encodings and RANKS its .tiktoken file. Then:

    mvn -pl core -am -Dtest=VocabularyPeersTest -Dtessera.vocabularies=FOLDER -Dsurefire.failIfNoSpecifiedTests=false test

Needs tokenizers, sentencepiece and tiktoken. Files are little-endian int32: the number of texts, then for each its length
and its UTF-8; and for each text the number of ids and the ids.
"""
import argparse, base64, os, random, struct

POINTS = [(0x20, 0x7F), (0xA0, 0x250), (0x250, 0x370), (0x370, 0x600), (0x600, 0x1100), (0x1100, 0x1200), (0x1200, 0x2000),
          (0x2000, 0x2C00), (0x2E80, 0x3400), (0x3400, 0xA000), (0xA000, 0xD7A4), (0xF900, 0x10000), (0x1F000, 0x1FB00),
          (0x0, 0x110000)]
PIECES = ["é", "e\u0301", "ﬁ", "Å", "\u212b", "１２", "①", "\u1100\u1161\u11a8", "İ", "ß", "Σς", "\u0344", "\u0958", "👩\u200d👩\u200d👧",
          "🇩🇪", "👍🏽", "'s", "'LL", "'\u017f", "it's's", "123", "12345", "½²", "...", "!?", "\u0085", "\u001c", "\u180e", "\u200b"]
SPACES = [" ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", " \n ", "\u00a0", "\u3000", "\u2009", "\u2581", "\u2028"]
WORDS = open(__file__, encoding="utf-8").read().split() + "the cat sat on the mat; Größe naïve слово другой 我能吞下玻璃 日本語 한국어 العربية हिन्दी ไทย".split()


def character(rng):
    low, high = rng.choice(POINTS)
    while True:
        point = rng.randrange(low, high)
        if not 0xD800 <= point < 0xE000:
            return chr(point)


def text(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return "".join(character(rng) for _ in range(rng.randrange(30)))
    if kind == 1:
        return "".join(rng.choice(WORDS) + rng.choice(SPACES) for _ in range(rng.randrange(12)))
    if kind == 2:
        few = [rng.choice([character(rng), rng.choice(SPACES), rng.choice(PIECES)]) for _ in range(rng.randrange(1, 4))]
        return "".join(rng.choice(few) for _ in range(rng.randrange(60)))
    if kind == 3 and rng.randrange(8) == 0:
        return rng.choice(SPACES + ["a", "ab", "="]) * rng.randrange(300)
    return "".join(rng.choice([rng.choice(WORDS), rng.choice(SPACES), rng.choice(PIECES), character(rng)])
                   for _ in range(rng.randrange(20)))


def encoder(vocabulary):
    if vocabulary.endswith(".json"):
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(vocabulary)
        return lambda texts: [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    if "=" in vocabulary:
        import tiktoken, tiktoken_ext.openai_public as published
        name, path = vocabulary.split("=", 1)
        ranks = {base64.b64decode(line.split()[0]): int(line.split()[1]) for line in open(path, "rb") if line.strip()}
        published.load_tiktoken_bpe = lambda *_, **__: ranks
        published.data_gym_to_mergeable_bpe_ranks = lambda *_, **__: ranks
        return tiktoken.Encoding(**published.ENCODING_CONSTRUCTORS[name]()).encode_ordinary_batch
    import sentencepiece
    return sentencepiece.SentencePieceProcessor(model_file=vocabulary).encode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder"); parser.add_argument("vocabularies", nargs="+")
    parser.add_argument("--texts", type=int, default=200_000); parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    texts = [text(rng) for _ in range(options.texts)]
    os.makedirs(options.folder, exist_ok=True)
    with open(os.path.join(options.folder, "texts.bin"), "wb") as out:
        out.write(struct.pack("<i", len(texts)))
        for utf8 in map(str.encode, texts):
            out.write(struct.pack("<i", len(utf8)) + utf8)
    with open(os.path.join(options.folder, "vocabularies.txt"), "w", encoding="utf-8") as listing:
        for number, vocabulary in enumerate(options.vocabularies):
            with open(os.path.join(options.folder, f"{number}.ids"), "wb") as out:
                for ids in encoder(vocabulary)(texts):
                    out.write(struct.pack(f"<{len(ids) + 1}i", len(ids), *ids))
            listing.write(vocabulary + "\n")


if __name__ == "__main__":
    main()
