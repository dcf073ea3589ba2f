#!/usr/bin/env python3
"""Makes the vocabularies that VocabularyFilesTest reads, and what the references make of some texts.

    make_fixtures.py [FOLDER]    writes *.json, *.model and *.expected to FOLDER, by default beside itself

Needs tokenizers 0.23.2 and sentencepiece 0.2.2. An .expected file has a line for each text of texts(): the
SHA-256 (16 hexadecimal digits) of its ids, and of what these decode to.
"""
import hashlib, json, os, random, sys, tempfile

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

PROSE = """The tokenizer's job isn't hard: it'll cut text into pieces, and then it merges what it's been taught to merge.
It was the best of times, it was the worst of times; it was the age of wisdom, it was the age of foolishness.
for (int i = 0; i < 10; i++) {\n    System.out.println("row " + i + ": " + values[i]);\n}
{"name": "tessera", "size": 1024, "tags": ["fast", "exact"], "price": 19.99}
Größe, Äpfel, naïve façade, Ωmega, señor, smørrebrød; co\u0302te\u0301 and cote\u0301.
Съешь же ещё этих мягких французских булок, да выпей чаю.
我能吞下玻璃而不伤身体。 私はガラスを食べられます。 나는 유리를 먹을 수 있어요.
2024-01-31 12:45:07 INFO 127.0.0.1 GET /index.html 200 5123
🙂 👩\u200d👩\u200d👧 🇩🇪 ½ ² ① ﬁne １２３
"""


def corpus():
    rng = random.Random(7)
    words = PROSE.split()
    lines = PROSE.splitlines()
    for _ in range(300):
        yield " ".join(rng.choice(words) for _ in range(12))
        yield rng.choice(lines)


def texts(count=400, seed=1):
    rng = random.Random(seed)
    words = PROSE.split()
    extra = ["<s>", "</s>", "<unk>", "<|end|>", "<mask>", "[tool]", "  <mask>  ", "word", "keyword", "<0x0A>", "É<sp>é"]
    spaces = [" ", "  ", "   ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2581", ""]

    def character():
        kind = rng.randrange(8)
        if kind < 2:
            return chr(rng.randrange(32, 127))
        if kind == 2:
            return rng.choice(spaces)
        if kind == 3:
            return chr(rng.randrange(0xA1, 0x250))
        if kind == 4:
            return chr(rng.choice([rng.randrange(0x391, 0x3C9), rng.randrange(0x410, 0x450), rng.randrange(0x4E00, 0x9FA5),
                                   rng.randrange(0xAC00, 0xD7A4), rng.randrange(0x3041, 0x3097)]))
        if kind == 5:
            return chr(rng.randrange(0x300, 0x345))
        if kind == 6:
            return rng.choice(["ﬁ", "１", "①", "½", "İ", "ß", "Σ", "\u212b", "🙂", "\u1100\u1161\u11a8", "\ufffd", "\x00", "\x7f"])
        return rng.choice(PROSE)

    yield from ["", " ", "  ", "\n", "\u2581", "a", " a", "a ", "\u0301", "'", "'S", "x" * 300, " " * 300, "\n" * 70, "ab" * 200]
    for _ in range(count - 15):
        kind = rng.randrange(4)
        if kind == 0:
            text = "".join(character() for _ in range(rng.randrange(24)))
        elif kind == 1:
            text = "".join(rng.choice(words) + rng.choice(spaces) for _ in range(rng.randrange(10)))
        else:
            text = "".join(rng.choice([rng.choice(words), rng.choice(spaces), character(), "'s", "'LL", "12345"])
                           for _ in range(rng.randrange(16)))
        if kind == 3 or rng.randrange(4) == 0:
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(extra) + text[at:]
        yield text


def trained(tokenizer, size, specials=(), alphabet=None, **options):
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(specials), show_progress=False,
                                  initial_alphabet=alphabet or [], **options)
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def byte_level(pre, size=600, specials=("<|end|>",), decoder=True, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre
    if decoder:
        tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    return trained(tokenizer, size, specials, pre_tokenizers.ByteLevel.alphabet())


def split_bytes(*patterns):
    steps = [pre_tokenizers.Split(Regex(p), "isolated") for p in patterns]
    return pre_tokenizers.Sequence(steps + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def gpt2():
    return byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))


