"""Byte-pair encoding: results of benchmarks/peers/text.py."""
from tables.cells import lines, machine, newest, number, others, times, verdict, when

WORST = {"a": "the letter a", "space": "spaces", "newline": "newlines", "random": "random letters"}


def circumstances(result, name):
    versions = result["versions"]
    return (
        f"One thread of an {machine(result)}, {result['jvm'].split(';')[0]}, tiktoken {versions['tiktoken']}, tokenizers "
        f"{versions['tokenizers']}, jtokkit in the same JVM, {when(result)}. Megabytes of UTF-8 a second: medians of "
        f"{result['arguments']['rounds']} rounds in turns ([all figures]({name})). First: one pass with a cache that knows the vocabulary "
        f"alone; kept: a pass right after another. {others(result['texts'])}"
    )


def rows(result):
    for found in result["texts"]:
        rates, bars = found["megabytesPerSecond"], found["bars"]

        def rate(who):
            return number(rates[who]) if who in rates else "-"

        def measured(kind):
            demanded = f" ({bars[kind]:g} demanded: {verdict(found['times'][kind] >= bars[kind])})" if bars else ""
            return f"**{rate(kind)}**: {times(found['times'][kind])}{demanded}"

        decode = rates["decode"] / rates["tiktoken decode"]
        yield [
            f"{found['encoding']}, {found['text']}",
            rate("tiktoken"),
            rate("tokenizers"),
            rate("jtokkit"),
            measured("first"),
            measured("kept"),
            f"{rate('decode')}: {times(decode)}",
            str(found["differ"]),
        ]


def findings(result):
    """The measurements that are not rows of the table, a sentence each."""
    if result.get("jtokkit"):
        yield f"First pass, times jtokkit, geometric mean: {times(result['jtokkit'])} (6 demanded: {verdict(result['jtokkit'] >= 6)})."
    for found in result["sentencepiece"]:
        rates = found["megabytesPerSecond"]
        yield (
            f"SentencePiece model {found['model']}, {found['text']}: sentencepiece {number(rates['sentencepiece'])} MB/s, Tessera's first pass "
            f"{number(rates['first'])}, {times(found['times']['first'])} times (10 demanded: {verdict(found['passed'])}), {found['differ']} ids differ."
        )
    worst = [
        f"{WORST[found['letters']]} {number(found['millis'][1])} ms (at most {found['bar']}: {verdict(found['passed'])})"
        for found in result.get("worst", [])
        if found["letters"] in WORST
    ]
    if worst:
        yield f"One piece of 1 MB: {', '.join(worst)}."
    loads = [f"{found['encoding']} {number(min(found['millis']))} ms" for found in result["load"]]
    yield f"Reading a vocabulary, code compiled: {', '.join(loads)} (200 allowed)."
    scaling = [f"{times(found['factor'])} on {found['text']} ({verdict(found['passed'])})" for found in result.get("scaling", [])]
    if scaling:
        yield f"Two threads against one (1.7 demanded): {', '.join(scaling)}."


def section():
    result, name = newest("text", "texts")
    header = [
        "vocabulary, text",
        "tiktoken",
        "tokenizers",
        "jtokkit",
        "**Tessera**, first pass: times tiktoken",
        "kept: times tiktoken",
        "decoding: times tiktoken's",
        "ids that differ",
    ]
    parts = [circumstances(result, name), "", *lines(header, rows(result)), "", *(f"* {sentence}" for sentence in findings(result))]
    return "\n".join(parts) + "\n"
