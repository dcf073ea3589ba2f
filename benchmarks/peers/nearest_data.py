#!/usr/bin/env python3
"""Makes the files that nearest.py compares on: nearest_data.py FOLDER [CASE]...

A case is KIND_N_K_d (N points, K codewords, d columns), or N_K_d for a mixture. Without cases: all of CASES. For each
case come x_CASE.npy (points), c_CASE.npy (codebook), both float32, and ids_CASE.npy, the exact ids: decided in float64,
and where that leaves more than one codeword, by the definition (the chain of float64 fma over ascending columns) in
exact arithmetic; ties go to the lowest id. A case whose files are there is left alone.

mixture   256 Gaussian clusters in a subspace of d^0.75 dimensions, mixed into d columns, plus noise; the codebook by
          k-means on other samples of it (faiss, 4 steps, 64 samples a codeword)
gaussian  points and codewords independent standard normal: no structure that a search could use
outlier   the mixture, with one codeword of norm 1e30, whose square overflows float32
picture   patches of a photograph at random places, 8 x 8 pixels of red, green and blue in [0, 1] (d = 192); the codebook
          by k-means on others of them
"""
import fractions
import os
import pathlib
import sys

import numpy as np

CASES = [
    "65536_8192_32",
    "65536_32768_4",
    "16384_16384_256",
    "65536_1024_256",
    "65536_512_300",
    "32768_4096_768",
    "65536_1024_128",
    "1024_32768_4",
    "256_16384_256",
    "picture_65536_512_192",
    "picture_65536_8192_192",
    "gaussian_65536_8192_32",
    "gaussian_65536_32768_4",
    "gaussian_65536_1024_128",
    "gaussian_65536_1024_256",
    "outlier_65536_8192_32",
]
PICTURE = pathlib.Path(__file__).parent / "../src/main/resources/dev/tessera/benchmarks/chelsea.png"
PATCH = 8
SEED = 1234


def parse(case):
    """The kind and (N, K, d) of a case's name."""
    words = case.split("_")
    kind = words.pop(0) if len(words) == 4 else "mixture"
    if kind not in ("mixture", "gaussian", "outlier", "picture") or len(words) != 3:
        sys.exit(f"a case is [gaussian_|outlier_|picture_]N_K_d, not {case}")
    return kind, tuple(int(word) for word in words)


def mixture(dim):
    """A function that draws n rows of a correlated mixture."""
    random = np.random.default_rng(SEED + dim)
    rank = max(2, min(dim, int(dim**0.75)))
    mixing = random.standard_normal((rank, dim)).astype(np.float32) / np.sqrt(rank, dtype=np.float32)
    centres = 1.5 * random.standard_normal((256, rank)).astype(np.float32)

    def draw(rows):
        z = centres[random.integers(0, 256, rows)] + 0.7 * random.standard_normal((rows, rank)).astype(np.float32)
        return (z @ mixing + 0.1 * random.standard_normal((rows, dim)).astype(np.float32)).astype(np.float32)

    return draw


def patches(dim):
    """A function that cuts n patches out of the picture."""
    from PIL import Image

    if dim != PATCH * PATCH * 3:
        sys.exit(f"patches of the picture have {PATCH * PATCH * 3} columns, not {dim}")
    pixels = np.asarray(Image.open(PICTURE).convert("RGB"), dtype=np.float32) / 255
    random = np.random.default_rng(SEED)

    def draw(rows):
        top = random.integers(0, pixels.shape[0] - PATCH + 1, rows)
        left = random.integers(0, pixels.shape[1] - PATCH + 1, rows)
        windows = np.lib.stride_tricks.sliding_window_view(pixels, (PATCH, PATCH), axis=(0, 1))
        return np.ascontiguousarray(windows[top, left].transpose(0, 2, 3, 1).reshape(rows, dim))

    return draw


def make(kind, shape):
    """Points and codebook."""
    points, codes, dim = shape
    if kind == "gaussian":
        random = np.random.default_rng(SEED + dim)
        return (random.standard_normal((rows, dim)).astype(np.float32) for rows in (points, codes))
    import faiss

    draw = patches(dim) if kind == "picture" else mixture(dim)
    x = draw(points)
    kmeans = faiss.Kmeans(dim, codes, niter=4, seed=1, max_points_per_centroid=64, min_points_per_centroid=1)
    kmeans.train(draw(min(16 * codes, 262144)))
    c = np.ascontiguousarray(kmeans.centroids)
    if kind == "outlier":
        c[codes // 2] = 1e30 / np.sqrt(dim)
    return x, c


def chain(x, c):
    """The definition: acc = fma(t, t, acc) over ascending columns in float64, one rounding a step."""
    acc = 0.0
    for a, b in zip(x.astype(np.float64), c.astype(np.float64)):
        t = fractions.Fraction(float(a - b))
        acc = float(t * t + fractions.Fraction(acc))
    return acc


def exact(x, c):
    """The id of each point's nearest codeword."""
    centre = x.mean(0, dtype=np.float64)
    centred = c - centre
    norms = (centred * centred).sum(1)
    ids = np.empty(len(x), np.int32)
    step = max(64, (1 << 25) // len(c))
    for begin in range(0, len(x), step):
        block = x[begin : begin + step] - centre
        scores = norms - 2 * (block @ centred.T)
        best = scores.min(1)
        ids[begin : begin + step] = scores.argmin(1)
        # Far more than float64 can have lost here, far less than what tells most codewords apart.
        doubt = best + 1e-11 * (best + 2 * (block * block).sum(1))
        for row in np.nonzero((scores <= doubt[:, None]).sum(1) > 1)[0]:
            rivals = np.nonzero(scores[row] <= doubt[row])[0]
            ids[begin + row] = min(rivals, key=lambda code: (chain(x[begin + row], c[code]), code))
    return ids


def require(folder, cases):
    """Makes the files that are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        files = {name: folder / f"{name}_{case}.npy" for name in ("x", "c", "ids")}
        if all(file.exists() for file in files.values()):
            continue
        x, c = make(*parse(case))
        arrays = {"x": x, "c": c, "ids": exact(x, c)}
        for name, file in files.items():
            partial = file.with_suffix(".partial.npy")
            np.save(partial, arrays[name])
            os.replace(partial, file)
        print("made", case, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    require(pathlib.Path(sys.argv[1]), sys.argv[2:] or CASES)
