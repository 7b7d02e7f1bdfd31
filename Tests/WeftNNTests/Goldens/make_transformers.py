"""Writes transformers/*.json: what PyTorch computes for transformers, in float64.

    PYTHONPATH=... python make_transformers.py        (PyTorch 2.13, torchvision 0.28, CPU)

No weights are stored: `fill` makes each number of a parameter or an input from its place, and the tests do the same. Of
each result and each gradient a case holds its shape, norm, sum with fixed weights and first four values; the gradients
are those of the sum of the outputs times fixed weights. Outputs must be the same in training and evaluation.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

import transformer_models as models

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "transformers"


def scrambled(place, shape):
    """Numbers in -1 ... 1 that depend on the place of the tensor and of the element."""
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return (((i * i * 31 + i * 7919 + place * place * 17 + place * 104729 + 13) % 1009) / 504.0 - 1).reshape(shape)


def fill(module):
    """Sets the parameters, counted in the order of their names."""
    for place, (name, parameter) in enumerate(sorted(module.named_parameters())):
        values = scrambled(place, parameter.shape)
        is_scale = parameter.dim() == 1 and name.endswith("weight")
        parameter.data = 1 + 0.2 * values if is_scale else 0.3 * values


def inputs_of(*shapes):
    return [scrambled(1000 + place, shape).requires_grad_() for place, shape in enumerate(shapes)]


def tokens_of(count, *shape):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return ((i * i * 7 + i * 3 + 5) % count).reshape(shape)


def weights_for(tensor):
    i = torch.arange(tensor.numel(), dtype=torch.int64)
    return (((i * 7919 + 13) % 1009) / 504.0 - 1).reshape(tensor.shape)


def summary(tensor):
    tensor = tensor.detach()
    dot = float((tensor * weights_for(tensor)).sum())
    return {"shape": list(tensor.shape), "norm": float(tensor.norm()), "dot": dot,
            "first": [float(v) for v in tensor.flatten()[:4]]}


def listed(result):
    return [r for r in (result if isinstance(result, tuple) else (result,)) if r is not None]


def case(name, module, *shapes, call=None, loss=None):
    """One step of `call(module, *inputs)`, and the losses of five steps of gradient descent with momentum."""
    call = call or (lambda m, *x: m(*x))
    fill(module)
    leaves = inputs_of(*shapes)
    outputs = listed(call(module, *leaves))
    sum((o * weights_for(o)).sum() for o in outputs).backward()
    record = {
        "name": name, "inputs": [summary(leaf.grad) for leaf in leaves], "outputs": [summary(o) for o in outputs],
        "parameters": {n: summary(p.grad) for n, p in module.named_parameters()}}
    module.eval()
    for a, b in zip(outputs, listed(call(module, *leaves))):
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-12), name
    if loss:
        module.train()
        record["losses"] = five_steps(module, lambda: loss(call(module, *leaves)))
    return record


def five_steps(module, loss):
    optimizer = torch.optim.SGD(module.parameters(), lr=0.02, momentum=0.9)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        value = loss()
        losses.append(value.item())
        value.backward()
        optimizer.step()
    return losses


PADDING = torch.tensor([[False, False, True, False, True], [False] * 5])
BLOCKED = torch.tensor([[False, True, False, False, True]] + [[False, False, True, False, False]] * 3 + [[False] * 5])
CAUSAL = nn.Transformer.generate_square_subsequent_mask(5)


def attention():
    def attend(**options):
        return lambda m, *x: m(*(x if len(x) == 3 else x * 3), **options)

    layer = lambda **options: nn.MultiheadAttention(8, 2, **options)
    qkv = [(5, 2, 8)] * 3
    return [
        case("bias_kv", layer(add_bias_kv=True), *qkv, call=attend()),
        case("zero_attention", layer(add_zero_attn=True), *qkv, call=attend(need_weights=False)),
        case("both", layer(add_bias_kv=True, add_zero_attn=True), *qkv, call=attend(average_attn_weights=False)),
        case("both_masks", layer(add_bias_kv=True, add_zero_attn=True), *qkv,
             call=attend(attn_mask=BLOCKED, key_padding_mask=PADDING)),
        case("both_causal", layer(add_bias_kv=True, add_zero_attn=True), (5, 2, 8),
             call=attend(attn_mask=CAUSAL, is_causal=True)),
        case("both_per_head", layer(add_bias_kv=True, add_zero_attn=True, bias=False, batch_first=True),
             *[(2, 5, 8)] * 3, call=attend(attn_mask=scrambled(7, (4, 5, 5)))),
        case("both_sizes", layer(add_bias_kv=True, add_zero_attn=True, kdim=3, vdim=6), (5, 2, 8), (5, 2, 3), (5, 2, 6),
             call=attend()),
        case("unbatched", layer(add_bias_kv=True), (5, 8), (5, 8), (5, 8), call=attend(key_padding_mask=PADDING[0])),
    ]


def encoder():
    layer = lambda **options: nn.TransformerEncoderLayer(8, 2, dim_feedforward=12, dropout=0, **options)
    stack = lambda norm=None, **options: nn.TransformerEncoder(layer(**options), 2, norm, enable_nested_tensor=False)
    masked = lambda **options: lambda m, x: m(x, **options)
    return [
        case("mask_bool", layer(), (5, 2, 8), call=masked(src_mask=BLOCKED)),
        case("mask_added", layer(norm_first=True), (5, 2, 8), call=masked(src_mask=scrambled(7, (5, 5)))),
        case("mask_per_head", layer(batch_first=True, activation="gelu"), (2, 5, 8),
             call=masked(src_mask=scrambled(7, (4, 5, 5)))),
        case("masks", layer(batch_first=True, norm_first=True, bias=False), (2, 5, 8),
             call=masked(src_mask=BLOCKED, src_key_padding_mask=PADDING)),
        case("function", layer(activation=F.silu, layer_norm_eps=1e-3), (5, 2, 8)),
        case("unbatched", layer(), (5, 8), call=masked(src_key_padding_mask=PADDING[0])),
        case("stack_masks", stack(nn.LayerNorm(8), norm_first=True), (5, 2, 8),
             call=masked(mask=BLOCKED, src_key_padding_mask=PADDING)),
        case("stack_causal", stack(batch_first=True), (2, 5, 8), call=masked(mask=CAUSAL, is_causal=True)),
    ]


def decoder():
    layer = lambda **options: nn.TransformerDecoderLayer(8, 2, dim_feedforward=12, dropout=0, **options)
    both, first = [(5, 2, 8), (4, 2, 8)], [(2, 5, 8), (2, 4, 8)]
    masks = {"tgt_mask": BLOCKED, "memory_mask": BLOCKED[:, :4], "tgt_key_padding_mask": PADDING,
             "memory_key_padding_mask": PADDING[:, 1:]}
    masked = lambda **options: lambda m, x, y: m(x, y, **options)
    return [
        case("layer", layer(), *both),
        case("layer_norm_first", layer(norm_first=True), *both),
        case("layer_gelu", layer(activation="gelu", batch_first=True), *first),
        case("layer_no_bias", layer(bias=False, batch_first=True, norm_first=True), *first),
        case("layer_unbatched", layer(), (5, 8), (4, 8)),
        case("layer_causal", layer(batch_first=True), *first, call=masked(tgt_mask=CAUSAL, tgt_is_causal=True)),
        case("layer_memory_causal", layer(), *both,
             call=masked(memory_mask=CAUSAL[:, :4], memory_is_causal=True)),
        case("layer_masks", layer(), *both, call=masked(**masks)),
        case("layer_masks_norm_first", layer(norm_first=True, activation="gelu"), *both, call=masked(**masks)),
        case("layer_masks_added", layer(), *both, call=masked(
            tgt_mask=scrambled(7, (5, 5)), memory_mask=scrambled(8, (4, 5, 4)))),
        case("stack", nn.TransformerDecoder(layer(), 2), *both),
        case("stack_norm", nn.TransformerDecoder(layer(norm_first=True), 2, nn.LayerNorm(8)), *both,
             call=masked(**masks)),
    ]


def transformer():
    def whole(**options):
        return nn.Transformer(16, 4, 2, 2, 24, dropout=0, **options)

    mse = lambda o: F.mse_loss(o, scrambled(2000, o.shape))
    masked = lambda m, x, y: m(
        x, y, src_mask=BLOCKED[:4, :4], tgt_mask=BLOCKED, memory_mask=BLOCKED[:, :4],
        src_key_padding_mask=PADDING[:, 1:], tgt_key_padding_mask=PADDING, memory_key_padding_mask=PADDING[:, 1:])
    causal = lambda m, x, y: m(
        x, y, src_mask=CAUSAL[:4, :4], tgt_mask=CAUSAL, memory_mask=CAUSAL[:, :4], src_is_causal=True,
        tgt_is_causal=True, memory_is_causal=True)
    return [
        case("whole", whole(), (4, 2, 16), (5, 2, 16), loss=mse),
        case("whole_batch_first", whole(batch_first=True, norm_first=True, activation="gelu"), (2, 4, 16), (2, 5, 16),
             loss=mse),
        case("whole_masks", whole(), (4, 2, 16), (5, 2, 16), call=masked, loss=mse),
        case("whole_causal", whole(bias=False, layer_norm_eps=1e-4), (4, 2, 16), (5, 2, 16), call=causal),
    ]


class Rotary(nn.Module):
    def forward(self, x, layout, offset=0, base=10000.0):
        return models.rotate(x, layout, offset, base)


def blocks():
    padding = ~PADDING[:, None, None, :]
    causal = torch.ones(5, 5).tril().bool()
    gqa = models.GroupedQueryAttention
    mse = lambda o: F.mse_loss(o, scrambled(2000, o.shape))
    gates = {"silu": F.silu, "gelu": F.gelu, "relu": F.relu, "sigmoid": torch.sigmoid, "identity": lambda x: x}
    return [
        case("rotary_halves", Rotary(), (2, 3, 5, 8), call=lambda m, x: m(x, "halves")),
        case("rotary_interleaved", Rotary(), (2, 3, 5, 8), call=lambda m, x: m(x, "interleaved")),
        case("rotary_halves_later", Rotary(), (5, 6), call=lambda m, x: m(x, "halves", 90, 500.0)),
        case("rotary_interleaved_later", Rotary(), (5, 6), call=lambda m, x: m(x, "interleaved", 90, 500.0)),
        case("sinusoidal", models.SinusoidalPositions(), (7, 2, 6)),
        case("sinusoidal_odd_later", models.SinusoidalPositions(), (3, 2, 5), call=lambda m, x: m(x, 40)),
        case("gqa", gqa(16, 4, 2), (2, 5, 16)),
        case("gqa_rotary", gqa(16, 4, 2, "halves", bias=True), (2, 5, 16), call=lambda m, x: m(x, causal)),
        case("gqa_interleaved", gqa(16, 4, 4, "interleaved"), (2, 5, 16), call=lambda m, x: m(x, causal & padding)),
        case("mqa", gqa(16, 4, 1), (2, 5, 16), call=lambda m, x: m(x, ~BLOCKED & padding)),
        *[case(f"gate_{name}", models.GatedFeedForward(6, 10, function, bias=name == "gelu"), (2, 3, 6))
          for name, function in gates.items()],
        case("llama", models.LlamaBlock(16, 4, 2, 24), (2, 5, 16), loss=mse),
        *[{"name": f"linear_biases_{n}", "inputs": [], "parameters": {},
           "outputs": [summary(models.linear_biases(n, 4, 6))]} for n in (1, 2, 6, 8, 12)],
    ]


def greedy(model, tokens, count, context):
    """The likeliest token `count` times, each after the last `context` ones."""
    fill(model)
    for _ in range(count):
        last = model(tokens[:, -context:])[:, -1]
        tokens = torch.cat([tokens, last.argmax(1, keepdim=True)], dim=1)
    return tokens.tolist()


def language_models():
    tokens, mask = tokens_of(29, 2, 9), torch.ones(2, 9, dtype=torch.int64)
    mask[0, 6:] = 0
    padded = tokens * mask
    types = tokens_of(2, 2, 9)
    mse = lambda o: F.mse_loss(o[0], scrambled(2000, o[0].shape)) + F.mse_loss(o[1], scrambled(2001, o[1].shape))
    entropy = lambda o: F.cross_entropy(o.flatten(0, 1), tokens.roll(-1, 1).flatten())
    gpt = models.GPT(29, 12, 2, 4, 16)
    return [
        case("gpt", gpt, call=lambda m: m(tokens), loss=entropy) | {"greedy": greedy(gpt, tokens[:, :3], 14, 12)},
        case("gpt_no_bias", models.GPT(29, 9, 3, 2, 12, bias=False), call=lambda m: m(tokens), loss=entropy),
        case("bert", models.BERT(29, 12, 2, 4, 16, 24), call=lambda m: m(padded, mask, types), loss=mse),
    ]


def vision_models():
    # torchvision's compiled operations are not needed, but their absence would fail the import.
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from torchvision.models.vision_transformer import VisionTransformer

    labels = torch.tensor([2, 0])
    entropy = lambda o: F.cross_entropy(o, labels)
    make = lambda **options: VisionTransformer(12, 4, 2, 4, 16, 24, num_classes=5, **options)
    return [
        case("vit", make(), (2, 3, 12, 12), loss=entropy),
        case("vit_representation", make(representation_size=10), (2, 3, 12, 12), loss=entropy),
    ]


def write(family, cases):
    FOLDER.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(c) for c in cases)
    (FOLDER / f"{family}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    families = (attention, encoder, decoder, transformer, blocks, language_models, vision_models)
    for family in families:
        if len(sys.argv) < 2 or family.__name__ in sys.argv[1:]:
            write(family.__name__, family())
