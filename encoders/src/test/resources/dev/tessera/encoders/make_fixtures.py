"""Writes the images, the ONNX models and what Pillow and numpy make of them.

    python3 make_fixtures.py

Needs numpy, Pillow and onnx (made with 2.4.6, 12.3.0 and 1.23.1).

prepared.tsv has a line for each image and preprocessing: both names, the size, the SHA-256 of the float32 tensor
[3 x height x width], little-endian, and its first values. sizes.tsv holds sizes before and after Emu3's smart_resize.
"""

import hashlib
import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = Path(__file__).parent
CLIP = (
    np.array([0.48145466, 0.4578275, 0.40821073], np.float32),
    np.array([0.26862954, 0.26130258, 0.27577711], np.float32),
)
HALF = (np.full(3, 0.5, np.float32), np.full(3, 0.5, np.float32))


def images() -> dict[str, Image.Image]:
    y, x = np.mgrid[0:47, 0:61]
    waves = np.stack([128 + 120 * np.sin(x / 5 + y / 9), 4 * x + 2 * (y % 3), 255 - 5 * y + (x * y) % 7], axis=2)
    colour = np.clip(waves, 0, 255).astype(np.uint8)
    wide = Image.fromarray(colour)
    tall = Image.fromarray(np.ascontiguousarray(colour.transpose(1, 0, 2)[:, ::-1]))
    alpha = wide.copy()
    alpha.putalpha(Image.fromarray((x * 4).astype(np.uint8)))
    return {
        "wide": wide,
        "tall": tall,
        "grey": wide.convert("L"),
        "palette": wide.quantize(16),
        "alpha": alpha,
    }


