"""Writes operations.json: what PyTorch gives for some operations of `weft op`, with gradients, in float64."""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)


def tensor(value):
    kind = {torch.float64: "float64", torch.int64: "int64"}[value.dtype]
    return {"dtype": kind, "shape": list(value.shape), "values": value.detach().flatten().tolist()}


def case(name, attributes, function, *inputs):
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    output = function(*leaves)
    cotangent = torch.randn(output.shape, dtype=output.dtype)
    output.backward(cotangent)
    return {
        "operation": name,
        "attributes": json.dumps(attributes),
        "inputs": [tensor(x) for x in inputs],
        "cotangent": tensor(cotangent),
        "output": tensor(output),
        "gradients": {str(i): tensor(x.grad) for i, x in enumerate(leaves) if x.is_floating_point()},
    }


def normal(*shape):
    return torch.randn(shape, dtype=torch.float64)


cases = [
    case("matmul", {}, torch.matmul, normal(2, 1, 3, 4), normal(3, 4, 2)),
    case("convolution", {"stride": [2, 1], "padding": 1, "groups": 2},
         lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=1, groups=2),
         normal(2, 4, 5, 6), normal(6, 2, 3, 3), normal(6)),
    case("convolution", {"padding": "same", "dilation": 2},
         lambda x, w: F.conv1d(x, w, padding="same", dilation=2), normal(1, 2, 7), normal(3, 2, 3)),
    case("averagePool", {"kernel": 2, "padding": 1, "countsPadding": False},
         lambda x: F.avg_pool2d(x, 2, padding=1, count_include_pad=False), normal(2, 3, 5, 4)),
    case("gather", {"axis": 1}, lambda x, i: torch.gather(x, 1, i), normal(3, 4), torch.randint(4, (3, 6))),
    case("variance", {"axes": [0, 2], "keepDims": True},
         lambda x: x.var(dim=(0, 2), keepdim=True), normal(3, 2, 4)),
]
path = pathlib.Path(__file__).with_name("operations.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
