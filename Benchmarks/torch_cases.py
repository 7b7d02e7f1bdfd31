"""The cases of `weft bench --case` in PyTorch: the same layers and networks of the same sizes.

usage: python torch_cases.py [--seconds 1] [--threads 2] [--channels-last] CASE...
prints one JSON line for each: {"peer", "case", "median_ms", "min_ms", "steps", "peak_mb"}

A layer's step is its forward pass, and its backward pass from a given gradient to parameters and input; a network's is
forward, cross-entropy, backward and AdamW. With infer=1, forward alone.
"""
import argparse
import json
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

DEFAULTS = {
    "linear": {"n": 64, "in": 256, "out": 256, "infer": 0},
    "matmul": {"b": 1, "m": 256, "k": 256, "n": 256, "infer": 1},
    "conv": {"n": 16, "c": 64, "o": 64, "h": 32, "k": 3, "s": 1, "p": 1, "d": 1, "g": 1, "axes": 2, "infer": 0},
    "maxpool": {"n": 16, "c": 64, "h": 32, "k": 2, "s": 2, "infer": 0},
    "batchnorm": {"n": 16, "c": 64, "h": 32, "infer": 0},
    "layernorm": {"n": 1024, "d": 256, "infer": 0},
    "softmax": {"n": 1024, "d": 256, "infer": 0},
    "gelu": {"n": 1 << 20, "infer": 0},
    "crossentropy": {"n": 1024, "d": 1000, "infer": 0},
    "embedding": {"n": 4096, "v": 10000, "d": 256, "infer": 0},
    "attention": {"n": 8, "heads": 8, "t": 128, "d": 32, "causal": 0, "infer": 0},
    "lstm": {"n": 16, "t": 32, "d": 128, "layers": 1, "infer": 0},
    "gru": {"n": 16, "t": 32, "d": 128, "layers": 1, "infer": 0},
    "mlp": {"n": 32, "in": 64, "width": 64, "depth": 3, "infer": 0},
    "convnet": {"n": 16, "c": 32, "h": 32, "depth": 4, "infer": 0},
    "resnet": {"n": 16, "infer": 0},
    "gpt": {"n": 8, "t": 128, "d": 256, "heads": 8, "layers": 4, "infer": 0},
}


def parse(text):
    """The kind and the sizes of a case."""
    kind, _, words = text.partition(":")
    sizes = dict(DEFAULTS[kind])
    for word in filter(None, words.split(",")):
        name, value = word.split("=")
        if name not in sizes:
            raise SystemExit(f"torch_cases: {kind} has no size {name}")
        sizes[name] = int(value)
    return kind, sizes


def layer(kind, s):
    """The input, the module or None, and the forward pass of a layer."""
    image = lambda: torch.randn(s["n"], s["c"], s["h"], s["h"])
    rows = lambda: torch.randn(s["n"], s["d"])
    if kind == "linear":
        m = nn.Linear(s["in"], s["out"])
        return torch.randn(s["n"], s["in"]), m, m
    if kind == "matmul":
        m = nn.Module()
        m.w = nn.Parameter(torch.randn(s["b"], s["k"], s["n"]))
        return torch.randn(s["b"], s["m"], s["k"]), m, lambda x: x @ m.w
    if kind == "conv":
        make = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[s["axes"]]
        m = make(s["c"], s["o"], s["k"], stride=s["s"], padding=s["p"], dilation=s["d"], groups=s["g"])
        return torch.randn(s["n"], s["c"], *[s["h"]] * s["axes"]), m, m
    if kind == "maxpool":
        m = nn.MaxPool2d(s["k"], s["s"])
        return image(), m, m
    if kind == "batchnorm":
        m = nn.BatchNorm2d(s["c"])
        return image(), m, m
    if kind == "layernorm":
        m = nn.LayerNorm(s["d"])
        return rows(), m, m
    if kind == "softmax":
        return rows(), None, lambda x: F.softmax(x, -1)
    if kind == "gelu":
        return torch.randn(s["n"]), None, F.gelu
    if kind == "crossentropy":
        y = torch.randint(0, s["d"], (s["n"],))
        return rows(), None, lambda x: F.cross_entropy(x, y)
    if kind == "embedding":
        m = nn.Embedding(s["v"], s["d"])
        return torch.randint(0, s["v"], (s["n"],)), m, m
    if kind == "attention":
        shape = s["n"], s["heads"], s["t"], s["d"]
        m = nn.Module()
        m.k, m.v = nn.Parameter(torch.randn(shape)), nn.Parameter(torch.randn(shape))
        causal = bool(s["causal"])
        return torch.randn(shape), m, lambda q: F.scaled_dot_product_attention(q, m.k, m.v, is_causal=causal)
    make = {"lstm": nn.LSTM, "gru": nn.GRU}[kind]
    m = make(s["d"], s["d"], s["layers"], batch_first=True)
    return torch.randn(s["n"], s["t"], s["d"]), m, lambda x: m(x)[0]


