"""Writes heavy.json: what PyTorch computes for convolutions, pools, attention and recurrent cells, in float64.

Each case: named inputs, outputs, and the gradients of sum(output * seed) for the floating-point inputs.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
cases = []


def number(value):
    return int(value) if isinstance(value, (bool, int)) else round(value, 12)


def pack(tensor):
    dtype = {torch.bool: "bool", torch.int64: "int64"}.get(tensor.dtype, "float64")
    values = tensor.detach().flatten().tolist()
    # JSON has no infinities: null stands for the negative one.
    values = [None if value == float("-inf") else number(value) for value in values]
    return {"shape": list(tensor.shape), "dtype": dtype, "values": values}


def draw(*shape):
    # Few digits keep the file small and lose nothing: they are the exact inputs.
    return (torch.randn(*shape) * 1000).round() / 1000


def case(name, function, **inputs):
    leaves = {k: v.clone().requires_grad_(v.is_floating_point()) for k, v in inputs.items()}
    results = function(**leaves)
    results = results if isinstance(results, tuple) else (results,)
    floating = [r for r in results if r.is_floating_point()]
    seeds = [draw(*r.shape) for r in floating]
    sum((r * s).sum() for r, s in zip(floating, seeds)).backward()
    cases.append({
        "name": name,
        "inputs": {k: pack(v) for k, v in inputs.items()},
        "outputs": [pack(r) for r in results],
        "seeds": [pack(s) for s in seeds],
        "gradients": {k: pack(v.grad) for k, v in leaves.items() if v.grad is not None},
    })


case("conv1d strided dilated grouped", lambda input, weight, bias:
     F.conv1d(input, weight, bias, stride=2, padding=2, dilation=2, groups=2),
     input=draw(2, 4, 9), weight=draw(6, 2, 3), bias=draw(6))
case("conv2d same padding, even kernel", lambda input, weight:
     F.conv2d(input, weight, padding="same", dilation=(1, 2)),
     input=draw(1, 2, 5, 6), weight=draw(3, 2, 2, 4))
case("conv2d depthwise", lambda input, weight, bias: F.conv2d(input, weight, bias, stride=(2, 1), padding=1, groups=3),
     input=draw(2, 3, 5, 4), weight=draw(6, 1, 3, 3), bias=draw(6))
case("conv3d", lambda input, weight, bias: F.conv3d(input, weight, bias, stride=(1, 2, 1), padding=(0, 1, 1)),
     input=draw(1, 2, 3, 4, 3), weight=draw(2, 2, 2, 3, 2), bias=draw(2))
case("conv_transpose1d", lambda input, weight, bias: F.conv_transpose1d(input, weight, bias, stride=3, output_padding=2),
     input=draw(2, 3, 4), weight=draw(3, 2, 2), bias=draw(2))
case("conv_transpose2d grouped", lambda input, weight, bias:
     F.conv_transpose2d(input, weight, bias, stride=2, padding=1, output_padding=(1, 0), groups=2, dilation=(1, 2)),
     input=draw(1, 4, 3, 3), weight=draw(4, 2, 3, 3), bias=draw(4))
case("conv_transpose3d", lambda input, weight: F.conv_transpose3d(input, weight, stride=(1, 2, 2), padding=(1, 0, 1)),
     input=draw(1, 2, 3, 2, 3), weight=draw(2, 1, 3, 2, 3))
case("max_pool2d ceil", lambda input: F.max_pool2d(input, 3, 2, 1, ceil_mode=True, return_indices=True),
     input=draw(1, 2, 6, 7))
case("max_pool1d dilated", lambda input: F.max_pool1d(input, 3, 2, 1, 2), input=draw(2, 2, 9))
case("max_pool3d", lambda input: F.max_pool3d(input, 2, (1, 2, 2)), input=draw(1, 2, 3, 4, 4))
case("adaptive_max_pool2d", lambda input: F.adaptive_max_pool2d(input, (3, 2), return_indices=True),
     input=draw(2, 2, 5, 7))
case("avg_pool2d ceil", lambda input: F.avg_pool2d(input, 3, 2, 1, ceil_mode=True), input=draw(1, 2, 6, 7))
case("avg_pool2d without padding", lambda input: F.avg_pool2d(input, (2, 3), 2, 1, count_include_pad=False),
     input=draw(1, 2, 5, 6))
case("avg_pool2d divisor", lambda input: F.avg_pool2d(input, 2, 1, divisor_override=3), input=draw(1, 1, 3, 4))
case("adaptive_avg_pool3d", lambda input: F.adaptive_avg_pool3d(input, (2, 3, 1)), input=draw(1, 2, 3, 5, 4))
case("adaptive_avg_pool1d", lambda input: F.adaptive_avg_pool1d(input, 5), input=draw(1, 2, 3))

query, key, value = draw(2, 2, 3, 4), draw(2, 2, 5, 4), draw(2, 2, 5, 3)
keep = torch.rand(2, 1, 3, 5) < 0.6
keep[0, 0, 1] = False
case("attention", lambda query, key, value: F.scaled_dot_product_attention(query, key, value),
     query=query, key=key, value=value)
case("attention masked, one row fully", lambda query, key, value, mask:
     F.scaled_dot_product_attention(query, key, value, attn_mask=mask), query=query, key=key, value=value, mask=keep)
case("attention causal", lambda query, key, value:
     F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=0.3), query=query, key=key, value=value)
bias = draw(2, 3, 5)
bias[0, 1, 2:] = -float("inf")
bias[1, 0] = -float("inf")
case("attention with an additive mask", lambda query, key, value, mask:
     F.scaled_dot_product_attention(query, key, value, attn_mask=mask), query=query, key=key, value=value, mask=bias)


def lstm(input, hidden, cell, weight_ih, weight_hh, bias_ih, bias_hh):
    return torch._VF.lstm_cell(input, (hidden, cell), weight_ih, weight_hh, bias_ih, bias_hh)


def gru(input, hidden, weight_ih, weight_hh, bias_ih, bias_hh):
    return torch._VF.gru_cell(input, hidden, weight_ih, weight_hh, bias_ih, bias_hh)


case("lstm_cell", lstm, input=draw(2, 3), hidden=draw(2, 4), cell=draw(2, 4), weight_ih=draw(16, 3),
     weight_hh=draw(16, 4), bias_ih=draw(16), bias_hh=draw(16))
case("gru_cell", gru, input=draw(2, 3), hidden=draw(2, 4), weight_ih=draw(12, 3), weight_hh=draw(12, 4),
     bias_ih=draw(12), bias_hh=draw(12))

target = pathlib.Path(__file__).with_name("heavy.json")
with target.open("w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
