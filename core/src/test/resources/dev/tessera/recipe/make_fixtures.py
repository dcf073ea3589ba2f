"""Writes expected.npz beside it, which the tests of dev.tessera.recipe read: python make_fixtures.py

What each system makes of small random weights and inputs, computed from the formulas of its published code in float64
with numpy 2.4; ids of text are those of sentencepiece 0.2.2. Weights and inputs are no files: `tensor`
computes them from a name, and so does HashedTensors.java. A lookup that is so near a tie that another backend's
rounding might decide it otherwise ends the script.
"""

import pathlib
import re
import zlib

import numpy as np
import sentencepiece

here = pathlib.Path(__file__).parent
expected = {}


def tensor(name, *shape, scale=1.0):
    """float32 in [-scale, scale), from SplitMix64 of the name's CRC-32 and the element's place."""
    with np.errstate(over="ignore"):
        z = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(zlib.crc32(name.encode()) << 32)
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    unit = (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0
    return (unit * scale).astype(np.float32).astype(np.float64).reshape(shape)


def erf(x):
    import math

    return np.vectorize(math.erf)(x)


def gelu(x):
    return x * 0.5 * (1 + erf(x / np.sqrt(2)))


def linear(name, x, outputs, bias=True):
    y = x @ tensor(name + ".weight", outputs, x.shape[-1], scale=0.25).T
    return y + tensor(name + ".bias", outputs, scale=0.25) if bias else y


def magnitudes(name, x, outputs):
    """What the terms of a layer's sums amount to."""
    weight, bias = tensor(name + ".weight", outputs, x.shape[-1], scale=0.25), tensor(name + ".bias", outputs, scale=0.25)
    return np.abs(x) @ np.abs(weight).T + np.abs(bias)


def layer_norm(name, x, eps):
    centred = x - x.mean(-1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps)
    return normed * tensor(name + ".weight", x.shape[-1]) + tensor(name + ".bias", x.shape[-1])


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attention(q, k, v, heads, causal=False):
    n, d = q.shape
    m = k.shape[0]
    width = d // heads
    out = np.empty_like(q)
    for h in range(heads):
        part = slice(h * width, (h + 1) * width)
        scores = q[:, part] @ k[:, part].T / np.sqrt(width)
        if causal:
            scores = scores + np.triu(np.full((n, m), -10000.0), 1)
        out[:, part] = softmax(scores) @ v[:, part]
    return out


def qformer(prefix, encoded, queries, width, layers, inner, causal, tokens="query_tokens", body="Qformer.bert."):
    """BERT with queries alone; `prefix` names the weights of one system."""
    body = prefix + body
    x = layer_norm(body + "embeddings.LayerNorm", tensor(prefix + tokens, queries, width), 1e-12)
    for i in range(layers):
        layer = f"{body}encoder.layer.{i}."

        def attend(part, source, causal):
            name = layer + part
            mixed = attention(
                linear(name + ".self.query", x, width),
                linear(name + ".self.key", source, width),
                linear(name + ".self.value", source, width),
                12,
                causal,
            )
            return layer_norm(name + ".output.LayerNorm", linear(name + ".output.dense", mixed, width) + x, 1e-12)

        x = attend("attention", x, causal)
        if i % 2 == 0:
            x = attend("crossattention", encoded, False)
        hidden = gelu(linear(layer + "intermediate_query.dense", x, inner))
        x = layer_norm(
            layer + "output_query.LayerNorm", linear(layer + "output_query.dense", hidden, width) + x, 1e-12
        )
    return x


def smallest(values):
    """argmin of each row, where no other comes near."""
    two = np.partition(values, 1, axis=-1)
    assert (two[..., 1] - two[..., 0] > 1e-5 * np.abs(two[..., 1])).all(), "a near tie"
    return values.argmin(-1)


def nearest(x, codebook):
    return smallest(((x[:, None, :] - codebook[None, :, :]) ** 2).sum(-1))


def nearest_in_parts(x, codebook):
    return np.concatenate([nearest(x[i : i + 16], codebook) for i in range(0, len(x), 16)])


def unit(x):
    return x / np.maximum(np.sqrt((x**2).sum(-1, keepdims=True)), 1e-12)


def vision_block(name, x):
    width = x.shape[-1]
    qkv = linear(name + "attn.qkv", layer_norm(name + "norm1", x, 1e-6), 3 * width)
    mixed = attention(qkv[:, :width], qkv[:, width : 2 * width], qkv[:, 2 * width :], 12)
    x = x + linear(name + "attn.proj", mixed, width)
    hidden = gelu(linear(name + "mlp.fc1", layer_norm(name + "norm2", x, 1e-6), 4 * width))
    return x + linear(name + "mlp.fc2", hidden, width)


# SEED: 2 images of 5 rows of 20 columns, a Q-Former of 2 layers of 24
images = tensor("seed.images", 2, 5, 20)
codebook = tensor("seed.quantize.embedding.weight", 8192, 32)
ids, decoded, reversed_ = [], [], []
for image in images:
    encoded = layer_norm("seed.ln_vision", image, 1e-5)
    hidden = qformer("seed.", encoded, 32, 24, 2, 48, causal=True)
    z = linear("seed.encode_task_layer.2", np.tanh(linear("seed.encode_task_layer.0", hidden, 24)), 32)
    codes = nearest_in_parts(z, codebook)
    ids.append(codes)
    x = linear("seed.decode_task_layer.2", np.tanh(linear("seed.decode_task_layer.0", codebook[codes], 32)), 24)
    x = x + tensor("seed.pos_embed_image", 1, 32, 24)[0]
    for block in range(2):
        x = vision_block(f"seed.blocks_image.{block}.", x)
    reverse = qformer("seed.", x, 1, 24, 2, 48, False, tokens="reverse_tokens", body="Reverse_Qformer.bert.")
    reversed_.append(linear("seed.distill_image_proj", reverse, 16)[0])
    x = np.maximum(linear("seed.image_down.0", x, 8, bias=False), 0)
    x = np.maximum(linear("seed.image_down.2", x, 6, bias=False), 0)
    x = linear("seed.image_down.4", x, 4, bias=False)
    decoded.append(linear("seed.distill_image_proj", x.reshape(1, -1), 16)[0])
expected["seed.ids"] = np.array(ids)
expected["seed.decoded"] = np.array(decoded)
expected["seed.reversed"] = np.array(reversed_)

# Emu3 and MoVQGAN: latents [4 x 3 x 5]
latents = tensor("emu3.latents", 4, 3, 5)
codebook = tensor("emu3.quantize.embedding.weight", 32768, 4)
expected["emu3.ids"] = nearest_in_parts(latents.transpose(1, 2, 0).reshape(-1, 4), codebook).reshape(3, 5)
expected["emu3.decoded"] = codebook[expected["emu3.ids"]].transpose(2, 0, 1)

latents = tensor("movq.latents", 4, 3, 5)
codebook = tensor("movq.quantize.embedding.weight", 16384, 4)


def pointwise(name, x):
    return x @ tensor(name + ".weight", 4, 4, 1, 1)[:, :, 0, 0].T + tensor(name + ".bias", 4)


codes = nearest_in_parts(pointwise("movq.quant_conv", latents.transpose(1, 2, 0).reshape(-1, 4)), codebook)
expected["movq.ids"] = codes.reshape(3, 5)
expected["movq.projected"] = pointwise("movq.post_quant_conv", codebook[codes]).reshape(3, 5, 4).transpose(2, 0, 1)

# Mole-BERT: 40 atoms
atoms = tensor("mole.atoms", 40, 300)
codebook = tensor("mole.embeddings.weight", 512, 300)
types = np.array([[5, 6, 7, 8, 0, 15, 118][i % 7] for i in range(40)])
ranges = {5: (0, 377), 6: (378, 433), 7: (434, 488)}
paper = []
for atom, kind in zip(atoms, types):
    low, high = ranges.get(kind, (489, 511))
    paper.append(low + nearest(atom[None, :], codebook[low:high])[0])
expected["mole.types"] = types
expected["mole.paper"] = np.array(paper)
expected["mole.released"] = atoms.argmax(1)

# DALL-E: logits [8192 x 2 x 3]
logits = tensor("dalle.logits", 8192, 2, 3)
expected["dalle.ids"] = logits.argmax(0)
weight = tensor("dalle.blocks.input.w", 128, 8192, 1, 1)[:, :, 0, 0]
expected["dalle.decoded"] = weight[:, expected["dalle.ids"]] + tensor("dalle.blocks.input.b", 128)[:, None, None]

# BLIP-2 and GraphTranslator: Q-Formers of 2 layers of 24, 4 queries
images = tensor("blip2.images", 2, 5, 20)
expected["blip2.rows"] = np.array(
    [
        linear(
            "blip2.opt_proj",
            qformer("blip2.", layer_norm("blip2.ln_vision", image, 1e-5), 4, 24, 2, 48, causal=False),
            10,
        )
        for image in images
    ]
)
nodes = tensor("translator.nodes", 3, 20)
expected["translator.rows"] = np.array(
    [
        linear("translator.chatglm2_proj", qformer("translator.", node[None, :], 4, 24, 2, 48, causal=False), 10)
        for node in nodes
    ]
)

# LLaVA, GraphGPT, TEA-GLM: projectors
patches = tensor("llava.patches", 6, 20)
expected["llava.rows"] = linear(
    "llava.model.mm_projector.2", gelu(linear("llava.model.mm_projector.0", patches, 12)), 12
)
nodes = tensor("graphgpt.nodes", 5, 16)
expected["graphgpt.rows"] = linear("graphgpt.model.graph_projector", nodes, 12)
expected["graphgpt.rows.magnitudes"] = magnitudes("graphgpt.model.graph_projector", nodes, 12)
nodes = tensor("teaglm.nodes", 2, 16)
expected["teaglm.rows"] = linear("teaglm.graph_projector.0", nodes, 3 * 8).reshape(6, 8)
expected["teaglm.rows.magnitudes"] = magnitudes("teaglm.graph_projector.0", nodes, 3 * 8).reshape(6, 8)

# LLaGA: the star 0-1, 0-2, 1-3; a tree of 1 hop and 2 children from each node, without drawing
tree = np.array([[0, 1, 2], [1, 0, 3], [2, 0, -500], [3, 1, -500]])
features = tensor("llaga.features", 4, 6)
structure = tensor("llaga.structure", 3, 3)
rows = []
for nodes in tree:
    found = np.concatenate([np.where((nodes >= 0)[:, None], features[np.maximum(nodes, 0)], 0), structure], axis=1)
    projected = linear("llaga.model.mm_projector.2", gelu(linear("llaga.model.mm_projector.0", found, 8)), 8)
    rows.append(np.where((nodes >= 0)[:, None], projected, 0))
expected["llaga.trees"] = tree
expected["llaga.detail"] = np.array(rows)
adjacency = np.zeros((4, 4))
for a, b in [(0, 1), (0, 2), (1, 3)]:
    adjacency[a, b] = adjacency[b, a] = 1


def hops(matrix, x, count):
    tokens = [x]
    for _ in range(count):
        tokens.append(matrix @ tokens[-1])
    return np.stack(tokens, axis=1)


def symmetric(matrix):
    scale = 1 / np.sqrt(matrix.sum(1))
    return scale[:, None] * matrix * scale[None, :]


expected["llaga.released"] = hops(symmetric(adjacency), features, 4)
expected["llaga.paper"] = hops(adjacency / adjacency.sum(1, keepdims=True), features, 4)
expected["nagphormer.tokens"] = hops(symmetric(adjacency + np.eye(4)), features, 3)

# GQT, VQGraph
nodes = tensor("gqt.nodes", 50, 16)
levels = [tensor(f"gqt.level.{q}", 64, 16, scale=2.0**-q) for q in range(3)]


def residual(x, levels, cosine):
    left, codes = x.copy(), []
    for level in levels:
        found = smallest(-unit(left) @ unit(level).T) if cosine else nearest(left, level)
        codes.append(found)
        left = left - level[found]
    return np.stack(codes, axis=1)


expected["gqt.l2"] = residual(nodes, levels, cosine=False)
expected["gqt.cosine"] = residual(nodes, levels, cosine=True)
expected["gqt.decoded"] = sum(level[expected["gqt.l2"][:, q]] for q, level in enumerate(levels))
similarity = unit(nodes) @ unit(levels[0]).T
expected["vqgraph.ids"] = smallest(-similarity)
expected["vqgraph.assignment"] = softmax(similarity / 0.5)


# GQT by hop: the star of above, 3 hops of 6 features, 2 layers and 20 codewords of 8 columns each
def by_hop(rows):
    codes = []
    for hop in range(3):
        hidden = np.maximum(linear(f"gqth.encoder.{hop}.1", rows[:, hop], 10), 0)
        codebook = tensor(f"gqth.quantizer.{hop}._codebook.embed", 1, 20, 8)[0]
        codes.append(nearest(linear(f"gqth.encoder.{hop}.3", hidden, 8), codebook))
    return np.stack(codes, axis=1)


seen = hops(symmetric(adjacency + np.eye(4)), features, 2)
codes = by_hop(seen)
expected["gqth.hops"] = seen.reshape(4, 18)
expected["gqth.codes"] = codes
expected["gqth.ids"] = codes + 20 * np.arange(3)
expected["gqth.decoded"] = np.concatenate(
    [tensor(f"gqth.quantizer.{hop}._codebook.embed", 1, 20, 8)[0][codes[:, hop]] for hop in range(3)], axis=1
)
expected["gqth.nodes.codes"] = by_hop(tensor("gqth.nodes", 30, 18).reshape(30, 3, 6))

# NodeID: 2 layers of 12 and 9 columns, 3 levels of 16 codewords each
found = []
for layer, columns in enumerate([12, 9]):
    levels = [tensor(f"nodeid.vqs.{layer}.vq_layers.{level}._codebook.embed", 1, 16, columns)[0] for level in range(3)]
    codes = residual(tensor(f"nodeid.outputs.{layer}", 40, columns), levels, cosine=True)
    found.append(codes)
expected["nodeid.ids"] = np.concatenate(found, axis=1)
expected["nodeid.decoded"] = sum(level[codes[:, q]] for q, level in enumerate(levels))

# Dr.E: 3 views, 4 codes each, of 90 ids those of 40 words
embeddings = tensor("dre.embeddings", 90, 10)
words = np.array([id for id in range(90) if id % 9 in (1, 2, 5, 7)])
views = [words[residual(tensor(f"dre.view.{view}", 25, 10), [embeddings[words]] * 4, cosine=True)] for view in range(3)]
expected["dre.words"] = words[::-1]
expected["dre.ids"] = np.concatenate(views, axis=1)
expected["dre.decoded"] = embeddings[views[1]].sum(1)

# GFT: 2 heads of 5 codewords with 6 columns
rows = tensor("gft.rows", 30, 8)
heads = tensor("gft._codebook.embed", 2, 5, 6)
projected = linear("gft.project_in", rows, 12).reshape(30, 2, 6)
codes = np.stack([smallest(-projected[:, h] @ heads[h].T) for h in range(2)], axis=1)
words = np.concatenate([heads[h][codes[:, h]] for h in range(2)], axis=1)
expected["gft.codes"] = codes
expected["gft.decoded"] = linear("gft.project_out", words, 8)
expected["gft.decoded.magnitudes"] = magnitudes("gft.project_out", words, 8)

# STAG
text = tensor("stag.text", 7, 10)
graph = linear("stag.proj", tensor("stag.graph", 7, 4), 10)
fused = unit(0.41 * unit(text) + 0.59 * unit(graph))
words = tensor("stag.words", 40, 10)
cosine = unit(fused) @ unit(words).T
expected["stag.fused"] = fused
expected["stag.soft"] = softmax(cosine / 0.05) @ words
assert (np.diff(np.sort(cosine, axis=1)) > 1e-5).all(), "a near tie"
expected["stag.hard"] = np.argsort(-cosine, axis=1, kind="stable")[:, :13]

# GraphsGPT: ethanol, 2 graph words, rows 5, 0 and 127 of the table
ids, atom = np.array([7, 120, 7, 121, 9]), np.array([1, 0, 1, 0, 1])
begins, ends = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 2])
table = tensor("graphs.embed_graph_position.learnable_orthonormal_features.weight", 128, 128)
chosen = np.array([5, 0, 127])