class Residual(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout)
        self.c2, self.b2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm2d(cout)
        same = stride == 1 and cin == cout
        self.short = nn.Identity() if same else nn.Sequential(
            nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        return F.relu(self.b2(self.c2(F.relu(self.b1(self.c1(x))))) + self.short(x))


class Block(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads, self.n1, self.n2 = heads, nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.proj = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.n1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(a.transpose(1, 2).reshape(b, t, d))
        return x + self.down(F.gelu(self.up(self.n2(x)), approximate="tanh"))


class GPT(nn.Module):
    def __init__(self, s, vocabulary=96):
        super().__init__()
        d = s["d"]
        self.tok, self.pos = nn.Embedding(vocabulary, d), nn.Embedding(s["t"], d)
        self.blocks = nn.Sequential(*[Block(d, s["heads"]) for _ in range(s["layers"])])
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, vocabulary, bias=False)

    def forward(self, tokens):
        return self.head(self.norm(self.blocks(self.tok(tokens) + self.pos.weight[: tokens.shape[1]])))


def network(kind, s):
    """The model, its input and its number of classes."""
    if kind == "mlp":
        parts = []
        for index in range(1, max(2, s["depth"])):
            parts += [nn.Linear(s["in"] if index == 1 else s["width"], s["width"]), nn.ReLU()]
        return nn.Sequential(*parts, nn.Linear(s["width"], 10)), torch.randn(s["n"], s["in"]), 10
    if kind == "convnet":
        parts = []
        for index in range(s["depth"]):
            parts += [nn.Conv2d(3 if index == 0 else s["c"], s["c"], 3, padding=1, bias=False)]
            parts += [nn.BatchNorm2d(s["c"]), nn.ReLU()]
        model = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(s["c"], 10))
        return model, torch.randn(s["n"], 3, s["h"], s["h"]), 10
    if kind == "resnet":
        parts, cin = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()], 64
        for cout, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            parts += [Residual(cin, cout, stride), Residual(cout, cout, 1)]
            cin = cout
        model = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
        return model, torch.randn(s["n"], 3, 32, 32), 10
    return GPT(s), torch.randint(0, 96, (s["n"], s["t"])), 96


def network_step(kind, s, channels_last):
    model, x, classes = network(kind, s)
    if channels_last and x.dim() == 4:
        model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    if s["infer"]:
        model.eval()

        def predict():
            with torch.inference_mode():
                model(x).sum().item()
        return predict
    y = torch.randint(0, classes, (s["n"] * s["t"] if kind == "gpt" else s["n"],))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x).flatten(0, -2), y)
        loss.backward()
        optimizer.step()
        loss.item()
    return train


def layer_step(kind, s, channels_last):
    x, module, forward = layer(kind, s)
    if channels_last and x.dim() == 4:
        x = x.contiguous(memory_format=torch.channels_last)
        if module is not None and kind in ("conv", "maxpool", "batchnorm"):
            module.to(memory_format=torch.channels_last)
    if s["infer"]:
        if module is not None:
            module.eval()

        def predict():
            with torch.inference_mode():
                forward(x)
        return predict
    if x.is_floating_point():
        x.requires_grad_()
    parameters = list(module.parameters()) if module is not None else []
    gradient = torch.randn_like(forward(x))

    def train():
        forward(x).backward(gradient)
        x.grad = None
        for parameter in parameters:
            parameter.grad = None
    return train


def measure(step, seconds):
    for _ in range(3):
        step()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    times.sort()
    return round(times[len(times) // 2] * 1e3, 4), round(times[0] * 1e3, 4), len(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    for text in options.cases:
        kind, sizes = parse(text)
        make = network_step if kind in ("mlp", "convnet", "resnet", "gpt") else layer_step
        median, least, steps = measure(make(kind, sizes, options.channels_last), options.seconds)
        print(json.dumps({
            "peer": f"torch-{torch.__version__}{'-nhwc' if options.channels_last else ''}", "case": text,
            "median_ms": median, "min_ms": least, "steps": steps,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), flush=True)


if __name__ == "__main__":
    main()
