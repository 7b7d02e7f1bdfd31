"""What make_transformers.py compares with where PyTorch has no such module: written from the papers, with the parameter
names of the models that are in use.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """A block of nanoGPT."""

    def __init__(self, width, heads, bias):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width, bias=bias), nn.LayerNorm(width, bias=bias)
        self.attn = nn.ModuleDict(
            {"c_attn": nn.Linear(width, 3 * width, bias), "c_proj": nn.Linear(width, width, bias)})
        self.mlp = nn.ModuleDict(
            {"c_fc": nn.Linear(width, 4 * width, bias), "c_proj": nn.Linear(4 * width, width, bias)})

    def forward(self, x):
        n, t, e = x.shape
        q, k, v = (part.view(n, t, self.heads, e // self.heads).transpose(1, 2)
                   for part in self.attn.c_attn(self.ln_1(x)).split(e, dim=2))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(torch.ones(t, t).triu(1).bool(), -torch.inf)
        joined = (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, e)
        x = x + self.attn.c_proj(joined)
        return x + self.mlp.c_proj(F.gelu(self.mlp.c_fc(self.ln_2(x))))


class GPT(nn.Module):
    def __init__(self, vocabulary, context, layers, heads, width, bias=True):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width), "wpe": nn.Embedding(context, width),
            "h": nn.ModuleList(Block(width, heads, bias) for _ in range(layers)),
            "ln_f": nn.LayerNorm(width, bias=bias)})
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, tokens):
        x = self.transformer.wte(tokens) + self.transformer.wpe.weight[:tokens.shape[1]]
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


class Group(nn.Module):
    """Modules under one name."""

    def __init__(self, /, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)


class BERTLayer(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        maps = {name: nn.Linear(width, width) for name in ("query", "key", "value")}
        norm = lambda: nn.LayerNorm(width, eps=1e-12)
        self.attention = Group(self=Group(**maps), output=Group(dense=nn.Linear(width, width), LayerNorm=norm()))
        self.intermediate = Group(dense=nn.Linear(width, hidden))
        self.output = Group(dense=nn.Linear(hidden, width), LayerNorm=norm())

    def forward(self, x, mask):
        n, t, e = x.shape
        maps = self.attention.get_submodule("self")
        q, k, v = (m(x).view(n, t, self.heads, -1).transpose(1, 2) for m in (maps.query, maps.key, maps.value))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        weights = scores.masked_fill(mask[:, None, None, :] == 0, -torch.inf).softmax(-1)
        joined = (weights @ v).transpose(1, 2).reshape(n, t, e)
        x = self.attention.output.LayerNorm(x + self.attention.output.dense(joined))
        return self.output.LayerNorm(x + self.output.dense(F.gelu(self.intermediate.dense(x))))


class BERT(nn.Module):
    def __init__(self, vocabulary, positions, layers, heads, width, hidden):
        super().__init__()
        self.embeddings = Group(
            word_embeddings=nn.Embedding(vocabulary, width, padding_idx=0),
            position_embeddings=nn.Embedding(positions, width), token_type_embeddings=nn.Embedding(2, width),
            LayerNorm=nn.LayerNorm(width, eps=1e-12))
        self.encoder = Group(layer=nn.ModuleList(BERTLayer(width, heads, hidden) for _ in range(layers)))
        self.pooler = Group(dense=nn.Linear(width, width))

    def forward(self, tokens, mask, types):
        e = self.embeddings
        places = e.position_embeddings.weight[:tokens.shape[1]]
        x = e.LayerNorm(e.word_embeddings(tokens) + e.token_type_embeddings(types) + places)
        for layer in self.encoder.layer:
            x = layer(x, mask)
        return x, torch.tanh(self.pooler.dense(x[:, 0]))


def rotate(x, layout, offset=0, base=10000.0):
    """Rotary positions of [..., positions, features], pair by pair as complex numbers."""
    t, d = x.shape[-2:]
    angles = torch.arange(offset, offset + t)[:, None] * base ** (-torch.arange(0, d, 2) / d)
    turns = torch.polar(torch.ones_like(angles), angles)
    if layout == "interleaved":
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], d // 2, 2))
        return torch.view_as_real(pairs * turns).flatten(-2)
    pairs = torch.complex(x[..., :d // 2], x[..., d // 2:]) * turns
    return torch.cat([pairs.real, pairs.imag], dim=-1)


class GroupedQueryAttention(nn.Module):
    def __init__(self, width, heads, shared, rotary=None, bias=False):
        super().__init__()
        self.heads, self.shared, self.d, self.rotary = heads, shared, width // heads, rotary
        self.q_proj, self.o_proj = nn.Linear(width, width, bias), nn.Linear(width, width, False)
        self.k_proj, self.v_proj = nn.Linear(width, shared * self.d, bias), nn.Linear(width, shared * self.d, bias)

    def forward(self, x, mask=None):
        """With a mask [..., queries, keys] that is true where a query may attend."""
        n, t, _ = x.shape
        q = self.q_proj(x).view(n, t, self.heads, self.d).transpose(1, 2)
        k, v = (m(x).view(n, t, self.shared, self.d).transpose(1, 2) for m in (self.k_proj, self.v_proj))
        if self.rotary:
            q, k = rotate(q, self.rotary), rotate(k, self.rotary)
        k, v = (part.repeat_interleave(self.heads // self.shared, dim=1) for part in (k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.d)
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        return self.o_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, -1))


class GatedFeedForward(nn.Module):
    def __init__(self, width, hidden, function=F.silu, bias=False):
        super().__init__()
        self.function = function
        self.gate_proj, self.up_proj = nn.Linear(width, hidden, bias), nn.Linear(width, hidden, bias)
        self.down_proj = nn.Linear(hidden, width, bias)

    def forward(self, x):
        return self.down_proj(self.function(self.gate_proj(x)) * self.up_proj(x))


class LlamaBlock(nn.Module):
    def __init__(self, width, heads, shared, hidden):
        super().__init__()
        self.self_attn = GroupedQueryAttention(width, heads, shared, rotary="halves")
        self.mlp = GatedFeedForward(width, hidden)
        self.input_layernorm, self.post_attention_layernorm = nn.RMSNorm(width, eps=1e-6), nn.RMSNorm(width, eps=1e-6)

    def forward(self, x):
        causal = torch.ones(x.shape[1], x.shape[1]).tril().bool()
        x = x + self.self_attn(self.input_layernorm(x), causal)
        return x + self.mlp(self.post_attention_layernorm(x))


class SinusoidalPositions(nn.Module):
    def forward(self, x, offset=0):
        """Of [positions, batch, features]."""
        t, e = x.shape[0], x.shape[-1]
        angles = torch.arange(offset, offset + t)[:, None] * torch.exp(torch.arange(0, e, 2) * (-math.log(10000.0) / e))
        return x + torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, None, :e]


def linear_biases(heads, queries, keys):
    """The mask of attention with linear biases, after the paper's code."""
    def slopes(n):
        if math.log2(n).is_integer():
            start = 2 ** (-(2 ** -(math.log2(n) - 3)))
            return [start * start ** i for i in range(n)]
        closest = 2 ** math.floor(math.log2(n))
        return slopes(closest) + slopes(2 * closest)[0::2][:n - closest]
    distance = (torch.arange(queries)[:, None] - torch.arange(keys)).abs()
    return -torch.tensor(slopes(heads))[:, None, None] * distance
