"""Writes nn.safetensors beside it, which the tests of dev.tessera.nn read: python make_fixtures.py

Made with torch 2.13.0 and safetensors 0.8.0. All in float64 from float32 inputs, rounded at the end. The Q-Former is written down
here from its description (BERT layers with post-norm, cross-attention every other layer, exact GELU), with torch's functions for the
parts; names and shapes are LAVIS'.
"""

import pathlib

import safetensors.torch
import torch
import torch.nn.functional as F

torch.manual_seed(20)
here = pathlib.Path(__file__).parent
HEADS, WIDTH, INNER, ENCODER, QUERIES, LAYERS, EPS = 4, 24, 40, 20, 5, 3, 1e-12
tensors = {}


def normal(*shape, scale=1.0, offset=0.0):
    return (torch.randn(*shape) * scale + offset).float()


def make(name, *shape, scale=0.4, offset=0.0):
    tensors[name] = normal(*shape, scale=scale, offset=offset)


def linear_weights(name, inputs, outputs):
    make(name + ".weight", outputs, inputs)
    make(name + ".bias", outputs)


def norm_weights(name, columns):
    make(name + ".weight", columns, scale=0.3, offset=1.0)
    make(name + ".bias", columns)


def linear(name, x):
    return F.linear(x, tensors[name + ".weight"].double(), tensors[name + ".bias"].double())


def norm(name, x):
    return F.layer_norm(x, x.shape[-1:], tensors[name + ".weight"].double(), tensors[name + ".bias"].double(), EPS)


def attend(name, hidden, seen, mask):
    def heads(x):
        return x.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)

    q, k, v = heads(linear(name + ".self.query", hidden)), heads(linear(name + ".self.key", seen)), heads(linear(name + ".self.value", seen))
    scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
    context = (scores.softmax(-1) @ v).transpose(1, 2).flatten(-2)
    return norm(name + ".output.LayerNorm", linear(name + ".output.dense", context) + hidden)


def qformer(encoded, causal):
    hidden = norm("Qformer.bert.embeddings.LayerNorm", tensors["query_tokens"].double()).expand(len(encoded), -1, -1)
    mask = torch.zeros(QUERIES, QUERIES, dtype=torch.float64)
    if causal:
        mask = (1 - torch.ones(QUERIES, QUERIES, dtype=torch.float64).tril()) * -10000.0
    for i in range(LAYERS):
        layer = f"Qformer.bert.encoder.layer.{i}."
        hidden = attend(layer + "attention", hidden, hidden, mask)
        if i % 2 == 0:
            hidden = attend(layer + "crossattention", hidden, encoded.double(), 0.0)
        inner = F.gelu(linear(layer + "intermediate_query.dense", hidden))
        hidden = norm(layer + "output_query.LayerNorm", linear(layer + "output_query.dense", inner) + hidden)
    return hidden.float()


make("query_tokens", 1, QUERIES, WIDTH)
norm_weights("Qformer.bert.embeddings.LayerNorm", WIDTH)
for i in range(LAYERS):
    layer = f"Qformer.bert.encoder.layer.{i}."
    for part, seen in (("attention", WIDTH), ("crossattention", ENCODER)):
        if part == "attention" or i % 2 == 0:
            linear_weights(f"{layer}{part}.self.query", WIDTH, WIDTH)
            linear_weights(f"{layer}{part}.self.key", seen, WIDTH)
            linear_weights(f"{layer}{part}.self.value", seen, WIDTH)
            linear_weights(f"{layer}{part}.output.dense", WIDTH, WIDTH)
            norm_weights(f"{layer}{part}.output.LayerNorm", WIDTH)
    linear_weights(layer + "intermediate_query.dense", WIDTH, INNER)
    linear_weights(layer + "output_query.dense", INNER, WIDTH)
    norm_weights(layer + "output_query.LayerNorm", WIDTH)

results = {"encoded": normal(2, 7, ENCODER), "encoded_single": normal(3, 1, ENCODER)}
results["qformer"] = qformer(results["encoded"], False)
results["qformer_causal"] = qformer(results["encoded"], True)
results["qformer_single"] = qformer(results["encoded_single"], False)

# Norms, on rows whose mean is far from 0.
x = results["x"] = normal(6, 10, offset=3.0)
weight, bias = results["norm_weight"], results["norm_bias"] = normal(10, offset=1.0), normal(10)
mean, variance = results["norm_mean"], results["norm_variance"] = normal(10, offset=3.0), normal(10).abs() + 0.1
results["layer_norm"] = F.layer_norm(x.double(), (10,), weight.double(), bias.double(), 1e-5).float()
results["rms_norm"] = F.rms_norm(x.double(), (10,), weight.double(), 1e-6).float()
results["batch_norm"] = F.batch_norm(x.double(), mean.double(), variance.double(), weight.double(), bias.double(), False, 0.0, 1e-5).float()

# Attention, two heads of 5 columns, 6 queries and 9 keys, an additive mask that hides two keys of one query.
q, k, v = results["q"], results["k"], results["v"] = normal(6, 10), normal(9, 10), normal(9, 10)
mask = results["mask"] = normal(6, 9)
mask[2, 4:6] = float("-inf")


def two_heads(x):
    return x.double().unflatten(-1, (2, 5)).transpose(0, 1)


def attention(q, k, v, **mask):
    return F.scaled_dot_product_attention(two_heads(q), two_heads(k), two_heads(v), **mask).transpose(0, 1).flatten(-2).float()


results["attention"] = attention(q, k, v)
results["attention_masked"] = attention(q, k, v, attn_mask=mask.double())
results["attention_causal"] = attention(q, k[:6], v[:6], is_causal=True)

# A perceptron as LLaVA's projector: Linear, GELU, Linear.
linear_weights("model.mm_projector.0", 10, 16)
linear_weights("model.mm_projector.2", 16, 16)
results["projector"] = linear("model.mm_projector.2", F.gelu(linear("model.mm_projector.0", x.double()))).float()

safetensors.torch.save_file({name: tensor.contiguous() for name, tensor in (tensors | results).items()}, here / "nn.safetensors")