def gpt2_prefix_space():
    return byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True))


def llama3():
    tokenizer = byte_level(split_bytes(LLAMA3), specials=("<s>", "</s>"), ignore_merges=True)
    # a token that merging does not lead to
    data = json.loads(tokenizer.to_str())
    unreached = "ĠtokenizerĠjob"
    data["model"]["vocab"][unreached] = len(data["model"]["vocab"])
    data["model"]["vocab"]["age"] = data["model"]["vocab"].pop("age", len(data["model"]["vocab"]))
    data["model"]["ignore_merges"] = True
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 1)])
    return tokenizer


def qwen2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = split_bytes(QWEN2)
    tokenizer.decoder = decoders.ByteLevel()
    trained(tokenizer, 600, (), pre_tokenizers.ByteLevel.alphabet())
    tokenizer.add_special_tokens([AddedToken("<|end|>", normalized=False)])
    tokenizer.add_tokens([AddedToken("[tool]", normalized=False)])
    return tokenizer


def several_splits():
    return byte_level(pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"),
        pre_tokenizers.Split(Regex("[一-龥\u3040-ゟ゠-ヿ]+"), "isolated"),
        pre_tokenizers.Split(Regex(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
                                   r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]))


def digits():
    return byte_level(pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]))


def punctuation():
    return byte_level(pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split(" ", "merged_with_next"), pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=False)]))


