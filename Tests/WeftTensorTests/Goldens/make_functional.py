"""Writes functional/*.json: what torch.nn.functional computes for images, pools, distances, embeddings and CTC, in float64.

Each case: a call's name, its options, named inputs, outputs, and the gradients of sum(output * seed) for the inputs that
have some.
"""
import itertools
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
folder = pathlib.Path(__file__).with_name("functional")
cases = []


def pack(tensor):
    dtype = {torch.bool: "bool", torch.int64: "int64"}.get(tensor.dtype, "float64")
    values = tensor.detach().flatten().tolist()
    values = [v if dtype != "float64" else None if v == float("-inf") else float(f"{v:.13g}") for v in values]
    return {"shape": list(tensor.shape), "dtype": dtype, "values": values}


def draw(*shape):
    # Few digits keep the file small and lose nothing: they are the exact inputs.
    return (torch.randn(shape) * 1000).round() / 1000


def case(call, function, options=None, constant=(), **inputs):
    leaves = {k: v.clone().requires_grad_(v.is_floating_point() and k not in constant) for k, v in inputs.items()}
    results = function(**leaves)
    results = results if isinstance(results, tuple) else (results,)
    recorded = [r for r in results if r.requires_grad]
    seeds = [draw(*r.shape) for r in recorded]
    if recorded:
        sum((r * s).sum() for r, s in zip(recorded, seeds)).backward()
    cases.append({
        "call": call,
        "options": options or {},
        "inputs": {k: pack(v) for k, v in inputs.items()},
        "outputs": [pack(r) for r in results],
        "seeds": [pack(s) for s in seeds],
        "gradients": {k: pack(v.grad) for k, v in leaves.items() if v.grad is not None},
    })


