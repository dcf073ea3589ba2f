"""Writes byte_level.txt beside it, what Hugging Face's trainer learns from small corpora: python make_fixtures.py

Made with tokenizers 0.23.2. Lines: `case NAME VOCABULARY MINIMUM LIMIT`, `special BASE64`, `document BASE64`, `byte VALUE ID`
(where it is not as without special tokens), `merge LEFT RIGHT RESULT`, `end`.
"""

import base64
import json
import pathlib
import random

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

here = pathlib.Path(__file__).parent
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())


def characters():
    """The character that spells each byte."""
    own = [b for b in range(256) if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xFF and b != 0xAD]
    borrowed = iter(range(256, 512))
    return {b: chr(b) if b in own else chr(next(borrowed)) for b in range(256)}


def learn(documents, vocabulary, minimum=0, limit=None, special=()):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=minimum,
        max_token_length=limit,
        special_tokens=list(special),
        initial_alphabet=ALPHABET,
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    ids = model["vocab"]
    return ids, [(ids[l], ids[r], ids[l + r]) for l, r in model["merges"]]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def write(out, name, documents, vocabulary, minimum=0, limit=None, special=()):
    ids, merges = learn(documents, vocabulary, minimum, limit, special)
    print("case", name, vocabulary, minimum, limit or 0, file=out)
    for token in special:
        print("special", encoded(token), file=out)
    for document in documents:
        print("document", encoded(document), file=out)
    shift = len(set(special))
    for byte, character in characters().items():
        if ids[character] != shift + ALPHABET.index(character):
            print("byte", byte, ids[character], file=out)
    for merge in merges:
        print("merge", *merge, file=out)
    print("end", file=out)
    print(name, len(documents), "documents,", len(ids), "tokens,", len(merges), "merges")


def words(seed, letters, count, longest, kinds):
    """Words over a few letters, in the frequencies of a language."""
    numbers = random.Random(seed)
    known = ["".join(numbers.choice(letters) for _ in range(numbers.randint(1, longest))) for _ in range(kinds)]
    return " ".join(known[min(int(numbers.paretovariate(0.7)) - 1, kinds - 1)] for _ in range(count))


PROSE = """The little tiles of a mosaic were called tesserae; a tessera was also a token, a ticket, a die.
It's the mason's eye that finds the next tile: he'll turn it, he'd trim it, and they've no need to hurry.
    Indented lines, 3 numbers (12, 345, 6789), and tabs\tbetween\twords.  Two  spaces,   three   spaces.   
Über die Mosaike: größere Flächen, kleinere Steine. Déjà vu, naïve façade, coöperate, São Tomé, Łódź, Ærø.
Мозаика складывается из маленьких кубиков, и каждый кубик лежит на своём месте.
モザイクは小さな石やガラスの小片を並べて作られる。馬賽克是由小塊石頭拼成的圖案。 모자이크는 작은 조각으로 만든다.
Emoji: 🧱🧱🧱 👩‍👩‍👧‍👦 🏳️‍🌈 and math: ∀ε>0 ∃δ>0, x² + y² ≤ z².
"""

with open(here / "byte_level.txt", "w", encoding="ascii") as out:
    write(out, "empty", [], 300)
    write(out, "one_word", ["mosaic"], 300)
    write(out, "ties", ["ab cd ef gh ba dc fe hg", "abc bcd cde def", "aabb bbcc ccdd"], 400)
    write(out, "runs", ["a" * n + " " + "ab" * n + " " + "aab" * (n // 3) for n in range(1, 40)], 400)
    write(out, "few_letters", [words(1, "ab", 400, 12, 120), words(2, "abc", 400, 9, 200)], 500)
    write(out, "language", [words(3, "etaoinshrdlu", 3000, 9, 600)], 800)
    write(out, "minimum", [words(4, "etaoin", 2000, 8, 500)], 1000, minimum=12)
    write(out, "exhausted", ["one tile at a time", "one time at a tile"], 5000)
    write(out, "prose", PROSE.splitlines(keepends=True) * 3, 450)
    write(out, "special", ["<s>the mosaic</s> <s>the tile</s> <pad> the er er er"] * 4, 320, special=["<s>", "</s>", "<pad>", "<s>", "er", "x", "\u0120the"])
    for limit in (1, 2, 3, 4, 7):
        write(out, f"limit_{limit}", [words(5, "etaoin", 800, 10, 150)], 420, limit=limit)