def normalized(image: Image.Image, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    values = np.asarray(image, np.uint8).astype(np.float32) / np.float32(255)
    return ((values - mean) / std).transpose(2, 0, 1)


def clip(image: Image.Image, side: int) -> np.ndarray:
    width, height = image.size
    longer = int(side * max(image.size) / min(image.size))
    size = (side, longer) if width <= height else (longer, side)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    return normalized(image.crop((left, top, left + side, top + side)), *CLIP)


def square(image: Image.Image) -> Image.Image:
    side = max(image.size)
    result = Image.new("RGB", (side, side), tuple(int(255 * m) for m in (0.48145466, 0.4578275, 0.40821073)))
    result.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return result


def smart_size(height: int, width: int, factor: int = 8, least: int = 512 * 512, most: int = 1024 * 1024):
    h, w = round(height / factor) * factor, round(width / factor) * factor
    if h * w > most:
        beta = math.sqrt(height * width / most)
        return math.floor(height / beta / factor) * factor, math.floor(width / beta / factor) * factor
    if h * w < least:
        beta = math.sqrt(least / (height * width))
        return math.ceil(height * beta / factor) * factor, math.ceil(width * beta / factor) * factor
    return h, w


def emu3(image: Image.Image) -> np.ndarray:
    height, width = smart_size(image.height, image.width)
    return normalized(image.resize((width, height), Image.Resampling.BICUBIC), *HALF)


def dall_e(image: Image.Image) -> np.ndarray:
    ratio = 256 / min(image.size)
    size = (round(ratio * image.width), round(ratio * image.height))
    image = image.resize(size, Image.Resampling.LANCZOS)
    left, top = round((size[0] - 256) / 2.0), round((size[1] - 256) / 2.0)
    cut = np.asarray(image.crop((left, top, left + 256, top + 256)), np.uint8)
    return (np.float32(0.8) * (cut.astype(np.float32) / np.float32(255)) + np.float32(0.1)).transpose(2, 0, 1)


PREPROCESSINGS = {
    "clip 16": lambda image: clip(image, 16),
    "clip 224": lambda image: clip(image, 224),
    "clip 336 square": lambda image: clip(square(image), 336),
    "eva": lambda image: normalized(image.resize((224, 224), Image.Resampling.BICUBIC), *CLIP),
    "emu3": emu3,
    "dall-e": dall_e,
}


def write_prepared() -> None:
    lines = []
    for name, image in images().items():
        image.save(HERE / f"{name}.png", optimize=True)
        for kind, prepare in PREPROCESSINGS.items():
            tensor = np.ascontiguousarray(prepare(image.convert("RGB")), np.float32)
            digest = hashlib.sha256(tensor.astype("<f4").tobytes()).hexdigest()
            first = " ".join(str(value) for value in tensor[0, 0, :4])
            lines.append(f"{name}\t{kind}\t{tensor.shape[2]}\t{tensor.shape[1]}\t{digest}\t{first}")
    (HERE / "prepared.tsv").write_text("\n".join(lines) + "\n")


def write_sizes() -> None:
    before = [(8, 8), (8, 40), (512, 512), (511, 513), (516, 516), (508, 524), (720, 720), (1000, 1000), (1024, 1024)]
    before += [(1025, 1025), (480, 640), (1080, 1920), (3000, 4000), (200, 1000), (100, 37), (4000, 801), (1028, 1020)]
    lines = ["\t".join(map(str, (w, h, *smart_size(h, w)[::-1]))) for h, w in before]
    (HERE / "sizes.tsv").write_text("\n".join(lines) + "\n")


def model(name: str, nodes, inputs, outputs, initializers=()) -> None:
    def ports(entries):
        return [helper.make_tensor_value_info(n, kind, shape) for n, kind, shape in entries]

    graph = helper.make_graph(
        nodes, name, ports(inputs), ports(outputs), [numpy_helper.from_array(a, n) for n, a in initializers]
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(made)
    onnx.save(made, HERE / f"{name}.onnx")


def write_models() -> None:
    random = np.random.default_rng(6)
    weight = random.normal(size=(4, 3, 1, 1)).astype(np.float32)
    bias = random.normal(size=4).astype(np.float32)
    pool = helper.make_node("AveragePool", ["pixels"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8])
    conv = helper.make_node("Conv", ["pooled", "weight", "bias"], ["latents"])
    parameters = [("weight", weight), ("bias", bias)]
    f32 = TensorProto.FLOAT
    model(
        "latents",
        [pool, conv],
        [("pixels", f32, [1, 3, "height", "width"])],
        [("latents", f32, [1, 4, "h", "w"])],
        parameters,
    )
    model(
        "video",
        [
            helper.make_node("ReduceSum", ["video", "axis"], ["pixels"], keepdims=0),
            pool,
            conv,
            helper.make_node("Unsqueeze", ["latents", "axis"], ["codes"]),
        ],
        [("video", f32, [1, 4, 3, "height", "width"])],
        [("codes", f32, [1, 1, 4, "h", "w"])],
        [*parameters, ("axis", np.array([1], np.int64))],
    )
    model(
        "patches",
        [
            helper.make_node("AveragePool", ["pixels"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]),
            helper.make_node("Reshape", ["pooled", "shape"], ["flat"]),
            helper.make_node("Transpose", ["flat"], ["hidden"], perm=[0, 2, 1]),
            helper.make_node("ReduceMean", ["hidden"], ["mean"], axes=[1], keepdims=0),
        ],
        [("pixels", f32, [1, 3, 16, 16])],
        [("hidden", f32, [1, 4, 3]), ("mean", f32, [1, 3])],
        [("shape", np.array([1, 3, 4], np.int64))],
    )
    identity = [helper.make_node("Identity", ["ids"], ["same"])]
    model("ids", identity, [("ids", TensorProto.INT64, [1, 8])], [("same", TensorProto.INT64, [1, 8])])
    model("flat", identity, [("ids", f32, [1, 8])], [("same", f32, [1, 8])])
    add = [helper.make_node("Add", ["image", "noise"], ["sum"])]
    shape = [1, 3, 16, 16]
    model("noisy", add, [("image", f32, shape), ("noise", f32, shape)], [("sum", f32, shape)])

    image = images()["wide"].resize((32, 24), Image.Resampling.BICUBIC)
    pixels = normalized(image, *HALF).astype(np.float64)
    pooled = pixels.reshape(3, 3, 8, 4, 8).mean(axis=(2, 4))
    latents = np.einsum("oc,chw->ohw", weight[:, :, 0, 0].astype(np.float64), pooled) + bias[:, None, None]
    codebook = random.normal(size=(6, 4)).astype(np.float32)
    distances = ((latents.transpose(1, 2, 0)[:, :, None] - codebook) ** 2).sum(axis=3)
    near = np.sort(distances, axis=2)
    assert (near[:, :, 1] - near[:, :, 0]).min() > 1e-3
    np.save(HERE / "latents.npy", latents.astype(np.float32))
    np.save(HERE / "codebook.npy", codebook)
    np.save(HERE / "ids.npy", distances.argmin(axis=2).astype(np.int32))


def write_rows_model() -> None:
    """A row for the class, then one for each of four patches, as a vision transformer gives them: [1 x 5 x 20]."""
    random = np.random.default_rng(7)
    f32 = TensorProto.FLOAT
    model(
        "rows",
        [
            helper.make_node("AveragePool", ["pixels"], ["pooled"], kernel_shape=[112, 112], strides=[112, 112]),
            helper.make_node("Conv", ["pooled", "weight", "bias"], ["channels"]),
            helper.make_node("Reshape", ["channels", "shape"], ["flat"]),
            helper.make_node("Transpose", ["flat"], ["patches"], perm=[0, 2, 1]),
            helper.make_node("ReduceMean", ["patches"], ["class"], axes=[1], keepdims=1),
            helper.make_node("Concat", ["class", "patches"], ["hidden"], axis=1),
        ],
        [("pixels", f32, [1, 3, 224, 224])],
        [("hidden", f32, [1, 5, 20])],
        [
            ("weight", random.normal(size=(20, 3, 1, 1)).astype(np.float32)),
            ("bias", random.normal(size=20).astype(np.float32)),
            ("shape", np.array([1, 20, 4], np.int64)),
        ],
    )


if __name__ == "__main__":
    write_prepared()
    write_sizes()
    write_models()
    write_rows_model()