def finish(name):
    with (folder / f"{name}.json").open("w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    cases.clear()


# Interpolation
ours = {"nearest": "nearest", "nearest-exact": "nearestExact", "linear": "linear", "bilinear": "linear",
        "trilinear": "linear", "bicubic": "cubic", "area": "area"}


def interpolate(shape, mode, align=None, antialias=False, **target):
    options = {"mode": ours[mode], "alignCorners": bool(align), "antialias": antialias}
    options.update({"scales" if k == "scale_factor" else k: v for k, v in target.items()})
    case("interpolate", lambda input: F.interpolate(input, mode=mode, align_corners=align, antialias=antialias, **target),
         options, input=draw(*shape))


for size in ([7], [3], [1]):
    for mode in ("nearest", "nearest-exact", "area"):
        interpolate((2, 2, 5), mode, size=size)
    for align in (False, True):
        interpolate((2, 2, 5), "linear", align, size=size)
for size in ([7, 3], [2, 9], [4, 4], [1, 1]):
    for mode in ("nearest", "nearest-exact", "area"):
        interpolate((1, 2, 4, 5), mode, size=size)
    for mode, align in itertools.product(("bilinear", "bicubic"), (False, True)):
        interpolate((1, 2, 4, 5), mode, align, size=size)
for size in ([3, 7], [2, 2], [9, 10]):
    for mode, align in itertools.product(("bilinear", "bicubic"), (False, True)):
        interpolate((1, 1, 8, 9), mode, align, True, size=size)
for size in ([3, 5, 2], [2, 2, 4]):
    for mode in ("nearest", "nearest-exact", "area"):
        interpolate((1, 1, 2, 3, 4), mode, size=size)
    for align in (False, True):
        interpolate((1, 1, 2, 3, 4), "trilinear", align, size=size)
for scale in (1.5, 2.0, 0.6, 1.3):
    for mode in ("nearest", "nearest-exact"):
        interpolate((1, 1, 5, 7), mode, scale_factor=[scale, 2.0])
    for mode, align in itertools.product(("bilinear", "bicubic"), (False, True)):
        interpolate((1, 1, 5, 7), mode, align, scale_factor=[scale, 2.0])
interpolate((1, 1, 6, 7), "bilinear", False, True, scale_factor=[0.6, 0.5])
interpolate((1, 2, 1, 1), "bicubic", False, size=[3, 2])
interpolate((1, 2, 1, 1), "bilinear", True, size=[1, 2])
finish("interpolate")

# Grids
torch_modes = {"linear": "bilinear", "nearest": "nearest", "cubic": "bicubic"}
for mode, padding, align in itertools.product(("linear", "nearest", "cubic"), ("zeros", "border", "reflection"),
                                              (False, True)):
    for shape, grid in (((2, 2, 4, 3), (2, 3, 2, 2)), ((1, 1, 2, 3, 4), (1, 2, 2, 3, 3))):
        if mode == "cubic" and len(shape) == 5:
            continue
        case("gridSample", lambda input, grid: F.grid_sample(
            input, grid, mode=torch_modes[mode], padding_mode=padding, align_corners=align),
            {"mode": mode, "padding": padding, "alignCorners": align}, input=draw(*shape), grid=draw(*grid) * 1.2)
for align in (False, True):
    case("gridSample", lambda input, grid: F.grid_sample(input, grid, align_corners=align, padding_mode="reflection"),
         {"mode": "linear", "padding": "reflection", "alignCorners": align}, input=draw(1, 2, 1, 1),
         grid=draw(1, 2, 2, 2))
    case("affineGrid", lambda maps: F.affine_grid(maps, [2, 1, 3, 4], align_corners=align),
         {"size": [2, 1, 3, 4], "alignCorners": align}, maps=draw(2, 2, 3))
    case("affineGrid", lambda maps: F.affine_grid(maps, [1, 1, 2, 1, 3], align_corners=align),
         {"size": [1, 1, 2, 1, 3], "alignCorners": align}, maps=draw(1, 3, 4))
finish("grids")

# Windows and shuffles
for k, s, p, d in ((2, 1, 0, 1), (3, 2, 1, 1), ([2, 3], [1, 2], [1, 0], [2, 1])):
    options = {"kernel": k if isinstance(k, list) else [k], "stride": s if isinstance(s, list) else [s],
               "padding": p if isinstance(p, list) else [p], "dilation": d if isinstance(d, list) else [d]}
    case("unfold", lambda input: F.unfold(input, k, d, p, s), options, input=draw(2, 2, 5, 6))
    columns = F.unfold(draw(1, 2, 5, 6), k, d, p, s).shape
    case("fold", lambda input: F.fold(input, (5, 6), k, d, p, s), {**options, "size": [5, 6]}, input=draw(*columns))
case("windows", lambda input: input.unfold(1, 3, 2), {"axis": 1, "size": [3], "step": 2}, input=draw(2, 8, 2))
case("pixelShuffle", lambda input: F.pixel_shuffle(input, 2), {"factor": 2}, input=draw(1, 8, 2, 3))
case("pixelUnshuffle", lambda input: F.pixel_unshuffle(input, 2), {"factor": 2}, input=draw(2, 1, 4, 2))
# torch.channel_shuffle has no gradient on the CPU.
case("channelShuffle", lambda input: torch.channel_shuffle(input, 3), {"groups": 3}, ("input",), input=draw(1, 6, 2, 2))
for mode in ("constant", "reflect", "replicate", "circular"):
    value = {"value": 1.5} if mode == "constant" else {}
    case("pad", lambda input: F.pad(input, (1, 2), mode, **value), {"mode": mode, "amounts": [1, 2]}, input=draw(1, 2, 4))
    case("pad", lambda input: F.pad(input, (1, 2, 2, 0), mode, **value), {"mode": mode, "amounts": [2, 0, 1, 2]},
         input=draw(1, 1, 3, 4))
    case("pad", lambda input: F.pad(input, (1, 0, 0, 1, 1, 1), mode, **value),
         {"mode": mode, "amounts": [1, 1, 0, 1, 1, 0]}, input=draw(1, 1, 2, 3, 2))
case("localResponse", lambda input: F.local_response_norm(input, 3, 0.1, 0.6, 2.0), {"size": [3]}, input=draw(2, 5, 3))
case("localResponse", lambda input: F.local_response_norm(input, 4, 0.1, 0.6, 2.0), {"size": [4]}, input=draw(1, 6, 2, 2))
case("transposedSize", lambda input, weight: F.conv_transpose2d(
    input, weight, stride=2, padding=1, output_padding=(1, 0)), {"size": [6, 5]}, input=draw(1, 2, 3, 3),
    weight=draw(2, 3, 3, 3))
finish("windows")

# Pools
for order, k, s, ceil in ((2, 2, None, False), (3, 3, 2, True)):
    options = {"order": order, "kernel": [k], "stride": [s or k], "ceil": ceil}
    for rank, shape in ((1, (2, 2, 7)), (2, (1, 2, 6, 7)), (3, (1, 1, 4, 5, 4))):
        pool = (F.lp_pool1d, F.lp_pool2d, F.lp_pool3d)[rank - 1]
        case("lpPool", lambda input: pool(input, float(order), k, s, ceil), options, input=draw(*shape).abs() + 0.1)
for rank, shape in ((1, (2, 2, 7)), (2, (1, 2, 5, 6)), (3, (1, 1, 5, 4, 4))):
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1]
    unpool = (F.max_unpool1d, F.max_unpool2d, F.max_unpool3d)[rank - 1]
    values, places = pool(draw(*shape), 2, return_indices=True)
    case("maxUnpool", lambda input, places: unpool(input, places, 2), {"kernel": [2]}, input=draw(*values.shape),
         places=places)
    case("maxUnpool", lambda input, places: unpool(input, places, 2, output_size=shape[2:]),
         {"kernel": [2], "size": list(shape[2:])}, input=draw(*values.shape), places=places)
