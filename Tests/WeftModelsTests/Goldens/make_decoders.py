"""Logits, hidden states and gradients of transformers' decoders in small configurations: writes decoders.json.

Weights are not stored: both sides compute them from the tensor's name and the element's place (see `weights`).
Run: python make_decoders.py
"""

import json
import os

import torch
from transformers import (
    Gemma2Config, Gemma2ForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig, GemmaConfig, GemmaForCausalLM, GPT2Config,
    GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

MASK = 0xFFFFFFFF


def name_hash(name):
    h = 2166136261
    for byte in name.encode():
        h = ((h ^ byte) * 16777619) & MASK
    return h


def weights(name, shape):
    """Even within 0.2 of 0, norms within 0.2 of 1."""
    count = 1
    for size in shape:
        count *= size
    seed, values = name_hash(name), []
    for i in range(count):
        h = (seed + i * 2654435761) & MASK
        h = ((h ^ (h >> 15)) * 2246822519) & MASK
        h = ((h ^ (h >> 13)) * 3266489917) & MASK
        values.append((((h ^ (h >> 16)) >> 8) / 16777216 - 0.5) * 0.4)
    base = 1.0 if len(shape) == 1 and name.endswith("weight") else 0.0
    return torch.tensor(values, dtype=torch.float64).add(base).reshape(shape).float()


small = dict(
    vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=False)


def rope(kind, **settings):
    return {"rope_type": kind, "rope_theta": 10000.0, **settings}


def llama(**changes):
    return LlamaForCausalLM, LlamaConfig(**{**small, **changes})


factors = dict(short_factor=[1.0, 1.5, 2.0, 3.0], long_factor=[1.5, 3.0, 5.0, 9.0])
cases = {
    "llama": llama(),
    "llama biases": llama(attention_bias=True, mlp_bias=True, tie_word_embeddings=True, head_dim=16),
    "llama linear": llama(rope_parameters=rope("linear", factor=4.0)),
    "llama dynamic": llama(rope_parameters=rope("dynamic", factor=2.0), max_position_embeddings=8),
    "llama llama3": llama(rope_parameters=rope(
        "llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)),
    "llama yarn": llama(rope_parameters=rope("yarn", factor=4.0, original_max_position_embeddings=16)),
    "llama yarn mscale": llama(rope_parameters=rope(
        "yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.7, mscale_all_dim=1.3, beta_fast=8.0,
        beta_slow=2.0)),
    "llama longrope": llama(rope_parameters=rope(
        "longrope", factor=4.0, original_max_position_embeddings=16, **factors)),
    "llama longrope long": llama(rope_parameters=rope(
        "longrope", factor=4.0, original_max_position_embeddings=8, **factors)),
    "mistral": (MistralForCausalLM, MistralConfig(**small, sliding_window=5)),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**small)),
    "qwen2 window": (Qwen2ForCausalLM, Qwen2Config(
        **small, use_sliding_window=True, sliding_window=4, max_window_layers=1)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**small, head_dim=12)),
    "gemma": (GemmaForCausalLM, GemmaConfig(**{**small, "tie_word_embeddings": True}, head_dim=12)),
    # Bounds near the scores and the logits, so that they count.
    "gemma2": (Gemma2ForCausalLM, Gemma2Config(**{
        **small, "tie_word_embeddings": True, "num_hidden_layers": 3}, head_dim=12, sliding_window=4,
        query_pre_attn_scalar=20, attn_logit_softcapping=0.5, final_logit_softcapping=5.0)),
    "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(**{
        **small, "tie_word_embeddings": True, "num_hidden_layers": 3}, head_dim=12, sliding_window=4,
        sliding_window_pattern=3, query_pre_attn_scalar=20, final_logit_softcapping=5.0)),
    "gpt2": (GPT2LMHeadModel, GPT2Config(
        vocab_size=48, n_embd=32, n_layer=2, n_head=4, n_positions=64, resid_pdrop=0.0, embd_pdrop=0.0,
        attn_pdrop=0.0)),
}
tokens = [(7 * i * i + 3 * i + 5) % 48 for i in range(12)]


def numbers(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().flatten().double().tolist()]


def configuration(config):
    keep = {k: v for k, v in config.to_dict().items() if v is not None}
    for key in ["architectures", "transformers_version", "dtype", "id2label", "label2id", "chunk_size_feed_forward",
                "output_attentions", "output_hidden_states", "problem_type", "return_dict", "is_encoder_decoder",
                "initializer_range", "use_cache", "pretraining_tp", "_name_or_path", "bos_token_id", "eos_token_id",
                "pad_token_id", "task_specific_params"]:
        keep.pop(key, None)
    return {k: v for k, v in keep.items() if not k.startswith("summary_")}


def run(kind, config):
    config._attn_implementation = "eager"
    model = kind(config).eval()
    names = sorted(model.state_dict())
    tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
    kept = [n for n in names if n not in tied and not n.endswith((".attn.bias", ".attn.masked_bias"))]
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape)))
    ids = torch.tensor([tokens])
    out = model(ids, output_hidden_states=True)
    labels = torch.tensor(tokens[1:] + [tokens[0]])
    loss = torch.nn.functional.cross_entropy(out.logits[0], labels)
    loss.backward()
    gradients = {n: p.grad for n, p in model.named_parameters()}
    return {
        "config": configuration(config),
        "shapes": {n: list(model.state_dict()[n].shape) for n in kept},
        "logits": numbers(out.logits[0, [0, 6, 11]]),
        "states": [numbers(h[0, 11, :6]) for h in out.hidden_states],
        "loss": loss.item(),
        "gradients": {n: [float(f"{g.double().norm().item():.8g}")] + numbers(g.flatten()[:3]) for n, g in
                      gradients.items()},
        "cached": cached(kind, config),
    }


def cached(kind, config):
    """The logits behind the last token, where the first five came together and the others one by one."""
    model = kind(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape)))
        past, start = None, 0
        for count in [5] + [1] * 7:
            out = model(torch.tensor([tokens[start:start + count]]), past_key_values=past, use_cache=True)
            past, start = out.past_key_values, start + count
    return numbers(out.logits[0, -1])


def write(result, name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
    print(os.path.getsize(path), "bytes")


if __name__ == "__main__":
    torch.manual_seed(0)
    write({"tokens": tokens, "cases": {name: run(*case) for name, case in cases.items()}}, "decoders.json")
