"""Learning vocabularies: results of benchmarks/peers/training.py."""
import statistics

from tables.cells import lines, machine, newest, number, others, times, verdict, when

KINDS = {"bpe": "byte-level, GPT-2's pattern", "pieces": "SentencePiece, its own defaults", "llama2": "SentencePiece, Llama 2's options"}


def circumstances(result, name):
    versions, jvm, arguments = result["versions"], result["jvm"], result["arguments"]
    return (
        f"{arguments['size']} tokens from {number(result['megabytes'])} MB ({', '.join(arguments['files'])}), {arguments['threads']} threads of an "
        f"{machine(result)}, JDK {jvm['java']} with `{jvm['flags']}`, tokenizers {versions['tokenizers']}, sentencepiece "
        f"{versions['sentencepiece']}, {when(result)}. Seconds, reading included: medians of {arguments['rounds']} rounds in turns "
        f"([all figures]({name})). {others(result['vocabularies'])}"
    )


def rows(result):
    for found in result["vocabularies"]:
        demanded = f" ({found['bar']:g} demanded: {verdict(found['passed'])})" if "bar" in found else ""
        yield [
            KINDS[found["kind"]],
            f"{number(statistics.median(found['seconds']['peer']))} ({found['peer'].split(',')[0]})",
            f"**{number(statistics.median(found['seconds']['tessera']))}**: {times(found['times'])}{demanded}",
            f"{number(found['seconds']['first'])}: {times(found['firstTimes'])}",
            f"{found['differ']} of {found['lines']}",
        ]


def section():
    result, name = newest("training", "vocabularies")
    header = ["vocabulary", "peer", "**Tessera**: times as fast", "its first call in a new JVM: times", "merges or pieces that differ"]
    return "\n".join([circumstances(result, name), "", *lines(header, rows(result))]) + "\n"