for shape, size in (((2, 3, 7, 9), (3, 4)), ((1, 2, 5, 5), (1, 3)), ((1, 2, 5, 6, 7), (2, 3, 4))):
    pool = F.fractional_max_pool2d if len(shape) == 4 else F.fractional_max_pool3d
    case("fractionalMaxPool", lambda input, samples: pool(
        input, 2, size, return_indices=True, _random_samples=samples), {"kernel": [2], "size": list(size)}, ("samples",),
        input=draw(*shape), samples=torch.rand(*shape[:2], len(size)))
for shape in ((1, 1, 6, 7), (1, 1, 1, 4)):
    for k, s, p, d, ceil in itertools.product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2), (False, True)):
        if p > k // 2 or (k - 1) * d + 1 > min(shape[2:]) + 2 * p or (s, d) == (1, 2):
            continue
        # Windows wholly in the padding, whose places PyTorch puts outside of the image.
        if d == 2 and k == 2 and min(shape[2:]) == 1:
            continue
        options = {"kernel": [k], "stride": [s], "padding": [p], "dilation": [d], "ceil": ceil}
        case("maxPool", lambda input: F.max_pool2d(input, k, s, p, d, ceil, True), options, input=draw(*shape))
        if d > 1:
            continue
        for counts, divisor in ((True, None), (False, None), (True, 3)):
            case("averagePool", lambda input: F.avg_pool2d(input, k, s, p, ceil, counts, divisor),
                 {**options, "counts": counts, "divisor": divisor or 0}, input=draw(*shape))
finish("pools")

# Distances and embeddings
for p in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, float("inf")):
    options = {"order": -1.0 if p == float("inf") else p}
    close = draw(3, 2)
    case("cdist", lambda a, b: torch.cdist(a, b, p), options, a=torch.cat([close, draw(2, 2)]), b=close)
    case("cdist", lambda a, b: torch.cdist(a, b, p), options, a=draw(2, 1, 2, 3), b=draw(2, 3, 3))
    case("pdist", lambda a: torch.pdist(a, p), options, a=torch.cat([draw(4, 3), torch.ones(2, 3)]))
    if p > 0.5:
        case("pairwiseDistance", lambda a, b: F.pairwise_distance(a, b, p, keepdim=True), options, a=draw(3, 4),
             b=draw(1, 4))
case("cdist", lambda a, b: torch.cdist(a, b), {"order": 2.0}, a=draw(27, 2), b=draw(26, 2))
case("cosineSimilarity", lambda a, b: F.cosine_similarity(a, b), {"axis": 1}, a=draw(3, 4, 2), b=draw(3, 4, 2))
case("cosineSimilarity", lambda a, b: F.cosine_similarity(a, b, -1), {"axis": -1}, a=draw(3, 1, 4), b=draw(2, 4))
case("normalize", lambda a: F.normalize(a, 3.0, 0), {"order": 3.0, "axis": 0}, a=draw(3, 4))
case("normalize", lambda a: F.normalize(a), {"order": 2.0, "axis": 1}, a=draw(3, 4, 2))
case("bilinear", lambda a, b, weight, bias: F.bilinear(a, b, weight, bias), a=draw(2, 3, 4), b=draw(2, 3, 2),
     weight=draw(5, 4, 2), bias=draw(5))
