"""Writes quantizers.npz beside it, which the tests of dev.tessera.vq read: python make_fixtures.py

What numpy and torch make of the formulas by which published systems quantize, and train their
codebooks. Made with numpy 2.4.6 and torch 2.13.0.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(20261126)
arrays = {}


def normal(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def decided(scores):
    """The greatest of each row, which must be greater than the next by far more than float32 errs."""
    ordered = np.sort(scores, axis=1)
    gaps = ordered[:, -1] - ordered[:, -2]
    assert gaps.min() > 1e-5 * np.abs(ordered).max(), gaps.min()
    return np.argmax(scores, axis=1)


def squared_distances(x, e):
    return ((x[:, None, :].astype(np.float64) - e[None].astype(np.float64)) ** 2).sum(2)


def unit(x):
    x = x.astype(np.float64)
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


# Residual, GQT and NodeID: L2, and cosine with the un-normalised residual; stored codes are subtracted.
x = normal(40, 6)
levels = normal(3, 16, 6) * np.array([1.0, 0.6, 0.4], np.float32)[:, None, None]
arrays["residual_x"] = x
arrays["residual_levels"] = levels
for name, score in {
    "l2": lambda r, e: -squared_distances(r, e),
    "cosine": lambda r, e: unit(r) @ unit(e).T,
}.items():
    residual = x.copy()
    total = np.zeros_like(x)
    ids = []
    for e in levels:
        found = decided(score(residual, e))
        residual = residual - e[found]
        total = e[found] if not ids else total + e[found]
        ids.append(found)
    arrays["residual_ids_" + name] = np.stack(ids, 1).astype(np.int32)
    arrays["residual_sum_" + name] = total

# Multi-head, GFT: the query normalised, the stored codes not; argmax of the dot product.
x = normal(30, 4 * 5)
heads = normal(4, 9, 5) * rng.uniform(0.3, 3, (4, 9, 1)).astype(np.float32)
ids = np.stack(
    [decided(unit(x[:, 5 * h : 5 * h + 5]) @ heads[h].astype(np.float64).T) for h in range(4)], 1
)
arrays["heads_x"] = x
arrays["heads_codes"] = heads
arrays["heads_ids"] = ids.astype(np.int32)
arrays["heads_concat"] = np.concatenate([heads[h][ids[:, h]] for h in range(4)], 1)

# DALL-E: argmax over the channels of [B, K, H, W].
logits = normal(2, 11, 3, 4)
arrays["channels"] = logits
arrays["channels_ids"] = (
    torch.argmax(torch.from_numpy(logits), dim=1).reshape(2, 12).numpy().astype(np.int32)
)

# STAG: softmax of the cosine over a vocabulary, the mixture of its stored vectors, the words.
x, e = normal(12, 7), normal(50, 7)
cosine = torch.from_numpy(unit(x)) @ torch.from_numpy(unit(e)).T
probabilities = F.softmax(cosine / 0.05, dim=1)
arrays["soft_x"] = x
arrays["soft_codes"] = e
arrays["soft_cosine"] = cosine.numpy()
arrays["soft_probabilities"] = probabilities.numpy()
arrays["soft_mixture"] = (probabilities @ torch.from_numpy(e).double()).float().numpy()
arrays["soft_words"] = torch.topk(cosine, 13, dim=1).indices.numpy().astype(np.int32)

# FSQ and LFQ.
fsq_levels = np.array([8, 5, 5, 5])
x = normal(200, 4) * 2
half = (fsq_levels - 1) * (1 + 1e-3) / 2
offset = np.where(fsq_levels % 2 == 0, 0.5, 0.0)
bounded = np.tanh(x.astype(np.float64) + np.arctanh(offset / half)) * half - offset
clear = (np.abs(np.abs(bounded % 1) - 0.5) > 1e-4).all(1)  # of ties
x, bounded = x[clear], bounded[clear]
digits = np.rint(bounded).astype(np.int64)
basis = np.cumprod([1, *fsq_levels[:-1]])
arrays["fsq_x"] = x
arrays["fsq_ids"] = ((digits + fsq_levels // 2) * basis).sum(1).astype(np.int32)
arrays["fsq_vectors"] = (digits / (fsq_levels // 2)).astype(np.float32)
x = normal(50, 9)
arrays["lfq_x"] = x
arrays["lfq_ids"] = ((x > 0) * 2 ** np.arange(8, -1, -1)).sum(1).astype(np.int32)

# Moving averages: three batches, in torch's float32, by lucidrains' formulas.
DECAY, EPS, K = 0.8, 1e-5, 6
batches = normal(3, 40, 5)
start = normal(K, 5)
arrays["ema_batches"] = batches
arrays["ema_start"] = start


def smoothed(counts):
    return (counts + EPS) / (counts.sum() + K * EPS) * counts.sum()


for rule in ["l2", "cosine", "cosine_mean"]:
    e = torch.from_numpy(start)
    if rule != "l2":
        e = F.normalize(e, dim=1)
    arrays["ema_first_" + rule] = e.numpy().copy()
    n = torch.ones(K)
    m = e.clone()
    ids = []
    for x in torch.from_numpy(batches):
        if rule == "l2":
            found = decided(-squared_distances(x.numpy(), e.numpy()))
        else:
            x = F.normalize(x, dim=1)
            found = decided(unit(x.numpy()) @ unit(e.numpy()).T)
        found = np.where(found == K - 1, 0, found)  # the last code never has a member
        ids.append(found)
        onehot = F.one_hot(torch.from_numpy(found), K).float()
        count, total = onehot.sum(0), onehot.T @ x
        n = n.lerp(count, 1 - DECAY)
        if rule == "cosine_mean":
            missing = count == 0
            mean = F.normalize(total / count.masked_fill(missing, 1)[:, None], dim=1)
            mean = torch.where(missing[:, None], F.normalize(e, dim=1), mean)
            e = e.lerp(mean, 1 - DECAY)
        else:
            m = m.lerp(total, 1 - DECAY)
            e = m / smoothed(n)[:, None]
            if rule == "cosine":
                e = F.normalize(e, dim=1)
    arrays["ema_ids_" + rule] = np.stack(ids).astype(np.int32)
    arrays["ema_codes_" + rule] = e.numpy()
    arrays["ema_counts_" + rule] = n.numpy()
    arrays["ema_sums_" + rule] = m.numpy()

# Losses.
x, q = normal(20, 6), normal(20, 6)
arrays["loss_x"] = x
arrays["loss_q"] = q
codes = unit(heads)
cosines = np.einsum("hid,hjd->hij", codes, codes)
arrays["losses"] = np.array(
    [
        ((x.astype(np.float64) - q) ** 2).mean(),
        (cosines**2).sum() / (4 * 9**2) - 1 / 9,
    ]
)

np.savez_compressed(pathlib.Path(__file__).parent / "quantizers.npz", **arrays)
