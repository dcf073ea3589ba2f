"""Writes the checkpoints and pickles beside it that the tests of dev.tessera.io read: python make_checkpoints.py

Made with torch 2.13.0. A matrix holds 10 * row + column, less 5.5.
"""

import collections
import pathlib
import pickle

import torch

here = pathlib.Path(__file__).parent
matrix = 10.0 * torch.arange(3)[:, None] + torch.arange(4)[None, :] - 5.5
wide = torch.zeros(5, 8)
wide[1:4, 2:6] = matrix
spread = torch.zeros(6, 8)
spread[::2, ::2] = matrix


def state():
    linear = torch.nn.Linear(4, 3)
    with torch.no_grad():
        linear.weight.copy_(matrix)
        linear.bias.copy_(torch.tensor([1.0, 2.0, 3.0]))
    return linear


# what a file of weights mostly is: an OrderedDict with _metadata
torch.save(state().state_dict(), here / "state_dict.pt")

# every type, and every way to lie in a storage
torch.save(
    {
        "w.f32": matrix,
        "w.f64": matrix.double(),
        "w.f16": matrix.half(),
        "w.bf16": matrix.bfloat16(),
        "ids.i64": torch.arange(5),
        "ids.i32": torch.arange(5, dtype=torch.int32),
        "ids.i16": torch.arange(5, dtype=torch.int16),
        "ids.i8": torch.arange(5, dtype=torch.int8),
        "ids.u8": torch.arange(5, dtype=torch.uint8),
        "ids.u16": torch.arange(5).to(torch.uint16),
        "mask": torch.ones(3, dtype=torch.bool),
        "complex": torch.ones(3, dtype=torch.complex64),
        "quantized": torch.ones(2, 2).to(torch.float8_e4m3fn),
        "transposed": matrix.t().contiguous().t(),
        "window": wide[1:4, 2:6],
        "spread": spread[::2, ::2],
        "row": matrix[1],
        "column": matrix[:, 2],
        "three_axes": torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
        "parameter": state().weight,
    },
    here / "views.pt",
)

# what stands around the weights, by other protocols
for protocol in [2, 3, 4, 5]:
    torch.save(
        {
            "state_dict": collections.OrderedDict(
                [("head", collections.OrderedDict([("weight", matrix)])), ("tied", matrix)]
            ),
            "ema": [matrix, (matrix, {7: matrix})],
            "epoch": 12,
            "name": "mosaïque",
            "rate": 1e-3,
            "big": 1 << 70,
            "none": None,
            "flags": [True, False],
            "betas": (0.9, 0.999),
            "size": matrix.shape,
        },
        here / f"nested_{protocol}.pt",
        pickle_protocol=protocol,
    )

torch.save(matrix, here / "bare.pt")
torch.save([matrix, torch.arange(5)], here / "list.pth")
torch.save({"w": matrix, "repeated": torch.ones(1).expand(1000)}, here / "repeated.pt")
torch.save({"w": matrix, "model": torch.nn.Linear(2, 2)}, here / "module.pt")
torch.save({"w": matrix}, here / "old.pt", _use_new_zipfile_serialization=False)

values = {
    (6, 6, 1.0): 119,
    (6, 8, 1.0): 120,
    "list": [1, -1, 255, 256, 65536, -(1 << 31), 1 << 40, -(1 << 62), 1 << 63, True, False, None, 2.5],
    "text": ["", "é", "x" * 300],
    "bytes": [b"ab"],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
}
for protocol in [3, 4, 5]:
    with open(here / f"values_{protocol}.pkl", "wb") as file:
        pickle.dump(values, file, protocol)
bonds = {(6, 6, 1.0): 119, (6, 8, 1.0): 120, (6, 6, 1.5): 121, (6, 7, 3.0): 122}
with open(here.parent / "sequence" / "bond_dict.pkl", "wb") as file:
    pickle.dump(bonds, file)

# LLaVA's projector as its training saves it, in bfloat16
torch.save(
    {
        "model.mm_projector.0.weight": matrix.bfloat16(),
        "model.mm_projector.0.bias": torch.tensor([1.0, 2.0, 3.0]).bfloat16(),
        "model.mm_projector.2.weight": torch.eye(3).bfloat16(),
        "model.mm_projector.2.bias": torch.zeros(3).bfloat16(),
    },
    here.parent / "recipe" / "mm_projector.bin",
)
