"""Writes structure.npz beside it, which the tests of dev.tessera.graph read: python make_structure.py

Graphs, and what numpy, scipy and PyTorch Geometric say about them; and what samplers draw from them by
rules that are written out here a second time. Made with numpy 2.4.6, scipy 1.17.1, torch 2.13.0 and
torch_geometric 2.8.0.
"""

import pathlib
import types

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg
import torch
import torch_geometric.utils.ppr as pyg_ppr
from torch_geometric.data import Data
from torch_geometric.transforms import AddRandomWalkPE
from torch_geometric.utils import k_hop_subgraph

# get_ppr without numba: the same code, interpreted
pyg_ppr.numba = types.SimpleNamespace(prange=range, int64=int)

arrays = {}


def graph(name, rows, columns, n):
    """Stores a graph as rows that ascend, without duplicates; returns it as a matrix of ones."""
    matrix = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(n, n)).tocsr()
    matrix.sum_duplicates()
    matrix.sort_indices()
    matrix.data[:] = 1
    arrays[name + "_indptr"] = matrix.indptr.astype(np.int64)
    arrays[name + "_indices"] = matrix.indices.astype(np.int32)
    return matrix


def undirected(rows, columns):
    return np.concatenate([rows, columns]), np.concatenate([columns, rows])


def signed(vectors):
    """The sign rule of LaplacianEncoding."""
    for column in vectors.T:
        size = np.abs(column)
        first = np.flatnonzero(size >= (1 - 1e-4) * size.max())[0]
        column *= np.sign(column[first])
    return vectors


def laplacian(matrix):
    """I - D^-1/2 A D^-1/2 of the undirected simple graph, degrees at least 1."""
    a = matrix.maximum(matrix.T).tolil()
    a.setdiag(0)
    a = a.tocsr()
    a.eliminate_zeros()
    degrees = np.maximum(1, np.asarray(a.sum(axis=1)).ravel())
    scale = sp.diags(degrees**-0.5)
    return sp.identity(a.shape[0]) - scale @ a @ scale


def laplacian_dense(name, matrix, k):
    values, vectors = np.linalg.eigh(laplacian(matrix).toarray())
    arrays[name + "_eigenvalues"] = values[1 : k + 1]
    arrays[name + "_eigenvectors"] = signed(vectors[:, 1 : k + 1])


def laplacian_sparse(name, matrix, k):
    largest = sp.identity(matrix.shape[0]) - laplacian(matrix)
    start = np.random.default_rng(1).random(matrix.shape[0])
    values, vectors = scipy.sparse.linalg.eigsh(largest, k=k + 1, which="LA", tol=1e-13, v0=start, ncv=60)
    order = np.argsort(-values)
    arrays[name + "_eigenvalues"] = (1 - values[order])[1:]
    arrays[name + "_eigenvectors"] = signed(vectors[:, order[1:]])


def random_walk(name, matrix, steps):
    edges = torch.from_numpy(np.stack(matrix.nonzero()).astype(np.int64))
    data = AddRandomWalkPE(steps, "pe")(Data(edge_index=edges, num_nodes=matrix.shape[0]))
    arrays[name + "_walk"] = data.pe.numpy()


def ppr(name, matrix, targets, alpha, epsilon):
    """PyTorch Geometric's own push: nodes in its order, weights in float64."""
    nodes, weights = pyg_ppr._get_ppr(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), alpha, epsilon, np.array(targets)
    )
    arrays[name + "_targets"] = np.array(targets, np.int32)
    arrays[name + "_counts"] = np.array([len(row) for row in nodes], np.int32)
    arrays[name + "_nodes"] = np.concatenate(nodes).astype(np.int32)
    arrays[name + "_weights"] = np.concatenate(weights).astype(np.float64)


def hops(name, matrix, seeds, count):
    """A row collects from its columns: edges lead from column to row."""
    rows, columns = matrix.nonzero()
    edges = torch.from_numpy(np.stack([columns, rows]).astype(np.int64))
    nodes, inner, _, _ = k_hop_subgraph(seeds, count, edges, relabel_nodes=True, num_nodes=matrix.shape[0])
    arrays[name + "_seeds"] = np.array(seeds, np.int32)
    arrays[name + "_subset"] = nodes.numpy().astype(np.int32)
    arrays[name + "_edges"] = inner.numpy().astype(np.int32)


MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


class SplitMix64:
    def __init__(self, state):
        self.state = state & MASK

    @staticmethod
    def of_node(seed, node):
        parent = SplitMix64(seed)
        parent.state = (parent.state + node * GAMMA) & MASK
        return SplitMix64(parent.next())

    def next(self):
        self.state = (self.state + GAMMA) & MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return z ^ z >> 31

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64


def sample(random, population, count):
    """Without replacement: the first steps of a Fisher-Yates shuffle."""
    pool = list(population)
    for i in range(count):
        j = i + random.below(len(pool) - i)
        pool[i], pool[j] = pool[j], pool[i]
    return pool[:count]


