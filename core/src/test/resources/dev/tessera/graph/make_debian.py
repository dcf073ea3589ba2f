"""Writes debian.npz beside it, which DebianGraphTest reads: python make_debian.py

What scipy makes, in float64, of the graph in samples/debian: the hops of its features under the
symmetric normalisation with self loops, as NAGphormer and SIGN define it, in full as sums of their
columns and for some nodes element by element; and the smallest eigenvalues of its Laplacian.
Made with numpy 2.4.6 and scipy 1.17.1.
"""

import pathlib

import numpy as np
import scipy.sparse as sp
import scipy.sparse.csgraph
import scipy.sparse.linalg

here = pathlib.Path(__file__).parent
samples = here.parents[6] / "samples" / "debian"
HOPS = 3

features = np.load(samples / "features.npz")["features"].astype(np.float64)
ends = np.loadtxt(samples / "edges.txt", dtype=np.int64)
nodes = features.shape[0]
ones = sp.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)).tocsr()
adjacency = ones.maximum(ones.T)

looped = adjacency + sp.identity(nodes)
scale = sp.diags(np.asarray(looped.sum(axis=1)).ravel() ** -0.5)
propagation = scale @ looped @ scale
chosen = np.linspace(0, nodes - 1, 48).astype(np.int32)
hop, sums, some = features, [], []
for _ in range(HOPS):
    hop = propagation @ hop
    sums.append(hop.sum(axis=0))
    some.append(hop[chosen])

degrees = np.maximum(1, np.asarray(adjacency.sum(axis=1)).ravel())
scale = sp.diags(degrees**-0.5)
normalised = scale @ adjacency @ scale
start = np.random.default_rng(1).random(nodes)
values, vectors = scipy.sparse.linalg.eigsh(normalised, k=11, which="LA", tol=1e-13, v0=start, ncv=80)
order = np.argsort(-values)

np.savez_compressed(
    here / "debian.npz",
    nodes=chosen,
    hops=np.concatenate(some),
    hop_sums=np.stack(sums),
    eigenvalues=1 - values[order],
    components=np.array([scipy.sparse.csgraph.connected_components(adjacency)[0]], np.int32),
)
