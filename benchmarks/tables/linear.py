"""Linear layers: results of benchmarks/peers/linear.py."""
from tables.cells import lines, machine, newest, number, others, times, verdict, when

CASES = {
    "llava0": "LLaVA's projector, 576 x 1024 to 4096",
    "llava0_gelu": "the same with its GELU",
    "llava2": "LLaVA's projector, 576 x 4096 to 4096",
    "teaglm": "TEA-GLM's projector, 64 x 4096 to 20480",
    "qformer": "BLIP-2's Q-Former, 32 queries, 257 x 1408, 12 layers",
}


def rows(result):
    for case in result["cases"]:
        yield [
            CASES[case["case"]],
            number(case["torch"]),
            f"**{number(case['tessera'])}**",
            f"{times(case['ratio'])} (demanded {times(case['bar'])}: {verdict(case['passed'])})",
        ]


def section():
    result, name = newest("linear", "cases")
    versions, jvm, arguments = result["versions"], result["jvm"], result["arguments"]
    circumstances = (
        f"One thread of an {machine(result)}, JDK {jvm['java']} with `{jvm['flags']}`, torch {versions['torch']} with its MKL, "
        f"{when(result)}. Milliseconds: medians of {arguments['rounds']} rounds in turns ([all figures]({name})). {others(result['cases'])}"
    )
    header = ["layer", "torch", "**Tessera**", "times torch"]
    return "\n".join([circumstances, "", *lines(header, rows(result))]) + "\n"
