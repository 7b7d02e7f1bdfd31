"""The cases of cases.txt in PyTorch.

usage: python functions.py [--seconds S] [--threads N] CASE...
CASE is "function shape dtype layout pass"; prints one JSON line for each, as the program in Swift does.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F


def with_other(function):
    """A function of the input and a second one like it."""
    def make(x):
        other = torch.randn(x.shape)
        return lambda x: function(x, other)
    return make


def plain(function):
    return lambda x: function


def positive(function):
    def make(x):
        other = x.abs() + 0.1
        return lambda _: function(other)
    return make


def places(x, axis):
    return torch.randint(x.shape[axis], x.shape)


def with_places(axis, function):
    def make(x):
        index = places(x, axis)
        return lambda x: function(x, index)
    return make


def with_list(shape, below, function):
    def make(x):
        index = torch.randint(below(x), shape(x))
        return lambda x: function(x, index)
    return make


def into_zeros(axis, function, size=None, below=None):
    def make(x):
        index = torch.randint(below, x.shape) if below else places(x, axis)
        zeros = torch.zeros(size or x.shape, dtype=x.dtype)
        return lambda x: function(zeros, index, x)
    return make


def integers(function, below=None):
    def make(x):
        values = x if x.is_floating_point() else torch.randint(below or x.numel(), x.shape).to(x.dtype)
        return lambda _: function(values)
    return make


def made(make_extra, function):
    def make(x):
        extra = make_extra(x)
        return lambda x: function(x, extra)
    return make


def ctc(x):
    steps, batch, classes = x.shape
    targets = torch.randint(1, classes, (batch, steps // 4))
    lengths, target_lengths = torch.full((batch,), steps), torch.full((batch,), steps // 4)
    return lambda x: F.ctc_loss(F.log_softmax(x, -1), targets, lengths, target_lengths)


def layer_norm(x):
    weight, bias = torch.ones(x.shape[-1]), torch.zeros(x.shape[-1])
    return lambda x: F.layer_norm(x, x.shape[-1:], weight, bias)


def rms_norm(x):
    weight = torch.ones(x.shape[-1])
    return lambda x: F.rms_norm(x, x.shape[-1:], weight, 1e-5)


def regular(x):
    return x + torch.eye(x.shape[-1], dtype=x.dtype) * 10


def with_like(function):
    return made(lambda x: torch.randn(x.shape).to(x.dtype), function)


def grid_of(x):
    return torch.rand(x.shape[0], x.shape[2], x.shape[3], 2) * 2 - 1


def resize(mode, **kind):
    return plain(lambda x: F.interpolate(x, mode=mode, **kind))


def with_bags(mode):
    return made(
        lambda x: torch.randint(x.shape[0], (512, 20)), lambda x, index: F.embedding_bag(index, x, mode=mode))


FUNCTIONS = {
    "sum-last": plain(lambda x: x.sum(-1)),
    "sum-first": plain(lambda x: x.sum(0)),
    "sum-middle": plain(lambda x: x.sum(1)),
    "sum-all": plain(lambda x: x.sum()),
    "mean-last": plain(lambda x: x.mean(-1)),
    "mean-first": plain(lambda x: x.mean(0)),
    "mean-spatial": plain(lambda x: x.mean((2, 3))),
    "max-last": plain(lambda x: x.amax(-1)),
    "max-first": plain(lambda x: x.amax(0)),
    "max-middle": plain(lambda x: x.amax(1)),
    "max-all": plain(lambda x: x.amax()),
    "norm-last": plain(lambda x: torch.linalg.vector_norm(x, dim=-1)),
    "norm-first": plain(lambda x: torch.linalg.vector_norm(x, dim=0)),
    "norm-middle": plain(lambda x: torch.linalg.vector_norm(x, dim=1)),
    "norm-all": plain(lambda x: torch.linalg.vector_norm(x)),
    "norm1-last": plain(lambda x: torch.linalg.vector_norm(x, 1, dim=-1)),
    "var-last": plain(lambda x: x.var(-1)),
    "var-first": plain(lambda x: x.var(0)),
    "var-middle": plain(lambda x: x.var(1)),
    "std-all": plain(lambda x: x.std()),
    "product-last": plain(lambda x: x.prod(-1)),
    "product-first": plain(lambda x: x.prod(0)),
    "logsumexp-last": plain(lambda x: x.logsumexp(-1)),
    "logsumexp-first": plain(lambda x: x.logsumexp(0)),
    "logsumexp-middle": plain(lambda x: x.logsumexp(1)),
    "any-last": made(lambda x: x > 0, lambda _, signs: signs.any(-1)),
    "argmax-last": plain(lambda x: x.argmax(-1)),
    "argmax-first": plain(lambda x: x.argmax(0)),
    "argmax-middle": plain(lambda x: x.argmax(1)),
    "argmax-all": plain(lambda x: x.argmax()),
    "argmin-last": plain(lambda x: x.argmin(-1)),
    "maxwith-last": plain(lambda x: x.max(-1).values),
    "maxwith-first": plain(lambda x: x.max(0).values),
    "softmax-last": plain(lambda x: x.softmax(-1)),
    "softmax-first": plain(lambda x: x.softmax(0)),
    "softmax-middle": plain(lambda x: x.softmax(1)),
    "softmax-channels": plain(lambda x: x.softmax(1)),
    "logsoftmax-last": plain(lambda x: x.log_softmax(-1)),
    "logsoftmax-first": plain(lambda x: x.log_softmax(0)),
    "logsoftmax-channels": plain(lambda x: x.log_softmax(1)),
    "cumsum-last": plain(lambda x: x.cumsum(-1)),
    "cumsum-first": plain(lambda x: x.cumsum(0)),
    "cumsum-middle": plain(lambda x: x.cumsum(1)),
    "cumprod-last": plain(lambda x: x.cumprod(-1)),
    "cummax-last": plain(lambda x: x.cummax(-1).values),
    "cummax-first": plain(lambda x: x.cummax(0).values),
    "layernorm": layer_norm,
    "rmsnorm": rms_norm,
    "normalize-last": plain(lambda x: F.normalize(x, dim=-1)),
    "normalize-channels": plain(lambda x: F.normalize(x, dim=1)),
    "crossentropy-channels": made(
        lambda x: torch.randint(x.shape[1], (x.shape[0], x.shape[2], x.shape[3])), F.cross_entropy),
    "product": with_like(torch.matmul),
    "product-vector": with_like(lambda x, y: x @ y[..., :1].contiguous()),
    "determinant": plain(torch.linalg.det),
    "inverse": made(regular, lambda _, a: torch.linalg.inv(a)),
    "solve": made(lambda x: (regular(x), torch.randn(x.shape).to(x.dtype)), lambda _, ab: torch.linalg.solve(*ab)),
    "solve-triangular": made(
        lambda x: (regular(x).tril(), torch.randn(x.shape).to(x.dtype)[..., :1]),
        lambda _, ab: torch.linalg.solve_triangular(*ab, upper=False)),
    "cholesky": made(lambda x: x @ x.mT + torch.eye(x.shape[-1], dtype=x.dtype), lambda _, a: torch.linalg.cholesky(a)),
    "sum-batch": plain(lambda x: x.sum((0, 2, 3))),
    "mean-batch": plain(lambda x: x.mean((0, 2, 3))),
    "sum-outer": plain(lambda x: x.sum((0, 2))),
    "groupnorm": made(
        lambda x: (torch.randn(x.shape[1]), torch.randn(x.shape[1])), lambda x, wb: F.group_norm(x, 8, *wb)),
    "gelu": plain(F.gelu),
    "gelu-tanh": plain(lambda x: F.gelu(x, approximate="tanh")),
    "erf": plain(torch.erf),
    "erfc": plain(torch.erfc),
    "normalcdf": plain(torch.special.ndtr),
    "exp": plain(torch.exp),
    "log": positive(torch.log),
    "tanh": plain(torch.tanh),
    "sigmoid": plain(torch.sigmoid),
    "silu": plain(F.silu),
    "relu": plain(F.relu),
    "softplus": plain(F.softplus),
    "sin": plain(torch.sin),
    "pow2.5": positive(lambda x: x.pow(2.5)),
    "muladd": made(lambda x: (torch.randn(x.shape), torch.randn(x.shape)), lambda x, bc: x * bc[0] + bc[1]),
    "add": made(lambda x: x.contiguous() + 1, lambda x, other: x + other),
    "where": made(lambda x: (x > 0, torch.randn(x.shape)), lambda x, mo: torch.where(mo[0], x, mo[1])),
    "convert-bfloat16": plain(lambda x: x.to(torch.bfloat16)),
    "contiguous": plain(lambda x: x.contiguous()),
    "pad-constant": plain(lambda x: F.pad(x, (2, 2, 2, 2))),
    "pad-reflect": plain(lambda x: F.pad(x, (2, 2, 2, 2), mode="reflect")),
    "pad-replicate": plain(lambda x: F.pad(x, (2, 2, 2, 2), mode="replicate")),
    "pad-circular": plain(lambda x: F.pad(x, (2, 2, 2, 2), mode="circular")),
    "pad-reflect1": plain(lambda x: F.pad(x, (3, 3), mode="reflect")),
    "flip-last": plain(lambda x: x.flip(-1)),
    "flip-first": plain(lambda x: x.flip(0)),
    "flip-both": plain(lambda x: x.flip(2, 3)),
    "roll-last": plain(lambda x: x.roll(5, -1)),
    "roll-first": plain(lambda x: x.roll(5, 0)),
    "concat-first": with_other(lambda x, y: torch.cat([x, y], 0)),
    "concat-last": with_other(lambda x, y: torch.cat([x, y], -1)),
    "concat-middle": with_other(lambda x, y: torch.cat([x, y], 1)),
    "stack-last": with_other(lambda x, y: torch.stack([x, y], -1)),
    "repeat": plain(lambda x: x.repeat(2, 2)),
    "repeat-interleave": plain(lambda x: x.repeat_interleave(2, 1)),
    "tril": plain(torch.tril),
    "gather-last": with_places(-1, lambda x, i: x.gather(-1, i)),
    "gather-first": with_places(0, lambda x, i: x.gather(0, i)),
    "gather-one": with_list(lambda x: (x.shape[0], 1), lambda x: x.shape[1], lambda x, i: x.gather(1, i)),
    "scatteradd-last": into_zeros(-1, lambda z, i, x: z.scatter_add(-1, i, x)),
    "scatteradd-first": into_zeros(0, lambda z, i, x: z.scatter_add(0, i, x)),
    "scatteradd-line": into_zeros(0, lambda z, i, x: z.scatter_add(0, i, x), (1000,), 1000),
    "scatter-last": into_zeros(-1, lambda z, i, x: z.scatter(-1, i, x)),
    "select-rows": with_list(lambda x: x.shape[:1], lambda x: x.shape[0], lambda x, i: x.index_select(0, i)),
    "select-last": with_list(lambda x: x.shape[1:], lambda x: x.shape[1], lambda x, i: x.index_select(1, i)),
    "embedding": with_list(lambda x: (4096,), lambda x: x.shape[0], lambda x, i: F.embedding(i, x)),
    "take": with_list(lambda x: x.shape, lambda x: x.numel(), torch.take),
    "masked-fill": made(lambda x: x > 0, lambda x, mask: x.masked_fill(mask, 0)),
    "masked-select": made(lambda x: x > 0, torch.masked_select),
    "nonzero": plain(torch.nonzero),
    "onehot": integers(lambda x: F.one_hot(x, 32), 32),
    "histogram100": plain(lambda x: torch.histogram(x, 100, range=(-4.0, 4.0)).hist),
    "histogram10": plain(lambda x: torch.histogram(x, 10, range=(-4.0, 4.0)).hist),
    "histogram-range": plain(lambda x: torch.histogram(x, 100).hist),
    "bincount": integers(torch.bincount, 1000),
    "bincount-weights": made(
        lambda x: (torch.randint(1000, x.shape), torch.randn(x.shape)), lambda _, iw: torch.bincount(iw[0], iw[1])),
    "unique": integers(lambda x: torch.unique(x, return_inverse=True, return_counts=True)[1]),
    "unique-few": integers(lambda x: torch.unique(x, return_inverse=True, return_counts=True)[1], 1000),
    "sort-last": plain(lambda x: x.sort(-1).values),
    "sort-first": plain(lambda x: x.sort(0).values),
    "argsort-line": integers(torch.argsort),
    "topk-last": plain(lambda x: x.topk(10).values),
    "searchsorted": made(lambda x: torch.linspace(-4, 4, 1001), lambda x, edges: torch.searchsorted(edges, x)),
    "median-last": plain(lambda x: x.median(-1).values),
    "kthvalue-last": plain(lambda x: x.kthvalue(100, -1).values),
    "isin": made(
        lambda x: (torch.randint(x.numel(), x.shape), torch.randint(x.numel(), (1000,))),
        lambda _, vk: torch.isin(*vk)),
    "cdist": with_other(torch.cdist),
    "cdist1": with_other(lambda x, y: torch.cdist(x, y, 1)),
    "cdist-exact": with_other(
        lambda x, y: torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")),
    "pairwise": with_other(F.pairwise_distance),
    "cosine": with_other(lambda x, y: F.cosine_similarity(x, y, -1)),
    "adaptive-average7": plain(lambda x: F.adaptive_avg_pool2d(x, 7)),
    "adaptive-average5": plain(lambda x: F.adaptive_avg_pool2d(x, 5)),
    "adaptive-average1": plain(lambda x: F.adaptive_avg_pool2d(x, 1)),
    "adaptive-max7": plain(lambda x: F.adaptive_max_pool2d(x, 7)),
    "average3": plain(lambda x: F.avg_pool2d(x, 3, 2, 1)),
    "max2": plain(lambda x: F.max_pool2d(x, 2)),
    "bilinear2": resize("bilinear", scale_factor=2),
    "bilinear-odd": resize("bilinear", size=100),
    "bilinear-half": resize("bilinear", size=64),
    "nearest2": resize("nearest", scale_factor=2),
    "nearest-odd": resize("nearest", size=100),
    "bicubic2": resize("bicubic", scale_factor=2),
    "linear1": resize("linear", scale_factor=2),
    "trilinear2": resize("trilinear", scale_factor=2),
    "grid": made(lambda x: grid_of(x).requires_grad_(), lambda x, g: F.grid_sample(x, g, align_corners=False)),
    "grid-nearest": made(grid_of, lambda x, g: F.grid_sample(x, g, mode="nearest", align_corners=False)),
    "unfold3": plain(lambda x: F.unfold(x, 3, padding=1)),
    "fold3": plain(lambda x: F.fold(x, (32, 32), 3, padding=1)),
    "pixelshuffle": plain(lambda x: F.pixel_shuffle(x, 2)),
    "ctc": ctc,
    "rfft": plain(lambda x: torch.fft.rfft(x).real),
    "rfft-first": plain(lambda x: torch.fft.rfft(x, dim=0).real),
    "rfft2": plain(lambda x: torch.fft.rfft2(x).real),
    "fft": made(lambda x: torch.complex(torch.randn(x.shape, dtype=x.dtype), torch.randn(x.shape, dtype=x.dtype)),
                lambda _, z: torch.fft.fft(z).real),
    "irfft": made(torch.fft.rfft, lambda _, half: torch.fft.irfft(half)),
    "mse": with_other(F.mse_loss),
    "smoothl1": with_other(F.smooth_l1_loss),
    "bce-logits": made(lambda x: torch.rand(x.shape), F.binary_cross_entropy_with_logits),
    "kldiv": made(lambda x: torch.randn(x.shape).softmax(-1), lambda x, y: F.kl_div(x, y, reduction="mean")),
    "crossentropy": made(lambda x: torch.randint(x.shape[1], x.shape[:1]), F.cross_entropy),
    "relu6": plain(F.relu6),
    "hardtanh": plain(F.hardtanh),
    "hardsigmoid": plain(F.hardsigmoid),
    "hardswish": plain(F.hardswish),
    "hardshrink": plain(F.hardshrink),
    "leakyrelu": plain(F.leaky_relu),
    "prelu": made(lambda x: torch.tensor([0.25]), F.prelu),
    "nan-to-num": plain(torch.nan_to_num),
    "lerp": made(lambda x: torch.randn(x.shape).to(x.dtype), lambda x, end: torch.lerp(x, end, 0.3)),
    "lerp-weights": made(lambda x: (torch.randn(x.shape), torch.rand(x.shape)), lambda x, ew: torch.lerp(x, *ew)),
    "negate": plain(torch.neg),
    "add-number": plain(lambda x: x + 3),
    "cut": plain(lambda x: x.clamp(10, 60)),
    "abs": plain(torch.abs),
    "maximum": made(lambda x: x.contiguous() + 1, torch.maximum),
    "lgamma": positive(torch.lgamma),
    "lgamma-any": plain(torch.lgamma),
    "digamma": positive(torch.digamma),
    "digamma-any": plain(torch.digamma),
    "erfinv": made(torch.tanh, lambda _, share: torch.erfinv(share)),
    "ndtri": made(torch.sigmoid, lambda _, share: torch.special.ndtri(share)),
    "i0": plain(torch.special.i0),
    "i0e": plain(torch.special.i0e),
    "i1": plain(torch.special.i1),
    "i1e": plain(torch.special.i1e),
    "bag-sum": with_bags("sum"),
    "bag-mean": with_bags("mean"),
}


def input_of(sizes, dtype, layout):
    dtype = getattr(torch, dtype)

    def random(*sizes):
        return torch.randn(*sizes).to(dtype) if dtype.is_floating_point else torch.randint(100, sizes).to(dtype)

    if layout == "transposed":
        return random(*sizes[:-2], sizes[-1], sizes[-2]).transpose(-1, -2)
    if layout == "strided":
        return random(*sizes[:-1], 2 * sizes[-1])[..., ::2]
    if layout == "nhwc":
        return random(*sizes).contiguous(memory_format=torch.channels_last)
    return random(*sizes)


def step_of(function, x, goes_back):
    if not goes_back:
        def step():
            with torch.no_grad():
                function(x)
        return step
    x.requires_grad_()
    gradient = torch.randn(function(x).shape).to(x.dtype)

    def step():
        function(x).backward(gradient)
        x.grad = None
    return step


def times(step, seconds):
    step()
    begin = time.perf_counter()
    step()
    together = max(1, min(1000, int(1e-4 / max(time.perf_counter() - begin, 1e-7))))
    found, start = [], time.perf_counter()
    while len(found) < 5 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        for _ in range(together):
            step()
        found.append((time.perf_counter() - begin) * 1e3 / together)
    return sorted(found)


def main(words):
    seconds, names = 0.3, []
    while words:
        word = words.pop(0)
        if word == "--seconds":
            seconds = float(words.pop(0))
        elif word == "--threads":
            torch.set_num_threads(int(words.pop(0)))
        else:
            names.append(word)
    torch.manual_seed(0)
    for name in names:
        function, sizes, dtype, layout, passes = name.split()
        x = input_of([int(size) for size in sizes.split("x")], dtype, layout)
        found = times(step_of(FUNCTIONS[function](x), x, passes == "fb"), seconds)
        print(json.dumps({
            "peer": "torch", "case": name, "median_ms": found[len(found) // 2], "min_ms": found[0],
            "steps": len(found)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
