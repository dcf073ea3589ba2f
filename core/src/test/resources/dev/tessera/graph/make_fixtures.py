"""Writes the graph files beside this script, with scipy 1.x and numpy 2.x, and what scipy makes of
them: `python make_fixtures.py`."""

import pathlib

import numpy as np
import scipy.sparse as sp

here = pathlib.Path(__file__).parent
# A row per node; row 2 is empty, (3, 3) is a loop.
weighted = sp.csr_matrix(
    np.array(
        [[0, 0.5, 0, 2], [1, 0, 0, 0], [0, 0, 0, 0], [0.25, 0, 4, 8]], dtype=np.float64
    )
)
sp.save_npz(here / "csr.npz", weighted)
sp.save_npz(here / "csr_stored.npz", weighted, compressed=False)
sp.save_npz(here / "csc.npz", weighted.tocsc())
sp.save_npz(here / "csr_f4_i8.npz", weighted.astype(np.float32))
sp.save_npz(here / "array.npz", sp.csr_array(weighted))
sp.save_npz(here / "bool.npz", weighted.astype(bool))
sp.save_npz(here / "inexact.npz", weighted * 0.1)
sp.save_npz(here / "bsr.npz", weighted.tobsr())
sp.save_npz(here / "oblong.npz", weighted[:3])
# (0, 1) three times, (3, 0) twice.
row = np.array([0, 3, 0, 1, 0, 3], dtype=np.int64)
col = np.array([1, 0, 1, 2, 1, 0], dtype=np.int64)
data = np.array([1, 2, 4, 8, 16, 32], dtype=np.float32)
sp.save_npz(here / "coo.npz", sp.coo_matrix((data, (row, col)), shape=(5, 5)))
sp.save_npz(here / "coo_ones.npz", sp.coo_matrix((np.ones(6), (row, col)), shape=(5, 5)))
# The parts, in 64 bits, and pairs either way.
long = sp.csr_matrix(weighted)
np.save(here / "parts_indptr.npy", long.indptr.astype(np.int64))
np.save(here / "parts_indices.npy", long.indices.astype(np.int32))
np.save(here / "parts_weights.npy", long.data.astype(np.float32))
np.save(here / "narrow_indptr.npy", long.indptr.astype(np.int32))
np.save(here / "narrow_indices.npy", long.indices.astype(np.int64))
pairs = np.array([[0, 1, 2, 2, 0], [1, 2, 0, 3, 1]])
np.save(here / "pairs_2xE_i8.npy", pairs.astype(np.int64))
np.save(here / "pairs_2xE_i4.npy", pairs.astype(np.int32))
np.save(here / "pairs_2xE_u2.npy", pairs.astype(np.uint16))
np.save(here / "pairs_2xE_big.npy", pairs.astype(">i8"))
np.save(here / "pairs_Ex2_i8.npy", np.ascontiguousarray(pairs.T).astype(np.int64))
np.save(here / "pairs_Ex2_fortran.npy", np.asfortranarray(pairs.T).astype(np.int32, order="K"))
np.save(here / "pairs_wide.npy", np.array([[0, 1], [1, 1 << 40]]))
