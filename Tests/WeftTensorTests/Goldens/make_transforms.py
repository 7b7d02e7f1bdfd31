"""Writes transforms.json: derivatives along directions, Hessian products and gradients of each example by PyTorch.

In float64. Each case is a function f of a few tensors. Inputs: the point, a direction for each tensor, and a batch of
three of the first. Outputs: f; its derivative along the directions; for the loss sum(f * f), the Hessian times the
directions; and the loss's gradients for each example of the batch, the other tensors being the same for all.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from torch.autograd.functional import hvp, jvp

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
cases = []


def pack(tensor):
    values = [float(f"{value:.12g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "dtype": "float64", "values": values}


def draw(*shape):
    return (torch.randn(shape) * 1000).round() / 1000


def case(name, function, *shapes):
    point, directions = [draw(*s) for s in shapes], [draw(*s) for s in shapes]
    batch = draw(3, *shapes[0])

    def loss(*tensors):
        return function(*tensors).square().sum()

    value, derivative = jvp(function, tuple(point), tuple(directions))
    products = hvp(loss, tuple(point), tuple(directions))[1]
    gradients = []
    for example in batch:
        leaves = [x.clone().requires_grad_() for x in [example] + point[1:]]
        gradients.append(torch.autograd.grad(loss(*leaves), leaves))
    each = [torch.stack(list(found)) for found in zip(*gradients)]
    cases.append({
        "name": name, "inputs": [pack(x) for x in [*point, *directions, batch]],
        "outputs": [pack(x) for x in [value, derivative, *products, *each]], "seeds": [],
        "gradients": [None] * (2 * len(point) + 1)})


labels = torch.tensor([2, 0, 1, -100])
weights = torch.tensor([0.5, 2, 1.5])
rows = torch.tensor([1, 4, 1])
places = torch.tensor([[0, 1, 1], [1, 0, 0]])
recurrent = [(3, 2, 3), (8, 3), (8, 2), (8,), (8,), (2, 2), (2, 2)]
gated = [(3, 2, 3), (6, 3), (6, 2), (6,), (6,), (2, 2)]
flags = (True, 1, 0.0, False, False, False)
case("convolution", lambda x, w, b: F.conv2d(x, w, b, stride=2, padding=1, groups=2), (2, 4, 5, 4), (4, 2, 3, 3), (4,))
case("transposed", lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1), (2, 3, 3, 2), (3, 2, 3, 3), (2,))
case("maxPool", lambda x: F.max_pool2d(x, 2), (2, 2, 4, 5))
case("averagePool", lambda x: F.avg_pool2d(x, 3, 2, 1), (2, 2, 4, 5))
case("batchNorm", lambda x, w, b: F.batch_norm(x, None, None, w, b, True), (4, 3, 2), (3,), (3,))
case("groupNorm", lambda x, w, b: F.group_norm(x, 2, w, b), (2, 4, 3), (4,), (4,))
case("layerNorm", lambda x, w, b: F.layer_norm(x, (5,), w, b), (3, 5), (5,), (5,))
case("rmsNorm", lambda x, w: F.rms_norm(x, (5,), w, 1e-5), (3, 5), (5,))
case("crossEntropy", lambda x: F.cross_entropy(x, labels, label_smoothing=0.1), (4, 3))
case("weighted", lambda x: F.cross_entropy(x, labels, weights, reduction="sum"), (4, 3))
case(
    "attention", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), (2, 3, 4), (2, 5, 4),
    (2, 5, 3))
case("linear", F.linear, (2, 3), (4, 3), (4,))
case("matmul", torch.matmul, (2, 3), (2, 3, 4))
case("cumulativeProduct", lambda x: x.cumprod(1), (2, 5))
case("product", lambda x: x.prod(1), (2, 5))
case("standardDeviation", lambda x: x.std(1), (3, 4))
case("norm", lambda x: torch.linalg.vector_norm(x, 3, 1), (3, 4))
case("logSumExp", lambda x: x.logsumexp((0, 1)), (3, 4))
case("max", lambda x: x.amax(1), (3, 4))
case("sort", lambda x: x.sort(1).values, (2, 5))
case("embedding", lambda table: F.embedding(rows, table), (5, 3))
case("gather", lambda x: x.gather(0, places), (2, 4))
case("scatter", lambda x, v: x.scatter_add(0, places, v), (2, 4), (2, 3))
case("lstm", lambda x, w, u, b, c, h, s: torch._VF.lstm(x, (h[None], s[None]), [w, u, b, c], *flags)[0], *recurrent)
case("gru", lambda x, w, u, b, c, h: torch._VF.gru(x, h[None], [w, u, b, c], *flags)[0], *gated)
pathlib.Path(__file__).with_name("transforms.json").write_text(
    "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