def neighbours(matrix, node):
    return matrix.indices[matrix.indptr[node] : matrix.indptr[node + 1]].tolist()


def tree(matrix, centre, hops, fanout, pad, seed, avoided):
    """LLaGA's node sequence: level by level, pads below pads."""
    random = SplitMix64.of_node(seed, centre)
    levels = [[centre]]
    for hop in range(hops):
        level = []
        for node in levels[-1]:
            if node == pad:
                level += [pad] * fanout
                continue
            children = neighbours(matrix, node)
            if hop == 0:
                children = [child for child in children if child not in avoided]
            if len(children) > fanout:
                children = sample(random, children, fanout)
            level += children + [pad] * (fanout - len(children))
        levels.append(level)
    return sum(levels, [])


def walks(matrix, start, count, length, pad, seed):
    random = SplitMix64.of_node(seed, start)
    result = []
    for _ in range(count):
        walk = [start]
        while len(walk) < length:
            ways = neighbours(matrix, walk[-1]) if walk[-1] != pad else []
            walk.append(ways[random.below(len(ways))] if ways else pad)
        result.append(walk)
    return result


def by_degree(matrix, node, draws, pad, seed):
    """GraphTranslator's neighbours: with replacement by degree, then each once, in the row's order."""
    random = SplitMix64.of_node(seed, node)
    row = neighbours(matrix, node)
    if len(row) > draws:
        ends = np.cumsum([len(neighbours(matrix, other)) for other in row])
        if ends[-1] == 0:
            ends = np.arange(1, len(row) + 1)
        places = {int(np.searchsorted(ends, random.below(int(ends[-1])), "right")) for _ in range(draws)}
        row = [row[place] for place in sorted(places)]
    return row + [pad] * (draws - len(row))


rng = np.random.default_rng(20)

# 60 nodes: two components of 40 and 17 nodes, three nodes without neighbours, self loops at 5 and 45
small_rows = np.concatenate([rng.integers(0, 40, 90), np.arange(39), 40 + rng.integers(0, 17, 20), 40 + np.arange(16)])
small_columns = np.concatenate([rng.integers(0, 40, 90), np.arange(1, 40), 40 + rng.integers(0, 17, 20), 41 + np.arange(16)])
rows, columns = undirected(small_rows, small_columns)
small = graph("small", np.append(rows, [5, 45]), np.append(columns, [5, 45]), 60)
laplacian_dense("small", small, 8)
random_walk("small", small, 9)

# the same edges in one direction only
directed = graph("directed", small_rows, small_columns, 60)
random_walk("directed", directed, 7)

path = graph("path", *undirected(np.arange(9), np.arange(1, 10)), 10)
laplacian_dense("path", path, 9)
random_walk("path", path, 6)

# 2000 nodes that prefer nodes with many neighbours
ends = [0, 1]
for node in range(2, 2000):
    chosen = {ends[rng.integers(len(ends))] for _ in range(3)}
    for other in sorted(chosen):
        ends += [node, other]
large_ends = np.array(ends[2:]).reshape(-1, 2)
large = graph("large", *undirected(np.append(large_ends[:, 0], 1), np.append(large_ends[:, 1], 0)), 2000)
laplacian_sparse("large", large, 6)

ppr("ppr_small", small, [0, 5, 20, 41, 57, 58, 59], 0.2, 1e-5)
ppr("ppr_directed", directed, list(range(60)), 0.15, 1e-4)
ppr("ppr_large", large, [0, 1, 2, 77, 1000, 1999], 0.2, 1e-4)

hops("hops_small", small, [3, 44, 59], 2)
hops("hops_directed", directed, [7], 3)
hops("hops_large", large, [1234], 2)

arrays["tree_small"] = np.array([tree(small, node, 2, 3, -500, 7, []) for node in range(60)], np.int32)
arrays["tree_deep"] = np.array([tree(directed, node, 4, 2, -1, -12345678901, []) for node in range(60)], np.int32)
avoided = np.stack([rng.integers(-1, 60, 60), [(neighbours(small, n) or [-1])[0] for n in range(60)]], 1)
arrays["avoided"] = avoided.astype(np.int32)
arrays["tree_avoiding"] = np.array(
    [tree(small, node, 2, 2, -500, 1, avoided[node].tolist()) for node in range(60)], np.int32
)
arrays["tree_large"] = np.array([tree(large, node, 2, 10, -500, 99, []) for node in (0, 1, 2, 500)], np.int32)
arrays["walks_small"] = np.array(sum([walks(small, n, 3, 8, -1, 5) for n in range(60)], []), np.int32)
arrays["walks_directed"] = np.array(sum([walks(directed, n, 2, 6, -9, 6) for n in range(60)], []), np.int32)
arrays["by_degree_large"] = np.array([by_degree(large, n, 5, -1, 3) for n in range(2000)], np.int32)
arrays["by_degree_directed"] = np.array([by_degree(directed, n, 2, -7, 4) for n in range(60)], np.int32)

np.savez_compressed(pathlib.Path(__file__).parent / "structure.npz", **arrays)
