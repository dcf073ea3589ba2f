"""Writes what the reference trainers learn from small corpora: python make_fixtures.py

byte_level.txt was made with tokenizers 0.23.2. Lines: `case NAME VOCABULARY MINIMUM LIMIT`, `special BASE64`, `document BASE64`,
`byte VALUE ID` (where it is not as without special tokens), `merge LEFT RIGHT RESULT`, `end`.

pieces.txt was made with sentencepiece 0.2.2. Lines: `case NAME VOCABULARY STYLE`, where the style is `default` or `llama2`, `document
BASE64`, `piece BASE64` from id 259 on, `encoded BASE64 ID...`, a text and its ids, `end`.
"""

import base64
import json
import pathlib
import random
import tempfile

import sentencepiece
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


LLAMA2 = dict(character_coverage=0.99995, split_digits=True, allow_whitespace_only_pieces=True, remove_extra_whitespaces=False)
TEXTS = ["the tile of a mosaic", "  two  spaces 1234 ", "größer, Мозаика 石", "unknown: \u0904 \U0001f9f1", "<s>a</s>"]


def write_pieces(out, name, documents, vocabulary, style):
    """Lines of text, learned from by sentencepiece."""
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder, "text")
        text.write_text("".join(documents), encoding="utf-8", newline="")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=folder + "/model", model_type="bpe", vocab_size=vocabulary, byte_fallback=True,
            normalization_rule_name="identity", minloglevel=2, hard_vocab_limit=False, **(LLAMA2 if style == "llama2" else {}))
        model = sentencepiece.SentencePieceProcessor(model_file=folder + "/model.model")
    print("case", name, vocabulary, style, file=out)
    for document in documents:
        print("document", encoded(document), file=out)
    for piece in range(259, model.get_piece_size()):
        print("piece", encoded(model.id_to_piece(piece)), file=out)
    for text in TEXTS:
        print("encoded", encoded(text), *model.encode(text), file=out)
    print("end", file=out)
    print(name, len(documents), "lines,", model.get_piece_size(), "pieces")


MARKS = "<s>he said</s> <0x41> <unk>\ta\ttab\n\u200cمی\u200cشود می\u200cشود کتاب\u200cها كتاباً كتاباً\nかなカナ漢字ー交じり文 かなカナ漢字ー\nline with \u2585 is left out\n"

with open(here / "pieces.txt", "w", encoding="ascii") as out:
    for style in ("default", "llama2"):
        write_pieces(out, "prose_" + style, (PROSE * 3).splitlines(keepends=True), 620, style)
        write_pieces(out, "marks_" + style, (MARKS * 3 + PROSE).splitlines(keepends=True), 620, style)
        write_pieces(out, "language_" + style, [words(n % 4, "etaoinshrdlu12 ", 60, 9, 300) + "\n" for n in range(30)], 400, style)
        write_pieces(out, "few_letters_" + style, [words(7, "ab", 300, 16, 200) + "\n", words(8, "abc", 200, 30, 200)], 460, style)
