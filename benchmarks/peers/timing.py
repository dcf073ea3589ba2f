"""How the comparisons time: on which processors, in turns of what length, and in which circumstances."""
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
TURN_MILLIS = 100


def pin(processors, threads):
    """Keeps this process and its children on the last `threads` of the processors: the first are the busiest."""
    if len(processors) < threads:
        sys.exit(f"{threads} threads need as many processors, this process may use {len(processors)}")
    os.sched_setaffinity(0, processors[-threads:])


def processor():
    """The fields of the first processor in /proc/cpuinfo; empty off Linux."""
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().split("\n\n")[0].splitlines() if cpuinfo.exists() else []
    return dict((part.strip() for part in line.split(":", 1)) for line in lines if ":" in line)


HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def settle_environment(threads, more={}):
    """Starts this script again where the environment is not as it must be before numpy, faiss and torch load.

    OpenBLAS chooses its kernel by the processor's model, and an older one takes a model that it does not know for one
    without vectors: faiss 1.15's did so on an AMD of family 26 and ran at a quarter of its speed. So it is told the best
    kernel that the processor's features allow.

    more  what else is to be in the environment
    """
    wanted = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")} | more
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        wanted[name] = str(threads)
    flags = processor().get("flags", "").split()
    kernel = "SkylakeX" if {"avx512f", "avx512vl", "avx512dq", "avx512bw"} <= set(flags) else "Haswell" if "avx2" in flags else None
    if kernel:
        wanted["OPENBLAS_CORETYPE"] = kernel
    if wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted)


class Processors:
    """What share of the processors in use others took while the block ran: figures with a large share mean little. JVMs that
    outlive the block are to be named; those that end in it count as our own anyway."""

    def __init__(self, *jvms):
        self.jvms = [pathlib.Path(f"/proc/{jvm.process.pid}/stat") for jvm in jvms]

    def __enter__(self):
        self.processors = sorted(os.sched_getaffinity(0))
        self.begin = self.seconds()
        return self

    def __exit__(self, *error):
        busy, ours, wall = (end - begin for end, begin in zip(self.seconds(), self.begin))
        self.others = round(max(0.0, busy - ours) / wall / len(self.processors), 3) if self.known else None

    def seconds(self):
        """Busy processor time, our own (that of JVMs included), and wall time."""
        stat = pathlib.Path("/proc/stat")
        self.known = stat.exists()
        lines = stat.read_text().splitlines() if self.known else []
        busy = 0
        for line in lines:
            name, *ticks = line.split()
            if name in {f"cpu{number}" for number in self.processors}:
                user, nice, system, _, _, interrupts, soft, stolen = (int(tick) for tick in ticks[:8])
                busy += user + nice + system + interrupts + soft + stolen
        ticks = os.sysconf("SC_CLK_TCK")
        running = [jvm.read_text().rpartition(")")[2].split()[11:13] for jvm in self.jvms]  # user and system time
        ours = sum(os.times()[:4]) + sum(int(time_) for times in running for time_ in times) / ticks
        return busy / ticks, ours, time.perf_counter()


def stopwatch(action):
    """The result, and milliseconds."""
    start = time.perf_counter()
    result = action()
    return result, (time.perf_counter() - start) * 1e3


def turn(action):
    """Milliseconds a call, over at least one call and TURN_MILLIS."""
    calls, start = 0, time.perf_counter()
    while True:
        action()
        calls += 1
        millis = (time.perf_counter() - start) * 1e3
        if millis >= TURN_MILLIS:
            return millis / calls


def verdict(passed):
    return "" if passed is None else "pass" if passed else "FAIL"


def plain(value):
    """An argument as JSON has it: of a file, its name."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.name if isinstance(value, pathlib.Path) else value


def circumstances(args, jvm, versions):
    """What a report begins with; of it, what matters to a reader at once is printed.

    jvm       what Tessera's JVM says of itself
    versions  those of the peers
    """

    def git(*words):
        return subprocess.run(["git", "-C", PROJECT, *words], capture_output=True, text=True).stdout.strip()

    def cache(index):
        base = pathlib.Path(f"/sys/devices/system/cpu/cpu0/cache/index{index}/size")
        return base.read_text().strip() if base.exists() else None

    fields = processor()
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": git("rev-parse", "HEAD"),
        "modified": bool(git("status", "--porcelain", "--untracked-files=no")),
        "arguments": {name: plain(value) for name, value in vars(args).items() if name not in ("folder", "java", "output")},
        "machine": {
            "processor": fields.get("model name", platform.processor()),
            "family": fields.get("cpu family"),
            "model": fields.get("model"),
            "vectors": [flag for flag in ("avx512f", "avx2", "asimd") if flag in fields.get("flags", "").split()],
            "processors": os.cpu_count(),
            "cacheL1d": cache(0),
            "cacheL2": cache(2),
            "cacheL3": cache(3),
            "memoryGB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            "system": platform.platform(),
            "load": os.getloadavg()[0],
        },
        "jvm": jvm,
        "versions": {"python": platform.python_version(), **versions},
    }
    print(json.dumps({key: report[key] for key in ("date", "commit", "machine", "jvm")}, indent=1))
    return report


def array_versions():
    """The versions of the peers that compute with arrays, and what they chose for this processor."""
    import faiss
    import numpy
    import scipy
    import threadpoolctl
    import torch

    return {
        "faiss": faiss.__version__,
        "faissLevel": faiss.get_compile_options().strip(),
        "openblasKernel": os.environ.get("OPENBLAS_CORETYPE"),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
        "libraries": [
            {key: library.get(key) for key in ("internal_api", "version", "architecture", "num_threads")}
            for library in threadpoolctl.threadpool_info()
        ],
    }


def keep(report, output, name, so_far=False):
    """Writes a report to `output`, by default to benchmarks/results/NAME-DATE.json: at the end, or what there is so far."""
    output = output or PROJECT / f"benchmarks/results/{name}-{report['date'][:10]}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=1) + "\n")
    if not so_far:
        print("written:", output)
