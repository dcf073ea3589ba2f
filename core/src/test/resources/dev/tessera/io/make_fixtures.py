"""Writes the tensor files beside it that the tests of dev.tessera.io read: python make_fixtures.py

Made with numpy 2.4.6, safetensors 0.8.0 and torch 2.13.0. A matrix holds 10 * row + column, less 5.5
(floating point) or less 5 (signed integers).
"""

import json
import pathlib
import struct

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

here = pathlib.Path(__file__).parent


def matrix(dtype, rows=3, columns=4):
    kind = np.dtype(dtype).kind
    less = {"f": 5.5, "i": 5, "u": 0}[kind]
    values = 10.0 * np.arange(rows)[:, None] + np.arange(columns)[None, :] - less
    return values.astype(dtype)


def save(name, array, **options):
    np.save(here / (name + ".npy"), array, **options)


for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    save(code, matrix("<" + code))
for code in ["f2", "f4", "f8", "i2", "i4", "i8", "u4"]:
    save("big_" + code, matrix(">" + code))
for code in ["<f4", "<f8", ">f4", "<i8", "<u1"]:
    save("fortran_" + code.replace("<", "").replace(">", "big_"), np.asfortranarray(matrix(code)))
for version in [2, 3]:
    with open(here / f"version_{version}.npy", "wb") as file:
        np.lib.format.write_array(file, matrix("<f4"), version=(version, 0))

save("zero_rows", np.zeros((0, 4), "<f4"))
save("zero_columns", np.zeros((3, 0), "<f4"))
save("scalar", np.float32(2.5))
save("vector_f4", np.arange(5, dtype="<f4"))
save("vector_i8", np.arange(5, dtype="<i8"))
save("three_axes", np.arange(24, dtype="<f4").reshape(2, 3, 4))
save("fortran_three_axes", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
save("bool", np.ones((3, 4), "?"))
save("complex64", np.ones((3, 4), "<c8"))
save("complex128", np.ones((3, 4), "<c16"))
save("structured", np.zeros(3, [("x", "<f4"), ("y", "<i4")]))
save("object", np.array([[None]]), allow_pickle=True)

# safetensors: by the reference library, and one by hand whose data are at odd offsets
safetensors.torch.save_file(
    {
        "w.bf16": torch.from_numpy(matrix("f4")).to(torch.bfloat16),
        "w.f16": torch.from_numpy(matrix("f2")),
        "w.f32": torch.from_numpy(matrix("f4")),
        "w.f64": torch.from_numpy(matrix("f8")),
        "ids.i32": torch.arange(5, dtype=torch.int32),
        "ids.i64": torch.arange(5, dtype=torch.int64),
        "mask": torch.ones(3, dtype=torch.bool),
        "quantized": torch.ones(2, 2).to(torch.float8_e4m3fn),
        "empty": torch.zeros(0, 4),
        "scalar": torch.tensor(2.5),
    },
    here / "reference.safetensors",
    metadata={"format": "pt"},
)
safetensors.numpy.save_file(
    {"codebook": matrix("<f4"), "ids": np.arange(5, dtype="<i4")}, here / "written.safetensors"
)
header = json.dumps(
    {
        "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "b": {"dtype": "F32", "shape": [3, 4], "data_offsets": [1, 49]},
        "c": {"dtype": "F64", "shape": [3, 4], "data_offsets": [49, 145]},
    },
    separators=(",", ":"),
).encode()
header += b" " * (len(header) % 2)
(here / "unaligned.safetensors").write_bytes(
    struct.pack("<Q", len(header))
    + header
    + b"\x07"
    + matrix("<f4").tobytes()
    + matrix("<f8").tobytes()
)

# npz
arrays = {"x": matrix("<f4"), "ids": np.arange(5, dtype="<i8"), "encoder/w": matrix(">f8")}
np.savez(here / "stored.npz", **arrays)
np.savez_compressed(here / "deflated.npz", **arrays, zeros=np.zeros((1000, 50), "<f4"))