def stable(name, rows, count, columns=16):
    table = tensor(f"graphs.{name}.weight", count, columns)
    return layer_norm(f"graphs.{name}.norm", table, 1e-5)[rows]


pairs = np.concatenate([table[chosen[begins]], table[chosen[ends]]], axis=1)
weight = tensor("graphs.embed_graph_position.graph_position_proj.weight", 16, 256)
placed = layer_norm("graphs.embed_graph_position.norm", pairs @ weight.T, 1e-5)
molecule = stable("embed_tokens", ids, 212) + placed + stable("embed_identifier", atom, 2)
words = stable("embed_fingerprint", np.zeros(2, int), 1) + stable("embed_fingerprint_position", np.arange(2), 8)
expected["graphs.rows"] = np.concatenate([words, molecule])

# Llama: the ids of SentencePiece, part by part between special tokens. A part has its space put before it, but, in
# later models, where it follows a special token
model = str(here / "../text/vocabularies/sp_llama2.model")
spaced = sentencepiece.SentencePieceProcessor(model_file=model)
plain = sentencepiece.SentencePieceProcessor(model_file=model)
plain.override_normalizer_spec(add_dummy_prefix="false")


def llama(text, legacy=True):
    ids = []
    for part in filter(None, re.split("(</?s>)", text)):
        if part in ("<s>", "</s>"):
            ids.append(spaced.piece_to_id(part))
        else:
            ids += (spaced if legacy or not ids else plain).encode(part)
    return ids