def missing_bytes():
    """Bytes that have no token are dropped."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return trained(tokenizer, 300, (), limit_alphabet=90)


def missing_bytes_unknown():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return trained(tokenizer, 300, ("<unk>",), limit_alphabet=90)


BYTES = ["<0x%02X>" % b for b in range(256)]


def llama2(fallback=BYTES, unk=True, fuse=True):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>" if unk else None, fuse_unk=fuse, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    specials = ["<unk>", "<s>", "</s>"]
    trained_on = Tokenizer(models.BPE())
    trained_on.normalizer = tokenizer.normalizer
    trained_on.pre_tokenizer = pre_tokenizers.Split(Regex("▁+[^▁]*"), "isolated")
    trained(trained_on, 500, specials + fallback, limit_alphabet=120)
    learned = json.loads(trained_on.to_str())
    data = json.loads(tokenizer.to_str())
    data["model"]["vocab"] = learned["model"]["vocab"]
    data["model"]["merges"] = learned["model"]["merges"]
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.add_special_tokens([AddedToken(s, normalized=False) for s in specials])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    return tokenizer


def some_byte_fallback():
    """Only half of the bytes have tokens; the others are unknown, one by one."""
    return llama2(BYTES[:200], True, False)


def byte_fallback_fused():
    return llama2(BYTES[:160], True, True)


def metaspace(scheme, split, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme=scheme, split=split)
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme=scheme, split=split)
    trained(tokenizer, 400, ("<unk>",) if model else (), limit_alphabet=100)
    tokenizer.add_special_tokens([AddedToken("</s>", normalized=False)])
    return tokenizer


def metaspace_first():
    return metaspace("first", False, unk_token="<unk>", fuse_unk=True)


def metaspace_always():
    return metaspace("always", True, unk_token="<unk>")


def metaspace_never():
    return metaspace("never", True)


def normalized():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip(),
        normalizers.Replace(Regex(r"\s{2,}"), " "), normalizers.Replace("tt", "t")])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trained(tokenizer, 400, ("<unk>",), limit_alphabet=80)
    tokenizer.add_tokens([AddedToken("É<sp>é", normalized=True), AddedToken("word", normalized=True, single_word=True)])
    return tokenizer


def added_tokens():
    tokenizer = gpt2()
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=True, normalized=False),
                                  AddedToken("<s>", lstrip=False, rstrip=True, normalized=False)])
    tokenizer.add_tokens([AddedToken("word", single_word=True), AddedToken("[tool]", lstrip=True, normalized=True)])
    return tokenizer


def split_behaviors():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("i", "merged_with_previous"),
        pre_tokenizers.Split(Regex("[0-9]+"), "removed", invert=False), pre_tokenizers.Split(Regex("[a-e]+"), "contiguous", invert=True)])
    return trained(tokenizer, 400, ("<unk>",), limit_alphabet=80)


TOKENIZERS = [gpt2, gpt2_prefix_space, llama3, qwen2, several_splits, digits, punctuation, missing_bytes,
              missing_bytes_unknown, llama2, some_byte_fallback, byte_fallback_fused, metaspace_first, metaspace_always,
              metaspace_never, normalized, added_tokens, split_behaviors]

RULES = "".join(f"{' '.join('%X' % ord(c) for c in a)}\t{' '.join('%X' % ord(c) for c in b)}\n" for a, b in [
    ("ﬁ", "fi"), ("１", "1"), ("①", "1"), ("\u3000", " "), ("\u00a0", " "), ("\t", " "), ("\n", " "), ("\u212b", "Å"),
    ("\u0301", ""), ("e\u0301", "é"), ("½", " 1/2"), ("\u2581", " ")])

MODELS = {
    "sp_llama2": dict(byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
                      split_digits=True, allow_whitespace_only_pieces=True),
    "sp_rules": dict(normalization_rule_tsv="RULES", user_defined_symbols=["[tool]", "<mask>", "ing", "s i"], control_symbols=["<sep>"]),
    "sp_suffix": dict(byte_fallback=True, treat_whitespace_as_suffix=True, normalization_rule_name="identity"),
    "sp_no_prefix": dict(add_dummy_prefix=False, normalization_rule_name="identity", remove_extra_whitespaces=False,
                         user_defined_symbols=["▁▁", "é"]),
}


def sentencepiece_model(name, folder):
    options = dict(MODELS[name])
    with tempfile.TemporaryDirectory() as temporary:
        if "normalization_rule_tsv" in options:
            options["normalization_rule_tsv"] = os.path.join(temporary, "rules.tsv")
            open(options["normalization_rule_tsv"], "w", encoding="utf-8").write(RULES)
        path = os.path.join(temporary, "corpus.txt")
        open(path, "w", encoding="utf-8").write("\n".join(corpus()))
        sentencepiece.SentencePieceTrainer.train(
            input=path, model_prefix=os.path.join(folder, name), model_type="bpe", vocab_size=560,
            character_coverage=0.995, num_threads=1, minloglevel=2, hard_vocab_limit=False, **options)
    os.remove(os.path.join(folder, name + ".vocab"))
    return sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, name + ".model"))


def short(data):
    return hashlib.sha256(data).hexdigest()[:16]


def write_expected(path, results):
    with open(path, "w", encoding="utf-8") as out:
        for ids, decoded in results:
            out.write(short(",".join(map(str, ids)).encode()) + " " + short(decoded.encode()) + "\n")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    os.makedirs(folder, exist_ok=True)
    all_texts = list(texts())
    with open(os.path.join(folder, "texts.json"), "w", encoding="utf-8") as out:
        json.dump({"texts": all_texts}, out, ensure_ascii=True, indent=0)
    for make in TOKENIZERS:
        tokenizer = make()
        tokenizer.save(os.path.join(folder, make.__name__ + ".json"), pretty=False)
        encoded = [tokenizer.encode(text, add_special_tokens=False).ids for text in all_texts]
        write_expected(os.path.join(folder, make.__name__ + ".expected"),
                       [(ids, tokenizer.decode(ids, skip_special_tokens=False)) for ids in encoded])
    for name in MODELS:
        model = sentencepiece_model(name, folder)
        encoded = model.encode(all_texts)
        write_expected(os.path.join(folder, name + ".expected"), [(ids, model.decode(ids)) for ids in encoded])


if __name__ == "__main__":
    main()