case("bilinear", lambda a, b, weight: F.bilinear(a, b, weight), a=draw(4), b=draw(2), weight=draw(5, 4, 2))
for mode in ("sum", "mean", "max"):
    table, square = draw(6, 3), torch.randint(0, 6, (3, 4))
    square[0, 1] = square[1, 0] = 2
    listed = torch.tensor([0, 2, 5, 5, 1, 2, 3])
    for padding in (None, 2):
        options = {"mode": mode, "padding": -1 if padding is None else padding, "last": False}
        case("embeddingBag", lambda table, indices: F.embedding_bag(
            indices, table, mode=mode, padding_idx=padding), options, table=table, indices=square)
        case("embeddingBag", lambda table, indices, offsets: F.embedding_bag(
            indices, table, offsets, mode=mode, padding_idx=padding), options, table=table, indices=listed,
            offsets=torch.tensor([0, 3, 3, 5, 6]))
    case("embeddingBag", lambda table, indices, offsets: F.embedding_bag(
        indices, table, offsets, mode=mode, include_last_offset=True), {"mode": mode, "padding": -1, "last": True},
        table=table, indices=listed, offsets=torch.tensor([0, 3, 7]))
for padding in (None, 5):
    case("embeddingBag", lambda table, indices, offsets, weights: F.embedding_bag(
        indices, table, offsets, mode="sum", per_sample_weights=weights, padding_idx=padding),
        {"mode": "sum", "padding": -1 if padding is None else padding, "last": False}, table=table, indices=listed,
        offsets=torch.tensor([0, 2]), weights=draw(7))
finish("vectors")

# Attention with fewer heads of keys than of queries
for causal in (False, True):
    case("attention", lambda query, key, value: F.scaled_dot_product_attention(
        query, key, value, is_causal=causal, enable_gqa=True), {"causal": causal}, query=draw(2, 4, 3, 2),
        key=draw(2, 2, 5, 2), value=draw(2, 2, 5, 3))
case("attention", lambda query, key, value, mask: F.scaled_dot_product_attention(
    query, key, value, mask, scale=0.7, enable_gqa=True), {"causal": False, "scale": 0.7}, query=draw(1, 6, 3, 2),
    key=draw(1, 2, 4, 2), value=draw(1, 2, 4, 2), mask=draw(1, 6, 3, 4))
finish("attention")


# CTC
def ctc(shape, targets, inputs, lengths, blank=0, reduction="none", zero=False):
    def loss(logits, targets):
        return F.ctc_loss(logits.log_softmax(-1), targets, torch.tensor(inputs), torch.tensor(lengths), blank, reduction,
                          zero)
    case("ctc", loss, {"inputs": inputs, "lengths": lengths, "blank": blank, "reduction": reduction, "zero": zero},
         logits=draw(*shape), targets=targets)


rows = torch.tensor([[1, 2, 2, 3], [3, 1, 0, 0], [2, 2, 2, 0]])
for reduction in ("none", "sum", "mean"):
    ctc((9, 3, 4), rows, [9, 7, 8], [4, 2, 3], reduction=reduction)
    ctc((6, 3, 4), rows, [6, 2, 3], [4, 2, 3], reduction=reduction, zero=True)
ctc((7, 3, 5), torch.tensor([[0, 1, 1], [3, 2, 0], [1, 1, 1]]), [7, 6, 5], [3, 2, 0], blank=4)
ctc((7, 3, 5), torch.tensor([0, 1, 1, 3, 2, 1]), [7, 4, 5], [3, 2, 1], blank=4, reduction="mean")
ctc((4, 2, 3), torch.zeros(2, 0, dtype=torch.int64), [4, 2], [0, 0], reduction="mean")
ctc((3, 2, 3), torch.tensor([[1, 2], [1, 0]]), [3, 3], [2, 0], blank=0)
finish("ctc")