prompts = [
    "it was the best of times",
    "Größe, naïve façade 12345\n  \t🙂",
    "the</s>the worst</s> of times",
    "<s>USER: what is this? ASSISTANT: wisdom</s><s>USER: row 7",
]
for i, prompt in enumerate(prompts):
    expected[f"llama.{i}.legacy"] = np.array([spaced.bos_id(), *llama(prompt)])
    expected[f"llama.{i}.later"] = np.array([spaced.bos_id(), *llama(prompt, legacy=False)])
    expected[f"llama.{i}.ordinary"] = np.array(spaced.encode(prompt))
    decoded = spaced.decode(spaced.encode(prompt))
    expected[f"llama.{i}.decoded"] = np.frombuffer(decoded.encode(), np.uint8).astype(np.int32)
# LLaVA puts its placeholder between parts that are prompts of their own, less their beginnings
first, *others = "USER: <image>\nwhat is<image>".split("<image>")
image = [spaced.bos_id(), *llama(first)]
for other in others:
    image += [-200, *llama(other)]
expected["llama.image"] = np.array(image)


# TEA-GLM and SEED-LLaMA: a tokenizer that leaves out white space beside added tokens
def stripped(text, added):
    parts = re.split("(" + "|".join(map(re.escape, added)) + ")", text)
    for i in range(1, len(parts), 2):
        parts[i - 1], parts[i + 1] = parts[i - 1].rstrip(), parts[i + 1].lstrip()
    ids = [spaced.bos_id()]
    for part in parts:
        ids += [added[part]] if part in added else spaced.encode(part)
    return np.array(ids)


nodes = {f"<Node {i}>": 31999 + i for i in range(1, 110)}
prompt = "it was <Node 1>\n <Node 1> of times".replace("<Node 1>", "<Node 1> <Node 2> <Node 3>")
expected["teaglm.ids"] = stripped(prompt, nodes)
codes = {"<img>": 40193, "</img>": 40192, "<img_00000>": 32000}
image = "<img>" + "<img_00000>" * 32 + "</img>"
expected["seed.question"] = stripped("USER: " + image + "\u00a0 what is" + "\n" + "ASSISTANT:", codes)
expected["python.spaces"] = np.array([code for code in range(0x10000) if chr(code).isspace()])

np.savez_compressed(
    here / "expected.npz",
    **{
        name: value.astype(np.int32 if value.dtype.kind == "i" else np.float32) for name, value in expected.items()
    },
)
