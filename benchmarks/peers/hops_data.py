#!/usr/bin/env python3
"""Makes the graphs that hops.py compares on: hops_data.py FOLDER [GRAPH]...

For each graph come GRAPH_indptr.npy (int64) and GRAPH_indices.npy (int32), compressed sparse rows, symmetric, ascending,
with a loop at every node, and GRAPH_x.npy, float32 features. A graph whose files are there is left alone.

arxiv, pokec, reddit                 R-MAT graphs (quadrants .57, .19, .19, .05) of the size of ogbn-arxiv, of Pokec, and
                                     of Reddit cut to 25 million pairs; nodes shuffled
arxiv_comm, pokec_comm, reddit_comm  as large, four edges in five within communities of 128 nodes; nodes shuffled
"""
import os
import pathlib
import sys

import numpy as np

SIZES = {"arxiv": (169_343, 1_150_000, 128), "pokec": (1_632_803, 15_000_000, 64), "reddit": (232_965, 25_000_000, 128)}
GRAPHS = ["arxiv", "arxiv_comm", "pokec", "pokec_comm", "reddit", "reddit_comm"]
COMMUNITY = 128
INSIDE = 0.8
SEED = 7


def pairs(graph):
    """The two ends of the drawn pairs, before nodes are shuffled."""
    nodes, count, _ = SIZES[graph.removesuffix("_comm")]
    random = np.random.default_rng(SEED)
    if graph.endswith("_comm"):
        source = random.integers(0, nodes, count)
        inside = random.random(count) < INSIDE
        near = source // COMMUNITY * COMMUNITY + random.integers(0, COMMUNITY, count)
        target = np.where(inside, near, random.integers(0, nodes, count))
    else:
        source, target = np.zeros(count, np.int64), np.zeros(count, np.int64)
        for _ in range((nodes - 1).bit_length()):
            quadrant = random.random(count)
            source = 2 * source + (quadrant >= 0.76)
            target = 2 * target + (((quadrant >= 0.57) & (quadrant < 0.76)) | (quadrant >= 0.95))
    keep = (source < nodes) & (target < nodes) & (source != target)
    names = random.permutation(nodes)
    return names[source[keep]], names[target[keep]], random


def make(graph):
    """indptr, indices and features."""
    import scipy.sparse

    nodes, _, columns = SIZES[graph.removesuffix("_comm")]
    source, target, random = pairs(graph)
    ends = (np.concatenate([source, target]), np.concatenate([target, source]))
    matrix = scipy.sparse.coo_matrix((np.ones(len(ends[0]), np.float32), ends), shape=(nodes, nodes)).tocsr()
    matrix = (matrix + scipy.sparse.identity(nodes, dtype=np.float32, format="csr")).tocsr()
    matrix.sort_indices()
    return {
        "indptr": matrix.indptr.astype(np.int64),
        "indices": matrix.indices.astype(np.int32),
        "x": random.standard_normal((nodes, columns), dtype=np.float32),
    }


def require(folder, graphs):
    """Makes the files that are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for graph in graphs:
        files = {part: folder / f"{graph}_{part}.npy" for part in ("indptr", "indices", "x")}
        if all(file.exists() for file in files.values()):
            continue
        arrays = make(graph)
        for part, file in files.items():
            partial = file.with_suffix(".partial.npy")
            np.save(partial, arrays[part])
            os.replace(partial, file)
        print("made", graph, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    require(pathlib.Path(sys.argv[1]), sys.argv[2:] or GRAPHS)
